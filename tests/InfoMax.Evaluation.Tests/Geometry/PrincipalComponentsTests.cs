using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Geometry;
using TorchSharp;

namespace InfoMax.Evaluation.Tests.Geometry;

public sealed class PrincipalComponentsTests
{
    [Theory]
    [InlineData(50, 6, 3)]
    [InlineData(6, 50, 6)]
    public void Fit_RandomFeatures_GivesOrthonormalDescendingComponentsThatExplainTheVariance(int rows, int features, int count)
    {
        (double[,] x, int[] y) = Blobs.Make(rows, features, 2, 1.0, 1);
        using FeatureSet set = Blobs.Set(x, y);
        PrincipalComponents components = PrincipalComponents.Fit(set, count);
        using FeatureSet projected = components.Transform(set);
        projected.Labels.Should().Equal(y);
        using var scope = torch.NewDisposeScope();
        torch.Tensor v = torch.tensor(components.Components.ToArray()).reshape(features, count);
        torch.allclose(v.t().matmul(v), torch.eye(count, dtype: torch.ScalarType.Float64), atol: 1e-6).Should().BeTrue();
        components.ExplainedVariance.Should().BeInDescendingOrder();
        double[] measured = projected.Values.to(torch.ScalarType.Float64).var(0).data<double>().ToArray();
        for (int i = 0; i < count; i++)
        {
            measured[i].Should().BeApproximately(components.ExplainedVariance[i], 1e-5);
        }

        components.ExplainedVarianceRatio.Sum().Should().BeInRange(0.1, 1 + 1e-9);
    }

    [Theory]
    [InlineData(1e-21, 50, 6)]
    [InlineData(1e-170, 6, 50)]
    [InlineData(1e150, 50, 6)]
    [InlineData(1e150, 6, 50)]
    public void Fit_DataInAnotherUnit_GivesTheSameComponents(double unit, int rows, int features)
    {
        (double[,] x, _) = Blobs.Make(rows, features, 2, 1.0, 1);
        using var scope = torch.NewDisposeScope();
        using FeatureSet plain = Blobs.Set(x, null), scaled = FeatureSet.FromMatrix(plain.Values * unit);
        PrincipalComponents expected = PrincipalComponents.Fit(plain, 3), found = PrincipalComponents.Fit(scaled, 3);
        found.ExplainedVarianceRatio.Zip(expected.ExplainedVarianceRatio).Should().OnlyContain(p => Math.Abs(p.First - p.Second) < 1e-9);
        found.Components.ToArray().Zip(expected.Components.ToArray()).Should().OnlyContain(p => Math.Abs(p.First - p.Second) < 1e-9);
        using FeatureSet projected = found.Transform(scaled), reference = expected.Transform(plain);
        (projected.Values / unit - reference.Values).abs().max().item<double>().Should().BeLessThan(1e-9);
    }

    [Fact]
    public void Fit_EqualRows_ExplainsNothing()
    {
        using var scope = torch.NewDisposeScope();
        using FeatureSet equal = FeatureSet.FromMatrix(torch.full([100, 3], 14.62, torch.ScalarType.Float64));
        PrincipalComponents components = PrincipalComponents.Fit(equal, 2);
        components.TotalVariance.Should().Be(0);
        components.ExplainedVariance.Should().Equal(0, 0);
    }

    [Fact]
    public void ToString_SaysCountsAndFractions()
    {
        using FeatureSet set = Blobs.Set(new double[,] { { 0, 0 }, { 2, 0 }, { 1, 1 }, { 1, -1 } }, null);
        PrincipalComponents.Fit(set, 2).ToString()
            .Should().Be("2 principal components of 2 features: 100.0 % of the variance (50.0, 50.0)");
    }
}
