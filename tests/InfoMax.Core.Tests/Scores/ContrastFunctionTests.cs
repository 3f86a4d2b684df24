using InfoMax.Estimators;
using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Scores;

public sealed class ContrastFunctionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Differentiate_OfTheBuiltInFunctions_EqualsAutomaticDifferentiation(long locations)
    {
        using var scope = NewDisposeScope();
        Tensor positives = randn([4, 2, 3], ScalarType.Float64), logSumExp = randn([4, 2, locations], ScalarType.Float64);
        foreach (ContrastFunction function in new ContrastFunction[] { new InfoNceEstimator.CrossEntropy(), new UnnormalizedContrast(7) })
        {
            (Tensor values, Tensor byPositive, Tensor byLogSumExp) = function.Differentiate(positives, logSumExp);
            (Tensor v, Tensor p, Tensor s) = ContrastFunction.From(function.Value).Differentiate(positives, logSumExp);
            byLogSumExp.shape.Should().Equal(4, 2, locations);
            foreach ((Tensor actual, Tensor expected) in new[] { (values, v), (byPositive, p), (byLogSumExp, s) })
            {
                (actual - expected).abs().max().item<double>().Should().BeLessThan(1e-12);
            }
        }
    }

    [Fact]
    public void Differentiate_OfAFunctionOfOneArgument_GivesZerosForTheOther()
    {
        using var scope = NewDisposeScope();
        Tensor positives = rand(4, 2, 3), logSumExp = rand(4, 2, 1);
        (_, Tensor byPositive, Tensor byLogSumExp) = ContrastFunction.From((u, _) => u).Differentiate(positives, logSumExp);
        (byPositive.eq(1).all().item<bool>(), byLogSumExp.eq(0).all().item<bool>()).Should().Be((true, true));
        byPositive.mul_(2).eq(2).all().item<bool>().Should().BeTrue("it may be overwritten");
    }
}
