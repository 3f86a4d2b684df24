using InfoMax.Critics;
using InfoMax.Estimators;
using InfoMax.Information.Tasks;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Information.Tests;

public sealed class MutualInformationTests
{
    internal static readonly MutualInformationOptions Quick = new()
    {
        MaxSteps = 600,
        CheckEvery = 50,
        Patience = 4,
        LearningRate = 3e-3,
        ResampleCount = 50,
        EvaluationBatchSize = 500,
        Critic = (x, y, seed) => new SeparableMlpCritic(x, y, units: 16, hiddenUnits: 32, seed: seed),
    };

    public static TheoryData<string> LowerBounds =>
        new("nwj", "infonce", "tuba", "interpolated", "flo", "donsker-varadhan", "mine", "smile", "jensen-shannon", "squared-hellinger");

    [Theory]
    [MemberData(nameof(LowerBounds))]
    public void Estimate_OfCorrelatedGaussians_IsNearTheTruth(string name)
    {
        var task = CorrelatedGaussianTask.ForInformation(3, 1.0);
        MutualInformationEstimate estimate = MutualInformation.Estimate(task, Named(name), heldOut: 2000, Quick);
        estimate.Value.Should().BeInRange(0.8, 1.1, estimate.ToString());
        estimate.StandardError.Should().BeInRange(0.005, 0.1);
        (estimate.Low < estimate.Value && estimate.Value < estimate.High).Should().BeTrue();
        estimate.Estimator.Should().Be(name);
        estimate.NearCeiling.Should().BeFalse();
        estimate.ValidationCurve[0].Step.Should().Be(0);
    }

    [Fact]
    public void Estimate_IndependentVariables_HasZeroInItsInterval()
    {
        using var generator = new Generator(5);
        using Tensor x = randn([3000, 3], generator: generator), y = randn([3000, 3], generator: generator);
        foreach (string name in new[] { "infonce", "smile", "nwj", "flo" })
        {
            MutualInformationEstimate estimate = MutualInformation.Estimate(x, y, Named(name), Quick);
            (estimate.Contains(0) || Math.Abs(estimate.Value) < 0.03).Should().BeTrue(estimate.ToString());
        }
    }

    [Fact]
    public void Estimate_UpperBounds_LieAboveTheTruthWhereTheModelIsRight()
    {
        var task = CorrelatedGaussianTask.ForInformation(2, 1.0);
        MutualInformationOptions options = Quick with { Critic = (x, y, seed) => new GaussianCritic(x, y, 32, seed: seed) };
        MutualInformationEstimate club =
            MutualInformation.Estimate(task, new ClubEstimator(), 2000, options), leaveOneOut = MutualInformation.Estimate(
            task, new LeaveOneOutEstimator(), 2000, options);
        club.Kind.Should().Be(BoundKind.UpperBound);
        club.Value.Should().BeGreaterThan(1.1);
        leaveOneOut.Value.Should().BeInRange(0.92, 1.1);
    }

    [Fact]
    public void Estimate_InfoNceInSmallBatches_SaysThatItIsNearItsCeiling()
    {
        var task = CorrelatedGaussianTask.ForInformation(10, 9.0);
        MutualInformationOptions options = Quick with { EvaluationBatchSize = 16, BatchSize = 64 };
        MutualInformationEstimate estimate = MutualInformation.Estimate(task, new InfoNceEstimator(), 512, options);
        estimate.Ceiling.Should().BeApproximately(Math.Log(16), 1e-9);
        estimate.Value.Should().BeLessThanOrEqualTo(Math.Log(16));
        estimate.NearCeiling.Should().BeTrue(estimate.ToString());
        estimate.ToString().Should().Contain("near its ceiling 2.773");
    }

    [Fact]
    public void Estimate_ConcatenatingCriticAndAnotherReadout_Work()
    {
        var task = CorrelatedGaussianTask.ForInformation(2, 0.8);
        MutualInformationOptions options =
            Quick with
            {
                Critic = (x, y, seed) => new ConcatCritic(x, y, 32, seed: seed),
                Readout = new NwjEstimator(),
                BatchSize = 64,
                MaxSteps = 400,
            };
        MutualInformationEstimate estimate = MutualInformation.Estimate(task, new JensenShannonEstimator(), 1000, options);
        (estimate.Readout, estimate.Kind).Should().Be(("nwj", BoundKind.LowerBound));
        estimate.Value.Should().BeInRange(0.6, 0.9, estimate.ToString());
    }

