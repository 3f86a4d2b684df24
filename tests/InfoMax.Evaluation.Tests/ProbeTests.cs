using InfoMax.Data;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Geometry;
using InfoMax.Evaluation.Probes;
using TorchSharp;

namespace InfoMax.Evaluation.Tests;

public sealed class ProbeTests
{
    public static TheoryData<Probe> Probes =>
    [
        new LinearProbe { Seed = 3 },
        new SvmProbe { Seed = 3, C = 0.01 },
        new NonlinearProbe { Seed = 3, Epochs = 10, AveragedEpochs = 2 },
        new KnnProbe { Seed = 3, K = 5 },
        new KnnProbe { Seed = 3, K = 5, Metric = DistanceMetric.L1, Weighted = false },
    ];

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

    [Fact]
    public void NonlinearProbe_ThatDiverges_SaysSo()
    {
        (FeatureSet train, FeatureSet test) = Blobs.Pair(60, 30, 20, 3, 3.0);
        using (train)
        using (test)
        {
            FluentActions.Invoking(() => new NonlinearProbe { LearningRate = 1e30, Epochs = 2, AveragedEpochs = 1 }.Evaluate(train, test)).Should().Throw<InvalidOperationException>().WithMessage("Training diverged*");
        }
    }

    [Fact]
    public void Text_OfAResult_SaysWhereCComesFrom()
    {
        (FeatureSet train, FeatureSet test) = Blobs.Pair(60, 30, 20, 3, 3.0);
        using (train)
        using (test)
        {
            var probe = new LinearProbe { Labels = 30, Repeats = 4, Seed = 2 };
            ProbeResult chosen = probe.Evaluate(train, test);
            chosen.HyperParameters.Should().MatchRegex("C=[^ ]+ chosen on 6 of 30 training rows");
            // Each repeat is named once, with what it had.
            chosen.HyperParameters.Split(" | ").Select(part => part[(part.LastIndexOf("repeat", StringComparison.Ordinal) + 6)..].Trim('s', ' ', ')'))
                .SelectMany(list => list.Split(", ")).Order().Should().Equal("1", "2", "3", "4");
            (probe with { C = 0.1 }).Evaluate(train, test).HyperParameters.Should().Be("C=0.1 given");
            (probe with { Candidates = [0.1] }).Evaluate(train, test).HyperParameters.Should().Be("C=0.1 as the only candidate");
            (probe with { Labels = 3 }).Evaluate(train, test).HyperParameters.Should().Be("C=0.01 as the middle candidate, with no row to hold back");
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
    [MemberData(nameof(Probes), DisableDiscoveryEnumeration = true)]
    public void Evaluate_Twice_GivesTheSameResultLeaksNothingAndLeavesTheGlobalGeneratorAlone(Probe probe)
    {
        (FeatureSet train, FeatureSet test) = Blobs.Pair(200, 100, 10, 3, 2.0);
        using (train)
        using (test)
        {
            Probe repeated = probe with { Labels = 90, Repeats = 3 };
            using torch.Tensor state = torch.get_rng_state();
            ProbeResult first = repeated.Evaluate(train, test);
            long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            ProbeResult second = repeated.Evaluate(train, test);
            DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(live);
            using torch.Tensor after = torch.get_rng_state();
            after.data<byte>().ToArray().Should().Equal(state.data<byte>().ToArray());
            second.Accuracies.Should().Equal(first.Accuracies);
            first.Accuracies.Should().HaveCount(3);
            first.Labels.Should().Be(90);
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
    public void Balanced_UnevenClasses_SharesAsEvenlyAsTheyAllow()
    {
        int[] labels = [.. Enumerable.Repeat(0, 3), .. Enumerable.Repeat(1, 50), .. Enumerable.Repeat(2, 60)];
        int[] rows = StratifiedDraw.Balanced(labels, 40, new Random(1));
        rows.Should().OnlyHaveUniqueItems().And.HaveCount(40).And.BeInAscendingOrder();
        int[] counts = [.. Enumerable.Range(0, 3).Select(c => rows.Count(row => labels[row] == c))];
        counts[0].Should().Be(3);
        (counts[1] + counts[2]).Should().Be(37);
        Math.Abs(counts[1] - counts[2]).Should().BeLessThanOrEqualTo(1);
        StratifiedDraw.Balanced(labels, 40, new Random(1)).Should().Equal(rows);
        StratifiedDraw.Balanced(labels, 40, new Random(2)).Should().NotEqual(rows);
        StratifiedDraw.Balanced(labels, 113, new Random(2)).Should().HaveCount(113);
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
        FluentActions.Invoking(() => probe.Evaluate(train, wide)).Should().Throw<ArgumentException>().WithMessage("*Expected 4 features*got 5*");
        FluentActions.Invoking(() => probe.Evaluate(single, wide)).Should().Throw<ArgumentException>().WithMessage("*two classes, got 1*");
        FluentActions.Invoking(() => (probe with { Labels = 31 }).Evaluate(train, test)).Should().Throw<ArgumentException>().WithMessage("*3*30*got 31*");
        FluentActions.Invoking(() => (probe with { Labels = 2 }).Evaluate(train, test)).Should().Throw<ArgumentException>();
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
            () => _ = new LinearProbe { Labels = 1 }, () => _ = new LinearProbe { Repeats = 0 }, () => _ = new LinearProbe { C = 0 },
            () => _ = new LinearProbe { C = double.NaN }, () => _ = new LinearProbe { Candidates = [] }, () => _ = new LinearProbe { Candidates = [-1] },
            () => _ = new LinearProbe { ValidationFraction = 1 }, () => _ = new SvmProbe { MaxIterations = 0 }, () => _ = new KnnProbe { K = 0 },
            () => _ = new KnnProbe { Metric = null! }, () => _ = new NonlinearProbe { HiddenUnits = 0 }, () => _ = new NonlinearProbe { Dropout = 1 },
            () => _ = new NonlinearProbe { Epochs = 0 }, () => _ = new NonlinearProbe { LearningRate = 0 }, () => _ = new NonlinearProbe { DecayEpochs = [0] },
            () => _ = new NonlinearProbe { DecayFactor = 0 }, () => _ = new NonlinearProbe { BatchSize = 1 }, () => _ = new NonlinearProbe { AveragedEpochs = 0 },
            () => _ = new FeatureExtractor { BatchSize = 0 },
        ];
        faults.Should().AllSatisfy(fault => fault.Should().Throw<ArgumentException>());
    }

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
