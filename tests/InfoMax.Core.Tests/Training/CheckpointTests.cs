using System.Security.Cryptography;
using System.Text.Json.Nodes;
using InfoMax.Encoders;
using InfoMax.Tests.Support;
using InfoMax.Training;
using InfoMax.Training.Checkpoints;
using InfoMax.Weights;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Training;

public sealed class CheckpointTests : IDisposable
{
    private static readonly string[] Files =
        ["SHA256SUMS", "encoder.safetensors", "loss.safetensors", "manifest.json", "optimizer.safetensors", "state.safetensors"];

    private readonly string _folder = Directory.CreateTempSubdirectory("infomax").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Open_TellsWhereTheRunStood()
    {
        TrainingResult result = Train(2, new CheckpointOptions(_folder) { KeepLast = 5 });
        Checkpoint checkpoint = Checkpoint.Open(_folder);
        (checkpoint.Step, checkpoint.Epoch, checkpoint.HasAverage).Should().Be((8L, 3, false));
        checkpoint.Path.Should().Be(result.Checkpoint);
        checkpoint.Epochs[^1].Metrics.Should().Equal(result.Epochs[^1].Metrics);
        checkpoint.LibraryVersion.Should().MatchRegex(@"^\d+\.\d+\.\d+");
        Directory.GetFiles(checkpoint.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal).Should().Equal(Files);
        using Encoder encoder = ToyTraining.Encoder(seed: 5), wrong = ToyTraining.Encoder(norm: false);
        checkpoint.LoadEncoder(encoder);
        FluentActions.Invoking(() => checkpoint.LoadEncoder(wrong)).Should().Throw<WeightMismatchException>();
        Checkpoint.Open(Path.Combine(_folder, "step-000000000004")).Step.Should().Be(4);
    }

    [Fact]
    public void Best_ByAMetric_OpensTheCheckpointWithTheBestValue()
    {
        Train(4, new CheckpointOptions(_folder) { KeepLast = 9, EverySteps = 3 }, new Scores(3, 9, 1, double.NaN));
        Checkpoint.Best(_folder, "score").Step.Should().Be(12);
        Checkpoint.Best(_folder, "score", higherIsBetter: true).Step.Should().Be(8);
        Checkpoint.Best(_folder).Epochs[^1].Metrics["total"].Should().Be(Checkpoint.Open(_folder).Epochs.Min(e => e.Metrics["total"]));
        FluentActions.Invoking(() => Checkpoint.Best(_folder, "scores")).Should()
            .Throw<CheckpointException>().WithMessage("*\"scores\"*local.nats*score*");
        FluentActions.Invoking(() => Checkpoint.Best(Path.Combine(_folder, "none"))).Should()
            .Throw<CheckpointException>().WithMessage("*no whole checkpoint*");
        File.Delete(Path.Combine(Checkpoint.Best(_folder, "score").Path, "loss.safetensors"));
        Checkpoint.Best(_folder, "score").Step.Should().Be(4, "a damaged one is ignored");
    }

    [Fact]
    public void Settings_AreThoseOfTheRun()
    {
        Train(2, new CheckpointOptions(_folder));
        Checkpoint checkpoint = Checkpoint.Open(_folder);
        CheckpointSettings settings = checkpoint.Settings;
        (settings.Seed, settings.BatchSize, settings.EpochCount, settings.ExampleCount).Should().Be((5, 8, 2, ToyTraining.Examples));
        (settings.Optimizer, settings.LearningRate).Should().Be(("Adam", 1e-3));
        settings.ExampleShape.Should().Equal(1, 8, 8);
        settings.Weights.Should().Equal(new Dictionary<string, double> { ["local"] = 1, ["prior"] = 0.1 });
        settings.ToString().Should().Be(
            "1 · local + 0.1 · prior; Adam, learning rate 0.001; 2 epochs of 36 examples [1, 8, 8], batches of 8, seed 5");
        checkpoint.ToString().Should().MatchRegex(
            @"^checkpoint at step 8, 2 of 2 epochs done, written \d{4}-\d\d-\d\d \d\d:\d\d UTC by InfoMax [^:]+; " +
            @"epoch 2: .*local\.nats -?\d");
    }