    [Fact]
    public void Estimate_Wasserstein_GrowsWithDependenceAndIsZeroWithout()
    {
        MutualInformationOptions options = Quick with { Critic = null, MaxSteps = 200, BatchSize = 48, EvaluationBatchSize = 200 };
        double Distance(double nats) =>
            MutualInformation.Estimate(CorrelatedGaussianTask.ForInformation(1, nats), DivergenceEstimator.Wasserstein, 600, options).Value;
        (double none, double some, double much) = (Distance(0), Distance(0.3), Distance(2));
        Math.Abs(none).Should().BeLessThan(0.05);
        some.Should().BeGreaterThan(none + 0.05);
        much.Should().BeGreaterThan(some + 0.1).And.BeLessThan(2, "moving y alone undoes the dependence at a cost below E|y − y'|");
    }

    [Theory]
    [InlineData(1e-21)]
    [InlineData(1e-200)]
    [InlineData(1e200)]
    public void Estimate_OtherUnits_IsTheSame(double unit)
    {
        using SamplePairs pairs = Pairs();
        using var scope = NewDisposeScope();
        Tensor x = pairs.X.to(ScalarType.Float64);
        MutualInformationOptions options = Quick with { MaxSteps = 100 };
        double expected = MutualInformation.Estimate(x, pairs.Y, new NwjEstimator(), options).Value;
        expected.Should().BeGreaterThan(0.2);
        MutualInformation.Estimate(x * unit, pairs.Y, new NwjEstimator(), options).Value.Should().BeApproximately(expected, 0.02);
        MutualInformation.Estimate(pairs.Y, x * unit, new NwjEstimator(), options).Value.Should().BeGreaterThan(0.2);
    }

    [Fact]
    public void Estimate_BeyondTheRangeOfFloat32WithoutStandardizing_IsRefused()
    {
        using SamplePairs pairs = Pairs();
        using Tensor x = pairs.X.to(ScalarType.Float64) * 1e60;
        FluentActions.Invoking(() => MutualInformation.Estimate(x, pairs.Y, new NwjEstimator(), Quick with { Standardize = false }))
            .Should().Throw<ArgumentException>().WithMessage("*float32*");
    }

    [Fact]
    public void Estimate_SameSeed_GivesTheSameNumbers()
    {
        using SamplePairs pairs = Pairs();
        MutualInformationOptions options = Quick with { MaxSteps = 60, CheckEvery = 20, Seed = 4 };
        MutualInformationEstimate Run(int seed) =>
            MutualInformation.Estimate(pairs.X, pairs.Y, new InfoNceEstimator(), options with { Seed = seed });
        MutualInformationEstimate first = Run(4), second = Run(4), other = Run(5);
        (second.Value, second.Low, second.High).Should().Be((first.Value, first.Low, first.High));
        second.ValidationCurve.Should().Equal(first.ValidationCurve);
        other.Value.Should().NotBe(first.Value);
        (first.TrainingPairCount, first.ValidationPairCount, first.TestPairCount).Should().Be((300, 100, 100));
    }

    [Fact]
    public void Estimate_ArraysTensorsAndHigherShapes_AreTheSame()
    {
        using SamplePairs pairs = Pairs();
        MutualInformationOptions options = Quick with { MaxSteps = 20, CheckEvery = 20 };
        var xs = new double[500, 2];
        var ys = new double[500, 2];
        for (int i = 0; i < 500; i++)
        {
            for (int d = 0; d < 2; d++)
            {
                xs[i, d] = pairs.X[i, d].item<float>();
                ys[i, d] = pairs.Y[i, d].item<float>();
            }
        }

        using Tensor shaped = pairs.X.view(500, 2, 1);
        double expected = MutualInformation.Estimate(pairs.X, pairs.Y, new NwjEstimator(), options).Value;
        MutualInformation.Estimate(xs, ys, new NwjEstimator(), options).Value.Should().BeApproximately(expected, 1e-5);
        MutualInformation.Estimate(shaped, pairs.Y, new NwjEstimator(), options).Value.Should().Be(expected);
    }

    [Fact]
    public void Estimate_Canceled_GivesTheBestSoFar()
    {
        using SamplePairs pairs = Pairs();
        using var source = new CancellationTokenSource();
        var reports = new List<MutualInformationProgress>();
        var progress = new Told(report =>
        {
            reports.Add(report);
            if (report.Step >= 40)
            {
                source.Cancel();
            }
        });
        MutualInformationEstimate estimate = MutualInformation.Estimate(
            pairs.X, pairs.Y, new InfoNceEstimator(), Quick with { CheckEvery = 20 }, progress, source.Token);
        (estimate.End, estimate.Steps).Should().Be((EstimationEnd.Canceled, 40));
        double.IsFinite(estimate.Value).Should().BeTrue();
        reports.Select(r => r.Step).Should().Equal(0, 20, 40);
    }

