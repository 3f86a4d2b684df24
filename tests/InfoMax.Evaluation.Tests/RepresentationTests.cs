using InfoMax.Critics;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Measures;
using InfoMax.Evaluation.Monitoring;
using InfoMax.Information;
using InfoMax.Objectives;
using InfoMax.Priors;
using InfoMax.Tests.Support;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests;

/// <summary>What is told of a representation without labels: statistics, dependence, information, collapse.</summary>
public sealed class RepresentationTests
{
    [Fact]
    public void Statistics_OfIndependentUnits_UseEveryDirection()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        RepresentationStatistics s = RepresentationStatistics.Of(randn([5000, 8], generator: generator));
        s.EffectiveRank.Should().BeInRange(7.95, 8);
        s.ParticipationRatio.Should().BeInRange(7.9, 8);
        s.DeadUnits.Should().Be(0);
        s.Deviations.Should().OnlyContain(d => d > 0.95 && d < 1.05);
        s.GaussianTotalCorrelation.Should().BeInRange(0, 0.01);
        (s.Rows, s.Units).Should().Be((5000, 8));
        s.ToString().Should().Contain("of 8").And.Contain("5000 rows");
    }

    [Fact]
    public void Statistics_OfDegenerateRows_HaveTheirClosedForms()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor line = randn([100, 1], generator: generator) * tensor(new[] { 1f, 2f, 0f }) + 5;
        RepresentationStatistics onALine = RepresentationStatistics.Of(line), same = RepresentationStatistics.Of(ones(10, 3));
        onALine.EffectiveRank.Should().BeApproximately(1, 1e-6);
        onALine.DeadUnits.Should().Be(1);
        double.IsPositiveInfinity(onALine.GaussianTotalCorrelation).Should().BeTrue("two units are the same but for scale");
        (same.EffectiveRank, same.ParticipationRatio, same.DeadUnits).Should().Be((0, 0, 3));
        same.Uniformity.Should().BeApproximately(0, 1e-12);
        // Two opposite points: half of the other rows are at distance 4, and half, but for the row itself, at 0.
        Tensor opposite = cat([ones(5, 2), ones(5, 2).neg()]);
        RepresentationStatistics.Of(opposite).Uniformity.Should().BeApproximately(Math.Log(((4 * 1) + (5 * Math.Exp(-8))) / 9), 1e-9);
        double.IsPositiveInfinity(RepresentationStatistics.Of(rand(3, 5)).GaussianTotalCorrelation).Should().BeTrue();
    }

    [Fact]
    public void Uniformity_DoesNotDependOnScaleAndTakesZerosForTheSame()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor rows = randn([200, 4], ScalarType.Float64, generator: generator);
        double expected = RepresentationStatistics.Of(rows).Uniformity;
        RepresentationStatistics.Of(rows * 1e-20).Uniformity.Should().BeApproximately(expected, 1e-9);
        RepresentationStatistics.Of(rows * 1e100).Uniformity.Should().BeApproximately(expected, 1e-9);
        RepresentationStatistics.Of(zeros(50, 4)).Uniformity.Should().BeApproximately(0, 1e-12);
        // Zero and a direction are at distance 1: of four other rows, two are the same and two are there.
        Tensor half = cat([zeros(2, 3), ones(2, 3)]);
        RepresentationStatistics.Of(half).Uniformity.Should().BeApproximately(Math.Log((1 + (2 * Math.Exp(-2))) / 3), 1e-9);
        using FeatureSet small = FeatureSet.FromMatrix(rows * 1e-20), other = FeatureSet.FromMatrix(randn([200, 4], ScalarType.Float64, generator: generator));
        RepresentationStatistics.Alignment(small, other).Should().BeInRange(1.7, 2.3);
    }

    [Fact]
    public void Statistics_OfValuesAwayFromZero_KnowTheirSize()
    {
        using var scope = NewDisposeScope();
        RepresentationStatistics s = RepresentationStatistics.Of(tensor(new double[,] { { 3, 4 }, { -3, 4 } }));
        s.RootMeanSquare.Should().BeApproximately(Math.Sqrt(12.5), 1e-12);
        s.Deviations.Should().Equal(3, 0);
    }

    [Fact]
    public void TotalCorrelation_OfUnitsThatDoNotVary_IsThatOfTheOthers()
    {
        using var scope = NewDisposeScope();
        Tensor codes = Equicorrelated(500, seed: 2);
        RepresentationStatistics alone = RepresentationStatistics.Of(codes), beside = RepresentationStatistics.Of(cat([codes, ones(500, 2) * 7], 1));
        beside.GaussianTotalCorrelation.Should().BeApproximately(alone.GaussianTotalCorrelation, 1e-9);
        RepresentationStatistics.Of(ones(10, 3)).GaussianTotalCorrelation.Should().Be(0);
    }

    [Fact]
    public void TotalCorrelation_OfIndependentUnitsWithManyTies_IsNearZero()
    {
        // Half of the values of each are 0, as after a ReLU: in the order of rows, these would pass for the same unit.
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        RepresentationStatistics s = RepresentationStatistics.Of(randn([5000, 4], generator: generator).clamp_min(0));
        s.GaussianTotalCorrelation.Should().BeInRange(0, 0.01);
        s.ToString().Should().Contain("total correlation 0.0");
        RepresentationStatistics.Of(randn([4, 4], generator: generator)).ToString().Should().Contain("total correlation unknown (no more rows than units)");
        Tensor one = randn([9, 1], generator: generator);
        RepresentationStatistics.Of(cat([one, one * 2], 1)).ToString().Should().Contain("total correlation infinite (units determine each other)");
    }

    [Fact]
    public void Statistics_OfCorrelatedGaussians_KnowTheirTotalCorrelation()
    {
        using var scope = NewDisposeScope();
        RepresentationStatistics s = RepresentationStatistics.Of(Equicorrelated(20_000, seed: 2).pow(3));
        s.GaussianTotalCorrelation.Should().BeApproximately(TrueTotalCorrelation, 0.03, "ranks do not change under a monotone map of each unit");
    }

    [Fact]
    public void Alignment_OfViews_IsTheMeanSquaredDistanceOfDirections()
    {
        using var scope = NewDisposeScope();
        Tensor a = rand(6, 3), b = rand(6, 3);
        using FeatureSet first = FeatureSet.FromMatrix(a), second = FeatureSet.FromMatrix(b), scaled = FeatureSet.FromMatrix(a * 3);
        RepresentationStatistics.Alignment(first, scaled).Should().BeApproximately(0, 1e-10);
        double expected = Enumerable.Range(0, 6).Average(i => 2 - (2 * (a[i].dot(b[i]) / a[i].norm() / b[i].norm()).item<float>()));
        RepresentationStatistics.Alignment(first, second).Should().BeApproximately(expected, 1e-5);
    }

    [Fact]
    public void Statistics_OfBadInput_SayWhatWasExpected()
    {
        using var scope = NewDisposeScope();
        Expect.ArgumentFault(() => RepresentationStatistics.Of(rand(1, 3)), "features", "two rows");
        Expect.ArgumentFault(() => RepresentationStatistics.Of(rand(3)), "features", "[*, *]");
        Expect.ArgumentFault(() => RepresentationStatistics.Of(full([4, 2], float.NaN)), "features", "NaN");
        using FeatureSet a = FeatureSet.FromMatrix(rand(4, 2)), b = FeatureSet.FromMatrix(rand(5, 2));
        Expect.ArgumentFault(() => RepresentationStatistics.Alignment(a, b), "second", "[4, 2]");
        LiveTensors.ShouldNotGrow(3, () => RepresentationStatistics.Of(a));
    }

    [Fact]
    public void Dependency_OfIndependentUnits_IsNearZero()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using FeatureSet train = FeatureSet.FromMatrix(randn([2000, 5], generator: generator)), test = FeatureSet.FromMatrix(randn([1000, 5], generator: generator));
        DependencyResult result = new NeuralDependencyMeasure { Epochs = 10, Patience = 3, BatchSize = 250, Shufflings = 4 }.Evaluate(train, test);
        result.Value.Should().BeInRange(-0.05, 0.05);
        result.ToString().Should().Contain("5 units").And.Contain("1000 test rows").And.Contain("donsker-varadhan").And.NotContain("vouch");
        result.Certifiable.Should().BeApproximately(Math.Log(1000), 1e-12);
        (result with { Value = 7 }).ToString().Should().Contain("above the 6.908 that so many rows can vouch for");
    }

    [Theory]
    [InlineData("dv")]
    [InlineData("nwj")]
    [InlineData("jsd")]
    public void Dependency_OfCorrelatedUnits_IsTheirTotalCorrelation(string name)
    {
        using var scope = NewDisposeScope();
        using FeatureSet train = FeatureSet.FromMatrix(Equicorrelated(1500, seed: 2)), test = FeatureSet.FromMatrix(Equicorrelated(1000, seed: 3));
        var measure = new NeuralDependencyMeasure
        {
            Epochs = 15,
            BatchSize = 200,
            Shufflings = 4,
            Estimator = () => name switch { "dv" => new DonskerVaradhanEstimator(), "nwj" => new NwjEstimator(), _ => new JensenShannonEstimator() },
        };
        DependencyResult result = measure.Evaluate(train, test);
        result.Value.Should().BeInRange(TrueTotalCorrelation - 0.35, TrueTotalCorrelation + 0.15);
        result.GaussianTotalCorrelation.Should().BeApproximately(TrueTotalCorrelation, 0.15);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(25)]
    public void Dependency_OfUnitsThatTellThemselvesFromShuffledOnesWithoutFail_IsBelowTheirTotalCorrelation(double truth)
    {
        // Trained with the Donsker–Varadhan bound, the same network says 28 and some hundreds.
        using var scope = NewDisposeScope();
        using FeatureSet train = FeatureSet.FromMatrix(Chain(800, 16, truth, seed: 1)), test = FeatureSet.FromMatrix(Chain(400, 16, truth, seed: 2));
        DependencyResult result = new NeuralDependencyMeasure { Epochs = 40, BatchSize = 200, LearningRate = 1e-3, Shufflings = 4 }.Evaluate(train, test);
        result.Value.Should().BeInRange(0.25 * truth, truth);
        result.Estimator.Should().Be("nwj");
        result.Certifiable.Should().BeLessThan(truth);
    }

    [Fact]
    public void Dependency_Squashed_IsThatOfTheSquashedCodes()
    {
        using var scope = NewDisposeScope();
        using FeatureSet train = FeatureSet.FromMatrix(Equicorrelated(400, seed: 2)), test = FeatureSet.FromMatrix(Equicorrelated(100, seed: 3));
        using FeatureSet squashedTrain = FeatureSet.FromMatrix(train.Values.sigmoid()), squashedTest = FeatureSet.FromMatrix(test.Values.sigmoid());
        var measure = new NeuralDependencyMeasure { Epochs = 2, Shufflings = 2 };
        DependencyResult result = (measure with { Squash = Prior.Uniform }).Evaluate(train, test);
        result.Value.Should().Be(measure.Evaluate(squashedTrain, squashedTest).Value, "and the seed determines it");
        result.Squash.Should().Be("uniform");
        LiveTensors.ShouldNotGrow(2, () => measure.Evaluate(train, test));
        using FeatureSet one = FeatureSet.FromMatrix(rand(30, 1));
        Expect.ArgumentFault(() => measure.Evaluate(one, one), "train", "at least 2 units");
        Expect.ArgumentFault(() => measure.Evaluate(train, one), "test", "4 units");
        FluentActions.Invoking(() => measure with { ValidationShare = 1 }).Should().Throw<ArgumentOutOfRangeException>();
        NeuralDependencyMeasure.Published.BatchSize.Should().Be(10_000);
    }

    [Fact]
    public void Information_OfADiscreteCode_IsItsEntropy()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var source = new InMemorySource(randn([1500, 1, 4, 4], generator: generator));
        // The signs of two pixels: two fair coins that the image determines.
        using var encoder = new EncoderAdapter(
            nn.Flatten(), input => new EncoderOutput(new LocalFeatureMap(input.view(input.shape[0], 1, 16)), input.flatten(1).narrow(1, 5, 2).sign()));
        var measure = new RepresentationInformation();
        MutualInformationEstimate quick = (measure with { Options = measure.Options with { MaxSteps = 2, EvaluationBatchSize = 64 } }).Evaluate(encoder, source);
        quick.Steps.Should().Be(2, "the default critic, of convolutions, fits");
        measure = measure with { Options = measure.Options with { Critic = (x, y, seed) => new ConcatCritic(x, y, 64, seed: seed), MaxSteps = 300, LearningRate = 1e-3, ResampleCount = 10, Seed = 1 } };
        MutualInformationEstimate estimate = measure.Evaluate(encoder, source);
        estimate.Value.Should().BeInRange(0.9, 2 * Math.Log(2) + 0.1, "it is at most the entropy, 2·log 2 = 1.386");
        estimate.Estimator.Should().Be("mine");
        estimate.Certifiable.Should().BeApproximately(Math.Log(estimate.TestPairCount), 1e-12);
        estimate.ToString().Should().Contain("no ceiling, so many pairs can vouch for");
        (estimate with { Value = 99 }).ToString().Should().Contain("no ceiling, above the").And.Contain("that so many pairs can vouch for");
        MutualInformationEstimate other = (measure with { Estimator = () => new InfoNceEstimator() }).Evaluate(encoder, source);
        other.Value.Should().BeInRange(0.9, 1.5);
        other.ToString().Should().Contain("ceiling").And.NotContain("vouch");
    }

    [Theory]
    [InlineData("line")]
    [InlineData("point")]
    public void Monitor_OfACollapsingRun_SaysSoOnceAndLeavesTrainingAsItIs(string kind)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var source = new InMemorySource(randn([64, 10], generator: generator));
        float[] watched = Train(true, out CollapseMonitor? monitor, out int said), alone = Train(false, out _, out _);
        watched.Should().Equal(alone, "looking changes nothing");
        monitor!.IsCollapsing.Should().BeTrue();
        said.Should().Be(1);
        monitor.Readings[0].IsCollapsing.Should().BeFalse();
        monitor.Readings[^1].Reason.Should().NotBeEmpty();
        monitor.Readings[^1].DiscriminatorAccuracy.Should().BeNull();

        float[] Train(bool watch, out CollapseMonitor? seen, out int count)
        {
            int events = 0;
            random.manual_seed(1);
            nn.Module<Tensor, Tensor> layer = nn.Linear(10, 8);
            using var encoder = new EncoderAdapter(layer, input => new EncoderOutput(new LocalFeatureMap(input.view(input.shape[0], 1, 10)), layer.call(input)));
            seen = watch ? new CollapseMonitor(encoder, source) { EverySteps = 5 } : null;
            if (seen is not null)
            {
                seen.Collapsing += (_, _) => events++;
            }

            using DimTrainer trainer = new DimTrainer(encoder, source)
                .Add((_, _) => kind == "line" ? new ToALine() : new ActivationPenalty(1))
                .BatchSize(32).Epochs(200).LearningRate(0.01);
            if (seen is not null)
            {
                trainer.ReportTo(seen, everySteps: 1);
            }

            trainer.Fit();
            count = events;
            return encoder.parameters().Last().detach().data<float>().ToArray();
        }
    }

    /// <summary>log det of the correlation matrix of four units with correlation 0.7.</summary>
    private static double TrueTotalCorrelation => -0.5 * Math.Log(0.3 * 0.3 * 0.3 * 3.1);

    /// <summary>A stationary Gaussian chain, whose total correlation is −(F − 1)/2 · ln(1 − ρ²).</summary>
    private static Tensor Chain(long count, int units, double totalCorrelation, ulong seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(seed);
        double rest = Math.Exp(-2 * totalCorrelation / (units - 1));
        Tensor noise = randn([count, units], generator: generator);
        var columns = new List<Tensor> { noise.select(1, 0) };
        for (int i = 1; i < units; i++)
        {
            columns.Add((columns[^1] * Math.Sqrt(1 - rest)) + (noise.select(1, i) * Math.Sqrt(rest)));
        }

        return scope.MoveToOuter(stack(columns, 1));
    }

    private static Tensor Equicorrelated(int count, ulong seed)
    {
        using var generator = new Generator(seed);
        return (randn([count, 1], generator: generator) * Math.Sqrt(0.7)) + (randn([count, 4], generator: generator) * Math.Sqrt(0.3));
    }

    /// <summary>An objective that makes all units the same.</summary>
    private sealed class ToALine() : Objective("line")
    {
        protected override ObjectiveResult Evaluate(EncoderOutput output)
        {
            Tensor codes = output.Global;
            return new ObjectiveResult((codes - codes.narrow(1, 0, 1)).square().mean() + (codes.narrow(1, 0, 1).std() - 1).square());
        }
    }
}
