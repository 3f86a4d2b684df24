using InfoMax.Evaluation.Probes;
using InfoMax.Information;
using InfoMax.Information.Tasks;
using InfoMax.Training;
using InfoMax.Training.Checkpoints;
using TorchSharp;

namespace InfoMax.EndToEnd.Tests;

/// <summary>What the README shows compiles, runs, and is what stands there.</summary>
public sealed class ReadmeTests
{
    [Theory]
    [InlineData("train")]
    [InlineData("overnight")]
    [InlineData("embed")]
    [InlineData("estimate")]
    public void Readme_Snippets_AreTheCodeThatIsTested(string name)
    {
        string source = File.ReadAllText(Path.Combine(Repository.Root, "tests", "InfoMax.EndToEnd.Tests", "Snippets.cs"));
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        string[] lines = source.Split($"// snippet: {name}\n")[1].Split("// end of snippet")[0].Split('\n');
        string code = string.Join('\n', lines.Select(l => l.StartsWith("        ", StringComparison.Ordinal) ? l[8..] : l)).Trim();
        readme.ReplaceLineEndings("\n").Should().Contain(code);
    }

    [Fact]
    public void TrainSnippet_OnAFolderOfClassFolders_TrainsAndProbes()
    {
        string folder = Directory.CreateTempSubdirectory("infomax").FullName;
        try
        {
            foreach (string classFolder in Directory.GetDirectories(Repository.EuroSat("test")).Take(4))
            {
                string[] files = [.. Directory.GetFiles(classFolder).Order(StringComparer.Ordinal).Take(80)];
                for (int i = 0; i < files.Length; i++)
                {
                    string part = Path.Combine(folder, i < 64 ? "train" : "test", Path.GetFileName(classFolder));
                    File.Copy(files[i], Path.Combine(Directory.CreateDirectory(part).FullName, Path.GetFileName(files[i])));
                }
            }

            var reports = new List<TrainingProgress>();
            File.Delete("report.html");
            (TrainingResult result, ProbeResult probe) = Snippets.Train(Path.Combine(folder, "train"), Path.Combine(folder, "test"), new Collect(reports));
            result.StopReason.Should().Be(StopReason.Completed);
            result.StepCount.Should().Be(20);
            reports.Should().NotBeEmpty();
            probe.Mean.Should().BeGreaterThan(0.4, "four classes by chance give 0.25");
            File.ReadAllText("report.html").Should().ContainAll("My images", "local.nats", "trained, t-SNE", "of the same class", "uniform prior");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void OvernightSnippet_StartedTwice_GoesOnWhereItWas()
    {
        string folder = Directory.CreateTempSubdirectory("infomax").FullName;
        try
        {
            using torch.Tensor images = torch.rand(128, 3, 32, 32);
            Snippets.Overnight(images, folder, 1, CancellationToken.None).StepCount.Should().Be(2);
            TrainingResult second = Snippets.Overnight(images, folder, 2, CancellationToken.None);
            (second.StopReason, second.StepCount, second.Epochs.Count).Should().Be((StopReason.Completed, 4L, 2));
            Checkpoint.Open(folder).HasAverage.Should().BeTrue();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void EmbedSnippet_OnABatch_LowersTheLoss()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(1);
        torch.Tensor batch = torch.rand([16, 3, 1, 1], generator: generator).mul(2).sub(1)
            .add(torch.randn([16, 3, 20, 20], generator: generator).mul(0.2));
        var losses = new List<double>();
        Snippets.Embed(batch, (_, metrics) => losses.Add(metrics["local.loss"]));
        losses.Should().HaveCount(20);
        losses[^1].Should().BeLessThan(losses[0]);
    }

    [Fact]
    public void EstimateSnippet_OnGaussianSamples_FindsTheirMutualInformation()
    {
        using var generator = new torch.Generator(1);
        using SamplePairs pairs = MutualInformationTask.CorrelatedGaussianWithInformation(2, 1.0).Sample(2000, generator);
        var lines = new List<string>();
        MutualInformationEstimate estimate = Snippets.Estimate(pairs.X, pairs.Y, lines.Add);
        estimate.Value.Should().BeInRange(0.6, 1.2);
        lines.Should().HaveCount(6);
        lines[^1].Should().Contain("smile");
    }

    private sealed class Collect(List<TrainingProgress> reports) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => reports.Add(value);
    }
}
