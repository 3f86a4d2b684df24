using InfoMax.Samples.BeyondImages;

namespace InfoMax.EndToEnd.Tests;

/// <summary>The examples of samples/BeyondImages, made small enough for every test run.</summary>
public sealed class BeyondImagesTests
{
    [Fact]
    public void Sequences_TrainedWithoutLabels_TellTheDirectionBetterThanUntrained()
    {
        // One seed says little: over six, the margin of the global vector was 0.04 to 0.15, and its mean 0.10.
        double[] margins =
        [
            .. Enumerable.Range(1, 3).Select(seed => Margin(
                new SequenceExample { Examples = 1200, Epochs = 8, WithTransformer = false }.Run(seed, _ => { }, CancellationToken.None),
                "global (64)")),
        ];
        margins.Average().Should().BeGreaterThan(0.06);
    }

    [Fact]
    public void Graph_TrainedWithoutLabels_TellsCommunitiesBetterThanUntrained()
    {
        IReadOnlyList<Reading> readings = Run(new GraphExample { Nodes = 600, Steps = 100 });
        Margin(readings, "nodes (64)").Should().BeGreaterThan(0.15);
        readings.Should().OnlyContain(r => r.Accuracy > 0.2, "even raw data are better than a guess");
    }

    [Fact]
    public void Data_OfTheSameSeed_AreTheSame()
    {
        int[] labels = Solids.Make(12, new Random(5)).Kinds;
        labels.Should().Equal(Solids.Make(12, new Random(5)).Kinds).And.OnlyContain(kind => kind >= 0 && kind < Solids.Kinds);
        Solids.Make(2, new Random(5)).Volumes.data<float>().ToArray().Should()
            .Equal(Solids.Make(2, new Random(5)).Volumes.data<float>().ToArray());
        Waves.Make(2, new Random(5)).Signals.data<float>().ToArray().Should()
            .NotEqual(Waves.Make(2, new Random(6)).Signals.data<float>().ToArray());
    }

    [Fact]
    public void Comparison_OfSeveralSeeds_GivesMeanSpreadAndMargin()
    {
        Reading[] Seed(double untrained, double trained) =>
            [new("untrained", "x (2)", untrained), new("trained", "x (2)", trained, "untrained")];
        var comparison = new Comparison([Seed(0.5, 0.7), Seed(0.6, 0.9)]);
        comparison.Markdown(0.25).Should().Contain("| untrained | x (2) | 55.0 ± 7.1 |  |")
            .And.Contain("| trained | x (2) | 80.0 ± 14.1 | +25.0 ± 7.1 |").And.EndWith("| chance | | 25.0 | |");
    }

    private static IReadOnlyList<Reading> Run(GraphExample example) => example.Run(seed: 1, report: _ => { }, CancellationToken.None);

    private static double Margin(IReadOnlyList<Reading> readings, string feature)
    {
        double Accuracy(string representation) => readings.Single(r => r.Representation == representation && r.Feature == feature).Accuracy;
        return Accuracy(Probing.Trained) - Accuracy(Probing.Untrained);
    }
}