    [Theory]
    [InlineData("SHA256SUMS")]
    [InlineData("encoder.safetensors")]
    [InlineData("loss.safetensors")]
    [InlineData("manifest.json")]
    [InlineData("optimizer.safetensors")]
    [InlineData("state.safetensors")]
    public void Open_AFileMissingTruncatedOrAltered_SaysWhichAndOffersThePrevious(string name)
    {
        Train(2, new CheckpointOptions(_folder));
        string last = Checkpoint.Find(_folder)[0], previous = Checkpoint.Find(_folder)[1], file = Path.Combine(last, name);
        byte[] bytes = File.ReadAllBytes(file);
        void Refused(string why)
        {
            CheckpointException fault = FluentActions.Invoking(() => Checkpoint.Open(_folder)).Should()
                .Throw<CheckpointException>().WithMessage(why).Which;
            fault.Previous.Should().Be(previous);
            fault.Message.Should().Contain(Path.GetFileName(previous));
        }

        File.WriteAllBytes(file, bytes[..(bytes.Length / 2)]);
        Refused("*");
        bytes[bytes.Length / 3] ^= 1;
        File.WriteAllBytes(file, bytes);
        Refused("*");
        File.Delete(file);
        Refused($"*{name}*found nothing*");
        using Encoder encoder = ToyTraining.Encoder();
        using Tensor data = ToyTraining.Data();
        using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 2).Checkpoints(_folder).ResumeLatest();
        trainer.Fit().StepCount.Should().Be(8, "the damaged one is passed over");
    }

    [Fact]
    public void Open_NewerForeignOrNothing_SaysSo()
    {
        Train(1, new CheckpointOptions(_folder));
        string path = Checkpoint.Find(_folder)[0];
        Forge(path, json => json["version"] = 2);
        FluentActions.Invoking(() => Checkpoint.Open(path)).Should().Throw<CheckpointException>().WithMessage("*manifest.json*found 2, " +
            "written by InfoMax*newer library*");
        Forge(path, json => json["format"] = "lightning");
        FluentActions.Invoking(() => Checkpoint.Open(path)).Should()
            .Throw<CheckpointException>().WithMessage("*manifest.json*infomax.checkpoint*");
        FluentActions.Invoking(() => Checkpoint.Open(Path.Combine(_folder, "nothing"))).Should()
            .Throw<CheckpointException>().WithMessage("*expected a checkpoint*");
        Directory.CreateDirectory(Path.Combine(_folder, "step-000000000099"));
        FluentActions.Invoking(() => Checkpoint.Open(_folder)).Should().Throw<CheckpointException>().WithMessage("*SHA256SUMS*");
        Checkpoint.Find(Path.Combine(_folder, "nothing")).Should().BeEmpty();
    }

    [Fact]
    public void Open_ManifestsMutatedWithTheirChecksums_GiveClearExceptionsOnly()
    {
        using Tensor data = ToyTraining.Data();
        Train(1, new CheckpointOptions(_folder));
        string path = Checkpoint.Find(_folder)[0], file = Path.Combine(path, "manifest.json");
        byte[] original = File.ReadAllBytes(file);
        var random = new Random(1);
        int refused = 0, opened = 0;
        for (int i = 0; i < 600; i++)
        {
            byte[] bytes = [.. original];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                int at = random.Next(bytes.Length);
                bytes = random.Next(4) switch
                {
                    0 => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 40))..]],
                    1 => [.. bytes[..at], .. random.Next(2) == 0 ? "9999999999999"u8.ToArray() : "[{"u8.ToArray(), .. bytes[at..]],
                    2 => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
                    _ => bytes.Length < 3 ? bytes : bytes[..random.Next(2, bytes.Length)],
                };
                if (bytes.Length == 0)
                {
                    break;
                }
            }

            File.WriteAllBytes(file, bytes);
            Resum(path);
            try
            {
                Checkpoint.Open(path);
                opened++;
            }
            catch (CheckpointException)
            {
                refused++;
            }
        }

        refused.Should().BeGreaterThan(200);
        opened.Should().BePositive("some changes leave a valid manifest");
    }

    [Fact]
    public void Resume_StatesMutatedWithTheirChecksums_GiveClearExceptionsOnly()
    {
        using Tensor data = ToyTraining.Data();
        Train(1, new CheckpointOptions(_folder));
        string path = Checkpoint.Find(_folder)[0];
        var random = new Random(2);
        foreach (string name in Files.Where(f => f.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            string file = Path.Combine(path, name);
            byte[] original = File.ReadAllBytes(file);
            for (int i = 0; i < 40; i++)
            {
                byte[] bytes = [.. original];
                // The header, where names, shapes and places are; and the numbers.
                bytes[random.Next(i % 4 == 0 ? bytes.Length : Math.Min(bytes.Length, 400))] = (byte)random.Next(256);
                File.WriteAllBytes(file, bytes);
                Resum(path);
                using Encoder encoder = ToyTraining.Encoder();
                using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 2).Resume(path);
                try
                {
                    trainer.Fit();
                }
                catch (Exception e) when (e is CheckpointException or TrainingDivergedException)
                {
                    // A changed weight may be anything, infinity too.
                }
            }

            File.WriteAllBytes(file, original);
        }
    }

    [Fact]
    public void Resume_MomentsOfAnotherTypeThanTheWeights_IsRefused()
    {
        using var scope = NewDisposeScope();
        Train(1, new CheckpointOptions(_folder));
        string path = Checkpoint.Find(_folder)[0], file = Path.Combine(path, "optimizer.safetensors");
        Dictionary<string, Tensor> moments;
        using (SafetensorsFile saved = SafetensorsFile.Open(file))
        {
            moments = saved.Tensors.Keys.ToDictionary(name => name, saved.Load);
        }

        string altered = moments.Keys.First(name => name.EndsWith("/exp_avg", StringComparison.Ordinal));
        moments[altered] = moments[altered].to(ScalarType.Int32);
        SafetensorsFile.Write(file, moments);
        Resum(path);
        using Encoder encoder = ToyTraining.Encoder();
        using Tensor data = ToyTraining.Data();
        using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 2).Resume(path);
        FluentActions.Invoking(() => trainer.Fit()).Should().Throw<CheckpointException>().WithMessage($"*{altered}*Float32*Int32*");
    }

    private static TrainingResult Train(int epochs, CheckpointOptions options, TrainingCallback? callback = null)
    {
        using Tensor data = ToyTraining.Data();
        using Encoder encoder = ToyTraining.Encoder();
        using DimTrainer trainer = ToyTraining.Trainer(encoder, data, epochs).Checkpoints(options);
        return (callback is null ? trainer : trainer.Callback(callback)).Fit();
    }

    private static void Forge(string path, Action<JsonNode> change)
    {
        string file = Path.Combine(path, "manifest.json");
        JsonNode json = JsonNode.Parse(File.ReadAllText(file))!;
        change(json);
        File.WriteAllText(file, json.ToJsonString());
        Resum(path);
    }

    /// <summary>What somebody does who alters a file on purpose.</summary>
    private static void Resum(string path)
    {
        IEnumerable<string> lines = Directory.GetFiles(path).Where(f => Path.GetFileName(f) != "SHA256SUMS")
            .Select(f => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f))) + "  " + Path.GetFileName(f) + "\n");
        File.WriteAllText(Path.Combine(path, "SHA256SUMS"), string.Concat(lines));
    }

    private sealed class Scores(params double[] scores) : TrainingCallback
    {
        public override void OnEpoch(EpochContext context) => context.Report("score", scores[context.Epoch - 1]);
    }
}
