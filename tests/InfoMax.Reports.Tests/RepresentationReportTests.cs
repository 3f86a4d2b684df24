using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Probes;
using InfoMax.Priors;
using InfoMax.Tests.Support;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Reports.Tests;

public sealed class RepresentationReportTests
{
    private static readonly string[] Names = ["a", "b", "c"];

    [Fact]
    public void Evaluate_AnEncoder_ShowsWhatItIsWorth()
    {
        using LabeledData train = Data(90, seed: 1), test = Data(60, seed: 2);
        using ConvEncoder encoder = Encoder();
        using DimTrainer trainer = new DimTrainer(encoder, train.Inputs).Local(new InfoNceEstimator(), units: 16).Prior(Prior.Uniform)
            .BatchSize(30).Epochs(2).Seed(
            1);
        TrainingResult training = trainer.Fit();
        var options =
            new RepresentationReport
            {
                Title = "A run",
                Features = ["conv", "global"],
                Probes = [new LinearProbe { LabelCount = 30, Repeats = 2, C = 0.1 }, new KnnProbe { K = 5 }],
                NeighborCount = 4,
                PointCount = 40,
                Prior = Prior.Uniform,
            };
        Report report = options.Evaluate(encoder, train, test, training);
        report.Table!.Columns.Should().Equal("linear, 30 labels", "k-NN, 90 labels");
        report.Table.Rows.Select(row => (row.Group, row.Feature)).Should().Equal(
            ("image statistics", "11 per band"),
            ("raw pixels", "raw"),
            ("6 principal components", "raw"),
            ("untrained", "conv"),
            ("untrained", "global"),
            ("trained", "conv"),
            ("trained", "global"));
        report.Table.Notes.Should().HaveCount(14).And.OnlyContain(note => note.Contains("60 test rows"));
        ProbeResult again = options.Probes[0].Evaluate(encoder, train, test);
        report.Table.Rows[^1].Cells[0].Should().Be((again.Mean, again.StandardDeviation), "the encoder has its own weights again");
        report.Maps.Select(map => map.Title).Should().Equal("trained, two principal components", "trained, t-SNE");
        report.Maps.Should().OnlyContain(map => map.Points.Count == 40 && map.ClassNames.SequenceEqual(Names));
        report.Neighbors!.Rows.Should().HaveCount(3).And.OnlyContain(row => row.Neighbors[0].Count == 4);
        report.Pictures.Select(group => group.Pictures.Count).Should().Equal(1, 1);
        report.Curves.Select(curve => curve.Name).Should().StartWith(["total", "local.loss", "prior.loss", "local.nats"]).And.Contain(
            "prior.accuracy");
        report.Facts.Select(fact => fact.Label).Should().HaveCount(7).And.Contain("trained: effective rank of the codes");
        string page = report.ToHtml();
        page.Should().ContainAll(
            "A run", "How each number was measured", "<li>trained: linear probe on global (6): ", "of the same class", "uniform prior");
        LiveTensors.ShouldNotGrow(1, () => options.Evaluate(encoder, train, test));
    }

    [Fact]
    public void Evaluate_SeveralRepresentations_ShowsTheLastOnesConfusion()
    {
        using FeatureSet good =
            Make.Features(60, 4, 3), goodTest =
                Make.Features(30, 4, 3, seed: 2), plain = Make.Features(60, 4, 0, seed: 3), plainTest = Make.Features(
            30, 4, 0, seed: 4);
        using FeatureSet noise = FeatureSet.FromMatrix(plain.Values, good.Labels), noiseTest = FeatureSet.FromMatrix(
            plainTest.Values, goodTest.Labels);
        Dictionary<string, FeatureSet> Named(FeatureSet set) => new() { ["global"] = set };
        Representation first = new("good", Named(good), Named(goodTest)), last = new("noise", Named(noise), Named(noiseTest));
        var probe = new LinearProbe { C = 0.1 };
        Report report = new RepresentationReport { Probes = [probe] }.Evaluate([first, last]);
        report.Table!.Rows.Select(row => row.Group).Should().Equal("good", "noise");
        report.Table.Rows[0].Cells[0].Mean.Should().BeGreaterThan(0.9);
        double accuracy = probe.Evaluate(noise, noiseTest).Mean;
        accuracy.Should().BeLessThan(0.7);
        report.Pictures[0].Pictures[0].Title.Should().EndWith(FormattableString.Invariant($"{100 * accuracy:F1} % right"));
        report.Facts.Select(fact => fact.Label).Should().Contain(
            ["good: best probe, linear on global", "noise: best probe, linear on global"]);
    }

