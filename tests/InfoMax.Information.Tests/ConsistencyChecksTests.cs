using InfoMax.Estimators;
using InfoMax.Information.Tasks;
using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Information.Tests;

public sealed class ConsistencyChecksTests
{
    private static readonly MutualInformationOptions Quick = MutualInformationTests.Quick;

    [Fact]
    public void Run_OfAGoodEstimator_Pass()
    {
        using var generator = new Generator(2);
        using SamplePairs pairs = CorrelatedGaussianTask.ForInformation(2, 1.0).Sample(4000, generator);
        var told = new List<ConsistencyCheck>();
        IReadOnlyList<ConsistencyCheck> checks = new ConsistencyChecks { Options = Quick, Tolerance = 0.15 }
            .Run(() => new InfoNceEstimator(), pairs.X, pairs.Y, new Said(told));
        checks.Select(c => c.Name).Should().Equal("independence", "invariance", "data processing", "additivity");
        checks.Should().OnlyContain(c => c.Passed);
        told.Should().Equal(checks);
        checks[3].Changed.Value.Should().BeGreaterThan(checks[3].Reference!.Value + 0.5);
    }

    [Fact]
    public void Run_OfAnEstimatorThatIsAlwaysHalfANatTooHigh_SeeIt()
    {
        using var generator = new Generator(2);
        using SamplePairs pairs = CorrelatedGaussianTask.ForInformation(2, 1.0).Sample(2000, generator);
        IReadOnlyList<ConsistencyCheck> checks = new ConsistencyChecks { Options = Quick with { MaxSteps = 300 } }.Run(
            () => new TooHigh(), pairs.X, pairs.Y);
        checks.Single(c => c.Name == "independence").Passed.Should().BeFalse();
        checks.First(c => !c.Passed).ToString().Should().StartWith("FAILED independence");
        FluentActions.Invoking(() => new ConsistencyChecks { Options = Quick }.Run(() => new TotalVariationEstimator(), pairs.X, pairs.Y))
            .Should().Throw<ArgumentException>().WithMessage("*total-variation*");
    }

    [Theory]
    [InlineData(1e-200)]
    [InlineData(1e200)]
    public void Run_InOtherUnits_GivesTheSameVerdicts(double unit)
    {
        using SamplePairs pairs = MutualInformationTests.Pairs();
        using Tensor x = pairs.X.to(ScalarType.Float64).narrow(1, 0, 1), y = pairs.Y.to(ScalarType.Float64).narrow(1, 0, 1), far = y * unit;
        var checks = new ConsistencyChecks { Options = Quick with { MaxSteps = 100 } };
        double[] Changed(Tensor other) => [.. checks.Run(() => new NwjEstimator(), x, other).Select(check => check.Changed.Value)];
        double[] expected = Changed(y), found = Changed(far);
        expected.Zip(found).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 0.02);
    }

    private sealed class Said(List<ConsistencyCheck> checks) : IProgress<ConsistencyCheck>
    {
        public void Report(ConsistencyCheck value) => checks.Add(value);
    }

    private sealed class TooHigh() : MIEstimator("too-high", BoundKind.Approximation, BoundKind.Approximation)
    {
        private readonly InfoNceEstimator _right = new();

        public override Tensor Objective(ScoreMatrix scores) => _right.Objective(scores);

        public override Tensor Estimate(ScoreMatrix scores) => _right.Estimate(scores).add(0.5);
    }
}
