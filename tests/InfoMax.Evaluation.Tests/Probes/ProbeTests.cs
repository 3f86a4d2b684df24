using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Geometry;
using InfoMax.Evaluation.Probes;
using TorchSharp;

namespace InfoMax.Evaluation.Tests.Probes;

public sealed class ProbeTests
{
    public static TheoryData<Probe> Probes => [.. Make(null, 1)];

    public static TheoryData<Probe> RepeatedProbes => [.. Make(90, 3)];

    [Theory]
    [MemberData(nameof(Probes), DisableDiscoveryEnumeration = true)]
    public void Evaluate_OnSeparableClasses_BeatsChanceAndOnShuffledLabelsDoesNot(Probe probe)
    {
        (double[,] x, int[] y) = Blobs.Make(300, 20, 4, 1.0, 1);
        (FeatureSet train, FeatureSet test) = Blobs.Pair(300, 400, 20, 4, 1.0);
        using (train)
        using (test)
        using (FeatureSet shuffled = Blobs.Set(x, Shuffled(y)))
        {
            probe.Evaluate(train, test).Mean.Should().BeGreaterThan(0.9);
            probe.Evaluate(shuffled, test).Mean.Should().BeInRange(0.05, 0.45);
        }
    }

    [Theory]
    [MemberData(nameof(Probes), DisableDiscoveryEnumeration = true)]
    public void Evaluate_AfterScalingAndShiftingColumns_GivesTheSameAccuracy(Probe probe)
    {
        (double[,] x, int[] y) = Blobs.Make(200, 12, 4, 2.0, 1);
        (double[,] xTest, int[] yTest) = Blobs.Make(200, 12, 4, 2.0, 2);
        using FeatureSet train = Blobs.Set(x, y);
        using FeatureSet test = Blobs.Set(xTest, yTest);
        using FeatureSet scaledTrain = Blobs.Set(Scaled(x), y);
        using FeatureSet scaledTest = Blobs.Set(Scaled(xTest), yTest);
        probe.Evaluate(scaledTrain, scaledTest).Mean.Should().BeApproximately(probe.Evaluate(train, test).Mean, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Probes), DisableDiscoveryEnumeration = true)]
    public void Evaluate_ConstantDuplicateAndWideFeatures_StaysFinite(Probe probe)
    {
        (double[,] x, int[] y) = Blobs.Make(40, 90, 3, 1.0, 1);
        for (int i = 0; i < 40; i++)
        {
            x[i, 0] = 1e6;
            x[i, 2] = x[i, 1];
        }

        using FeatureSet train = Blobs.Set(x, y, single: true);
        probe.Evaluate(train, train).Mean.Should().BeGreaterThan(0.9);
    }

    [Theory]
    [MemberData(nameof(RepeatedProbes), DisableDiscoveryEnumeration = true)]
    public void Evaluate_Twice_GivesTheSameResultLeaksNothingAndLeavesTheGlobalGeneratorAlone(Probe repeated)
    {
        (FeatureSet train, FeatureSet test) = Blobs.Pair(200, 100, 10, 3, 2.0);
        using (train)
        using (test)
        {
            using torch.Tensor state = torch.get_rng_state();
            ProbeResult first = repeated.Evaluate(train, test);
            long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            ProbeResult second = repeated.Evaluate(train, test);
            DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(live);
            using torch.Tensor after = torch.get_rng_state();
            after.data<byte>().ToArray().Should().Equal(state.data<byte>().ToArray());
            second.Accuracies.Should().Equal(first.Accuracies);
            first.Accuracies.Should().HaveCount(3);
            first.LabelCount.Should().Be(90);
            first.Confusion.Sum(row => row.Sum()).Should().Be(100);
            first.ToString().Should().Contain("90 of 200 labels").And.Contain("3 repeats").And.Contain("seed 3");
        }
    }

    [Fact]
    public void Evaluate_AllLabelsAndNothingDrawn_RunsOnce()
    {
        (FeatureSet train, FeatureSet test) = Blobs.Pair(60, 30, 4, 3, 2.0);
        using (train)
        using (test)
        {
            new KnnProbe { Repeats = 5 }.Evaluate(train, test).Repeats.Should().Be(1);
            new LinearProbe { C = 1, Repeats = 5 }.Evaluate(train, test).Repeats.Should().Be(1);
            new LinearProbe { Repeats = 2 }.Evaluate(train, test).Repeats.Should().Be(2);
        }
    }

    [Fact]
    public void Evaluate_ClassOnlyInTest_CountsAsError()
    {
        using FeatureSet train = Blobs.Set(new double[,] { { 0, 1 }, { 0, 2 }, { 5, 1 }, { 5, 2 } }, [0, 0, 2, 2]);
        using FeatureSet test = Blobs.Set(new double[,] { { 0, 1 }, { 5, 1 }, { 0, 9 }, { 5, 9 } }, [0, 2, 1, 3]);
        ProbeResult result = new LinearProbe { C = 1 }.Evaluate(train, test);
        result.Mean.Should().Be(0.5);
        result.Confusion.Should().HaveCount(4);
    }

    [Fact]
    public void Evaluate_BadArguments_ThrowsAndSaysWhatWasExpected()
    {
        (FeatureSet train, FeatureSet test) = Blobs.Pair(30, 30, 4, 3, 1.0);
        using FeatureSet _ = train;
        using FeatureSet __ = test;
        (double[,] x, int[] y) = Blobs.Make(30, 5, 3, 1.0, 1);
        using FeatureSet unlabeled = Blobs.Set(x, null);
        using FeatureSet wide = Blobs.Set(x, y);
        using FeatureSet single = Blobs.Set(x, new int[30]);
        var probe = new LinearProbe();
        FluentActions.Invoking(() => probe.Evaluate(unlabeled, wide)).Should().Throw<ArgumentException>().WithMessage("*without labels*");
        FluentActions.Invoking(() => probe.Evaluate(wide, unlabeled)).Should().Throw<ArgumentException>().WithMessage("*without labels*");
        FluentActions.Invoking(() => probe.Evaluate(train, wide))
            .Should().Throw<ArgumentException>().WithMessage("*Expected 4 features*got 5*");
        FluentActions.Invoking(() => probe.Evaluate(single, wide)).Should().Throw<ArgumentException>().WithMessage("*two classes, got 1*");
        FluentActions.Invoking(() => new LinearProbe { LabelCount = 31 }.Evaluate(train, test))
            .Should().Throw<ArgumentException>().WithMessage("*3*30*got 31*");
        FluentActions.Invoking(() => new LinearProbe { LabelCount = 2 }.Evaluate(train, test)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => probe.Evaluate(null!, test)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => probe.Evaluate(train, test, new CancellationToken(true))).Should().Throw<OperationCanceledException>();
        x[0, 0] = double.NaN;
        FluentActions.Invoking(() => Blobs.Set(x, y)).Should().Throw<ArgumentException>().WithMessage("*finite*");
        FluentActions.Invoking(() => Blobs.Set(new double[2, 2], [0])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => Blobs.Set(new double[2, 2], [0, -1])).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Options_OutOfRange_Throw()
    {
        Action[] faults =
        [
            () => _ = new LinearProbe { LabelCount = 1 }, () => _ = new LinearProbe { Repeats = 0 }, () => _ = new LinearProbe { C = 0 },
            () =>
                _ = new LinearProbe { C = double.NaN },
                () => _ = new LinearProbe { Candidates = [] },
                () => _ = new LinearProbe { Candidates = [-1] },
            () =>
                _ = new LinearProbe { ValidationFraction = 1 },
                () => _ = new SvmProbe { MaxIterations = 0 },
                () => _ = new KnnProbe { K = 0 },
            () =>
                _ = new KnnProbe { Metric = null! },
                () => _ = new NonlinearProbe { HiddenUnits = 0 },
                () => _ = new NonlinearProbe { Dropout = 1 },
            () =>
                _ = new NonlinearProbe { Epochs = 0 },
                () => _ = new NonlinearProbe { LearningRate = 0 },
                () => _ = new NonlinearProbe { DecayEpochs = [0] },
            () =>
                _ = new NonlinearProbe { DecayFactor = 0 },
                () => _ = new NonlinearProbe { BatchSize = 1 },
                () => _ = new NonlinearProbe { AveragedEpochs = 0 },
            () => _ = new FeatureExtractor { BatchSize = 0 },
        ];
        faults.Should().AllSatisfy(fault => fault.Should().Throw<ArgumentException>());
    }

    [Theory]
    [InlineData(1e-21, true)]
    [InlineData(1e-21, false)]
    [InlineData(1e-170, false)]
    [InlineData(1e18, true)]
    [InlineData(1e150, false)]
    [InlineData(1e300, false)]
    public void Evaluate_DataInAnotherUnit_GivesTheSameAccuracy(double unit, bool inFloat32)
    {
        Probe[] raw = [.. new[] { DistanceMetric.Cosine, DistanceMetric.L1, DistanceMetric.L2 }
            .Select(metric => new KnnProbe { K = 5, Metric = metric, Standardize = false })];
        using var scope = torch.NewDisposeScope();
        (FeatureSet train, FeatureSet test) = Blobs.Pair(120, 150, 8, 4, 1.5);
        torch.ScalarType kind = inFloat32 ? torch.ScalarType.Float32 : torch.ScalarType.Float64;
        FeatureSet Scaled(FeatureSet set) => FeatureSet.FromMatrix((set.Values * unit).to(kind), set.Labels);
        using (train)
        using (test)
        using (FeatureSet scaledTrain = Scaled(train), scaledTest = Scaled(test))
        {
            foreach (Probe probe in raw.Concat(Make(null, 1)))
            {
                double expected = probe.Evaluate(train, test).Mean;
                probe.Evaluate(scaledTrain, scaledTest).Mean
                    .Should().BeApproximately(expected, probe is NonlinearProbe ? 0.02 : 0.007, probe.Name);
            }
        }
    }

    [Fact]
    public void Evaluate_AProbeThatPredictsSomethingElse_SaysWhatWasExpected()
    {
        (FeatureSet train, FeatureSet test) = Blobs.Pair(30, 30, 4, 3, 1.0);
        using (train)
        using (test)
        {
            Action Evaluate(params int[] predictions) => () => new Own(predictions).Evaluate(train, test);
            Evaluate(1, 2).Should().Throw<InvalidOperationException>().WithMessage("*\"own\"*[0, 3)*30 test rows, got 2 predictions*");
            Evaluate([.. Enumerable.Repeat(3, 30)]).Should().Throw<InvalidOperationException>().WithMessage("*got class 3*");
            new Own([.. test.Labels!]).Evaluate(train, test).Mean.Should().Be(1);
        }
    }

    private sealed class Own(int[] predictions) : Probe
    {
        public override string Name => "own";

        protected override (IReadOnlyList<int> Predictions, string HyperParameters, double? Accuracy) Run(
            FeatureSet train, FeatureSet test, int seed, CancellationToken cancellationToken) => (predictions, "nothing", null);
    }

    private static Probe[] Make(int? labelCount, int repeats) =>
    [
        new LinearProbe { LabelCount = labelCount, Repeats = repeats, Seed = 3 },
        new SvmProbe { LabelCount = labelCount, Repeats = repeats, Seed = 3, C = 0.01 },
        new NonlinearProbe { LabelCount = labelCount, Repeats = repeats, Seed = 3, Epochs = 10, AveragedEpochs = 2 },
        new KnnProbe { LabelCount = labelCount, Repeats = repeats, Seed = 3, K = 5 },
        new KnnProbe { LabelCount = labelCount, Repeats = repeats, Seed = 3, K = 5, Metric = DistanceMetric.L1, Weighted = false },
    ];

    private static int[] Shuffled(int[] labels)
    {
        int[] copy = [.. labels];
        new Random(5).Shuffle(copy);
        return copy;
    }

    private static double[,] Scaled(double[,] x)
    {
        var scaled = (double[,])x.Clone();
        double[] scales = [1e6, 1e-6, 1, -3e4];
        for (int i = 0; i < x.GetLength(0); i++)
        {
            for (int f = 0; f < x.GetLength(1); f++)
            {
                scaled[i, f] = (x[i, f] + (7 * f)) * Math.Abs(scales[f % 4]);
            }
        }

        return scaled;
    }
}