    [Theory]
    [InlineData(6, 1)]
    [InlineData(1, 1)]
    public void Evaluate_CodesThatHaveNoPlaceInAPlane_LeavesTheirPicturesOutAndSaysSo(int units, int kept)
    {
        // All the same, or of one number: beside a sound one, which is shown.
        using FeatureSet sound = Make.Features(60, 6, 3), dead = FeatureSet.FromMatrix(
            sound.Values.narrow(1, 0, units) * (units == 1 ? 1 : 0), sound.Labels);
        Dictionary<string, FeatureSet> Named(FeatureSet set) => new() { ["global"] = set };
        Report report = new RepresentationReport { Probes = [new KnnProbe()] }.Evaluate(
            [new Representation("sound", Named(sound), Named(sound)), new Representation("odd", Named(dead), Named(dead))]);
        report.Maps.Count(map => map.Title.StartsWith("sound", StringComparison.Ordinal)).Should().Be(2);
        report.Maps.Count(map => map.Title.StartsWith("odd", StringComparison.Ordinal)).Should().Be(kept);
        report.Facts.Should().ContainSingle(fact => fact.Value.StartsWith("not drawn: ", StringComparison.Ordinal)).Which.Label
            .Should().StartWith(
            "odd, ");
        report.ToHtml().Should().Contain("not drawn");
    }

    [Fact]
    public void Evaluate_PlainMatrices_IsPossibleWithoutLabelsImagesOrTraining()
    {
        Dictionary<string, FeatureSet> first = Collection(seed: 1), second = Collection(seed: 2);
        using FeatureSet one = first["global"], two = second["global"];
        Report report = new RepresentationReport { Probes = [], Prior = Prior.Gaussian, PointCount = 20 }.Evaluate(
            [new Representation("one", first, first), new Representation("two", second, second)]);
        report.Table.Should().BeNull();
        report.Neighbors.Should().BeNull();
        report.Curves.Should().BeEmpty();
        report.Maps.Should().HaveCount(4).And.OnlyContain(map => map.Labels == null);
        report.Pictures.Should().ContainSingle().Which.Pictures.Select(picture => picture.Title).Should().Equal("one", "two");
        report.ToHtml().Should().Contain("gaussian prior");
    }

    [Fact]
    public void Evaluate_WrongArguments_SaysWhatWasExpected()
    {
        Dictionary<string, FeatureSet> set = Collection(seed: 1);
        using FeatureSet values = set["global"];
        var options = new RepresentationReport();
        Expect.ArgumentFault(() => options.Evaluate([]), "representations", "none");
        Expect.ArgumentFault(
            () => new RepresentationReport { Features = ["fc"] }.Evaluate([new Representation("one", set, set)]),
            "representations",
            "\"fc\"",
            "\"one\"",
            "global");
        using LabeledData data = Data(30, seed: 1);
        Expect.ArgumentFault(() => options.Evaluate([new Representation("one", set, set)], data.Inputs), "examples", "50 rows", "got 30");
        FluentActions.Invoking(() => new RepresentationReport { PointCount = 1 })
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName(
            "PointCount");
        FluentActions.Invoking(() => new RepresentationReport { NeighborCount = 0 })
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName(
            "NeighborCount");
        using ConvEncoder encoder = Encoder();
        FluentActions.Invoking(() => new RepresentationReport { Code = "fc" }.Evaluate(encoder, data, data))
            .Should().Throw<ArgumentException>().WithMessage("*fc*");
        FluentActions.Invoking(() => options.Evaluate(encoder, data, data, cancellationToken: new CancellationToken(true)))
            .Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void Evaluate_WithoutBaselines_ShowsTheEncoderAlone()
    {
        using LabeledData train = Data(60, seed: 1), test = Data(30, seed: 2);
        using ConvEncoder encoder = Encoder();
        var options = new RepresentationReport { Probes = [new KnnProbe { K = 3 }], Baselines = false };
        Report report = options.Evaluate(encoder, train, test);
        report.Table!.Rows.Select(row => row.Group).Should().Equal("trained");
        report.ToHtml().Should().NotContain(" prior");
    }

    [Fact]
    public void ImageStatistics_OfAnImage_AreThoseOfItsPixels()
    {
        using var scope = NewDisposeScope();
        Tensor image = tensor(new float[] { 0, 1, 2, 3, 4, 9 }).view(1, 1, 2, 3);
        float[] found = [.. ImageStatistics.Of(image).data<float>()];
        double mean = 19 / 6.0, deviation = Math.Sqrt((0 + 1 + 4 + 9 + 16 + 81) / 6.0 - (mean * mean));
        double[] expected = [mean, deviation, 0, 9, (3 + 3 + 7) / 3.0, (1 + 1 + 1 + 5) / 4.0, 0.5, 1.25, 2.5, 3.75, 6.5];
        found.Zip(expected).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
    }

    private static Dictionary<string, FeatureSet> Collection(int seed) => new() { ["global"] = Make.Features(50, 6, 0, seed) };

    private static ConvEncoder Encoder() => new(
        new EncoderDescription
        {
            InputShape = [1, 8, 8],
            Layers = [Layer.Conv(8, 4, 2, 1).As("local"), Layer.Conv(8, 4, 2, 1).As("conv"), Layer.Flatten(), Layer.Global(6)],
        },
        seed: 1);

    /// <summary>Three classes by their brightness.</summary>
    private static LabeledData Data(int count, int seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % 3)];
        Tensor brightness = tensor(labels.Select(l => 0.5f * (l - 1)).ToArray()).view(count, 1, 1, 1);
        Tensor images = randn([count, 1, 8, 8], generator: generator).mul(0.2).add(brightness).clamp(-1, 1);
        return new LabeledData(images, labels, Names);
    }
}
