using InfoMax.Information.Tasks;
using static TorchSharp.torch;

namespace InfoMax.Information.Tests;

public sealed partial class KsgEstimatorTests
{
    [Theory]
    [InlineData(0.1, 0.05)]
    [InlineData(0.25, 0.06)]
    public void Estimate_RoundedValues_IsThatOfTheValuesBeforeRounding(double step, double tolerance)
    {
        using SamplePairs pairs = new CorrelatedGaussianTask(1, 0.8).Draw(2000);
        using var scope = NewDisposeScope();
        Tensor Rounded(Tensor values) => values.div(step).round().mul(step);
        KsgEstimate estimate = new KsgEstimator().Estimate(Rounded(pairs.X), Rounded(pairs.Y));
        estimate.Value.Should().BeApproximately(-0.5 * Math.Log(1 - 0.64), tolerance);
        estimate.Remark.Should().Contain("spread evenly within a step");
    }

    [Theory]
    [InlineData(2, 0.02)]
    [InlineData(5, 0.05)]
    [InlineData(30, 0.12)]
    public void Estimate_IndependentDiscreteVariables_IsNearZero(int values, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        Tensor Draw() => randint(0, values, [1000, 1], generator: generator).to(ScalarType.Float32);
        KsgEstimate estimate = new KsgEstimator().Estimate(Draw(), Draw());
        estimate.Value.Should().BeApproximately(0, tolerance);
        (estimate.SampleCount, estimate.RepeatedRowCount).Should().Be((1000, 0));
        estimate.TiedCount.Should().BeGreaterThan(700);
        estimate.Remark.Should().Contain($"{estimate.TiedCount} of 1000 samples have tied neighbors");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    public void Estimate_ADiscreteVariableAndItself_IsItsEntropy(int values)
    {
        using var scope = NewDisposeScope();
        Tensor x = arange(1000).remainder(values).to(ScalarType.Float32);
        new KsgEstimator().Estimate(x, x * -3).Value.Should().BeApproximately(Math.Log(values), 0.01);
    }

    [Fact]
    public void Estimate_ClassesAndTheirNormalScores_IsTheTrueValue()
    {
        // Y = N(±1, 1) of a fair coin: h(Y) − ½ log 2πe, by numerical integration.
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        Tensor coin = randint(0, 2, [4000, 1], generator: generator).to(ScalarType.Float64);
        Tensor score = randn([4000, 1], ScalarType.Float64, generator: generator) + (2 * coin) - 1;
        new KsgEstimator().Estimate(coin, score).Value.Should().BeApproximately(0.3367, 0.04);
    }

    [Fact]
    public void Estimate_AVariableThatIsPartlyDiscrete_IsTheTrueValue()
    {
        // X is 0 or uniform, Y is a copy of X or a fresh draw of it, each with probability a half; the information is that of the mixture.
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        Tensor Zeroed() =>
            rand([3000, 1], ScalarType.Float64, generator: generator) * rand([3000, 1], generator: generator).gt(0.5).to(
                ScalarType.Float64);
        new KsgEstimator().Estimate(Zeroed(), Zeroed()).Value.Should().BeApproximately(0, 0.04);
    }

    [Theory]
    [InlineData(0.1, 1)]
    [InlineData(1, 1)]
    [InlineData(1, 4)]
    public void Estimate_NormalsWithRepeatedRows_CountsThemOnce(double share, int times)
    {
        using SamplePairs pairs = new CorrelatedGaussianTask(1, 0).Draw(1000);
        using var scope = NewDisposeScope();
        long repeated = (long)(share * 1000);
        Tensor Repeat(Tensor values) => cat([values, .. Enumerable.Repeat(values.narrow(0, 0, repeated), times)]);
        var ksg = new KsgEstimator();
        KsgEstimate estimate = ksg.Estimate(Repeat(pairs.X), Repeat(pairs.Y));
        estimate.Value.Should().Be(ksg.Estimate(pairs.X, pairs.Y).Value).And.BeInRange(-0.06, 0.06);
        estimate.RepeatedRowCount.Should().Be((int)repeated * times);
        estimate.ToString().Should().Contain($"{repeated * times} rows repeat another row and were counted once");
        KsgEstimate kept = new KsgEstimator { MergeRepeatedRows = false }.Estimate(Repeat(pairs.X), Repeat(pairs.Y));
        kept.Value.Should().BeGreaterThan(estimate.Value + 0.05);
        kept.RepeatedRowCount.Should().Be(0);
    }
}