    [Fact]
    public void Estimate_CriticThatOverflows_EndsAndSaysSo()
    {
        using SamplePairs pairs = Pairs();
        MutualInformationEstimate estimate = MutualInformation.Estimate(
            pairs.X, pairs.Y, new NwjEstimator(), Quick with { Critic = (x, y, seed) => new Exploding(x, y) });
        estimate.End.Should().Be(EstimationEnd.Diverged);
        estimate.SkippedSteps.Should().Be(100);
        estimate.BestStep.Should().Be(0);
    }

    [Fact]
    public void Estimate_RepeatedRuns_LeaveNoTensor()
    {
        using SamplePairs pairs = Pairs();
        LiveTensors.ShouldNotGrow(3, () =>
        {
            foreach (MIEstimator estimator in new MIEstimator[] { new InfoNceEstimator(), new MineEstimator(), new FloEstimator(16, 16) })
            {
                MutualInformation.Estimate(pairs.X, pairs.Y, estimator, Quick with { MaxSteps = 6, CheckEvery = 3, ResampleCount = 10 });
                MutualInformation.Estimate(
                    CorrelatedGaussianTask.ForInformation(2, 1),
                    estimator,
                    50,
                    Quick with { MaxSteps = 6, CheckEvery = 3, ResampleCount = 10 });
                estimator.State?.Dispose();
            }
        });
    }

    [Fact]
    public void Estimate_BadInput_IsRefusedBeforeAnyWork()
    {
        using var scope = NewDisposeScope();
        Tensor x = rand([100, 2]), y = rand([100, 3]);
        var infonce = new InfoNceEstimator();
        Expect.ArgumentFault(() => MutualInformation.Estimate(x[..10], y[..10], infonce), "x", "20 pairs");
        Expect.ArgumentFault(() => MutualInformation.Estimate(x, y[..99], infonce), "y", "100 samples");
        Expect.ArgumentFault(() => MutualInformation.Estimate(x.select(1, 0), y, infonce), "x", "[n, dimensions]", "unsqueeze");
        Expect.ArgumentFault(() => MutualInformation.Estimate(x, y.log().mul(double.NaN), infonce), "y", "NaN");
        Expect.ArgumentFault(() => MutualInformation.Estimate(x, y, null!), "estimator");
        Expect.ArgumentFault(() => MutualInformation.Estimate(null!, y, infonce), "x");
        Expect.ArgumentFault(
            () =>
                MutualInformation.Estimate(x, y, infonce, new MutualInformationOptions { BatchSize = 1, Patience = 0, TestFraction = 0.9 }),
            "options",
            "BatchSize",
            "Patience",
            "TestFraction");
        Expect.ArgumentFault(
            () => MutualInformation.Estimate(x, y, infonce, new MutualInformationOptions { Readout = new ClubEstimator() }),
            "options",
            "club");
        Expect.ArgumentFault(() => MutualInformation.Estimate(x, y, DivergenceEstimator.Wasserstein, Quick), "options", "1-Lipschitz");
    }

    internal static MIEstimator Named(string name) => name switch
    {
        "flo" => new FloEstimator(16, 16, seed: 1),
        "mine" => new MineEstimator(),
        "interpolated" => new InterpolatedEstimator(0.2),
        _ => Every.Estimator().First(e => e.Name == name && e.State is not Every.NormBaseline) is SmileEstimator ? new SmileEstimator() : Every.Estimator().First(e => e.Name == name),
    };

    internal static SamplePairs Pairs()
    {
        using var generator = new Generator(9);
        return CorrelatedGaussianTask.ForInformation(2, 1.0).Sample(500, generator);
    }

    private sealed class Told(Action<MutualInformationProgress> action) : IProgress<MutualInformationProgress>
    {
        public void Report(MutualInformationProgress value) => action(value);
    }

    /// <summary>Scores of 1000 between every pair.</summary>
    private sealed class Exploding : Critic
    {
        [TorchSharp.Utils.ComponentName(Name = "scale")]
        private readonly TorchSharp.Modules.Linear _scale;

        public Exploding(long x, long y)
            : base(nameof(Exploding))
        {
            _scale = nn.Linear(x + y, 1);
            RegisterComponents();
        }

        protected override ScoreMatrix Score(InfoMax.Encoders.LocalFeatureMap local, Tensor globals) =>
            ScoreMatrix.Factored(ones(globals.shape[0], 1) * (1 + (0 * _scale.weight!.sum())), full([globals.shape[0], 1], 1000f));
    }
}
