using InfoMax.Information.Tasks;
using static TorchSharp.torch;

namespace InfoMax.Information.Tests;

/// <summary>Moments, correlations and margins of what the tasks draw.</summary>
public sealed class SamplerTests
{
    private const int Count = 40_000;

    // Five standard errors of a correlation or a mean of unit variance.
    private const double Tolerance = 0.025;

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.75)]
    [InlineData(-0.99)]
    public void Sample_CorrelatedGaussian_HasUnitMarginsAndTheCorrelationInPairsOnly(double correlation)
    {
        using SamplePairs pairs = new CorrelatedGaussianTask(3, correlation).Draw(Count);
        for (int i = 0; i < 3; i++)
        {
            double[] x = Samples.Column(pairs.X, i);
            x.Average().Should().BeApproximately(0, Tolerance);
            Samples.Column(pairs.Y, i).Average(v => v * v).Should().BeApproximately(1, 2 * Tolerance);
            for (int j = 0; j < 3; j++)
            {
                Samples.Correlation(x, Samples.Column(pairs.Y, j)).Should().BeApproximately(i == j ? correlation : 0, Tolerance);
            }
        }
    }

    [Fact]
    public void Sample_MultivariateNormal_HasTheCovariance()
    {
        var covariance = new double[,] { { 2, 0.5, -0.4 }, { 0.5, 1, 0.3 }, { -0.4, 0.3, 0.5 } };
        using SamplePairs pairs = new MultivariateNormalTask(covariance, 1).Draw(Count);
        using var scope = NewDisposeScope();
        double[,] measured = Samples.Read(cat([pairs.X, pairs.Y], 1).t().cov());
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                measured[i, j].Should().BeApproximately(covariance[i, j], 0.06);
            }
        }
    }

    [Fact]
    public void Sample_TwoPairs_CorrelatesTheFirstTwoOnly()
    {
        using SamplePairs pairs = MultivariateNormalTask.TwoPairs(4, 3).Draw(Count);
        for (int i = 0; i < 4; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                Samples.Correlation(Samples.Column(pairs.X, i), Samples.Column(pairs.Y, j)).Should().BeApproximately(
                    i == j && i < 2 ? 0.8 : 0, Tolerance);
            }
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.75)]
    public void Sample_AdditiveUniformNoise_IsUniformPlusUniformNoise(double epsilon)
    {
        using SamplePairs pairs = new AdditiveUniformNoiseTask(epsilon).Draw(Count);
        double[] x = Samples.Column(pairs.X, 0);
        double[] noise = [.. Samples.Column(pairs.Y, 0).Zip(x, (b, a) => b - a)];
        Samples.KolmogorovDistance(x, v => Math.Clamp(v, 0, 1)).Should().BeLessThan(Samples.KolmogorovLimit(Count));
        Samples.KolmogorovDistance(noise, v => Math.Clamp((v + epsilon) / (2 * epsilon), 0, 1)).Should().BeLessThan(
            Samples.KolmogorovLimit(Count));
        Samples.Correlation(x, noise).Should().BeApproximately(0, Tolerance);
    }

    [Fact]
    public void Sample_StudentT_HasTheMarginsOfOneAndTwoDegreesOfFreedom()
    {
        using SamplePairs cauchy = new StudentTTask(1, 2, 1).Draw(Count);
        Samples.KolmogorovDistance(Samples.Column(cauchy.Y, 1), t => 0.5 + (Math.Atan(t) / Math.PI)).Should().BeLessThan(
            Samples.KolmogorovLimit(Count));
        using SamplePairs two = new StudentTTask(2, 1, 2).Draw(Count);
        Samples.KolmogorovDistance(Samples.Column(two.X, 0), t => 0.5 + (t / (2 * Math.Sqrt(2 + (t * t))))).Should().BeLessThan(
            Samples.KolmogorovLimit(Count));
    }

    [Fact]
    public void Sample_StudentTOfFractionalDegrees_IsFiniteAndHasTheVariance()
    {
        using SamplePairs heavy = new StudentTTask(1, 1, 0.5).Draw(Count);
        Samples.Column(heavy.X, 0).Should().OnlyContain(v => double.IsFinite(v));
        using SamplePairs light = new StudentTTask(1, 1, 12.5).Draw(Count);
        Samples.Column(light.Y, 0).Average(v => v * v).Should().BeApproximately(12.5 / 10.5, 0.05);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2.5)]
    [InlineData(40)]
    public void ChiSquare_AnyDegreesOfFreedom_HasItsMeanVarianceAndSkewness(double degreesOfFreedom)
    {
        using var generator = new Generator(3);
        using var scope = NewDisposeScope();
        double[] values = ChiSquare.Draw(Count, degreesOfFreedom, generator).data<double>().ToArray();
        double error = Math.Sqrt(2 * degreesOfFreedom / Count);
        double mean = values.Average();
        mean.Should().BeApproximately(degreesOfFreedom, 5 * error);
        double variance = values.Average(v => Math.Pow(v - mean, 2));
        variance.Should().BeApproximately(2 * degreesOfFreedom, 2 * degreesOfFreedom * 0.1);
        double skewness = values.Average(v => Math.Pow(v - mean, 3)) / Math.Pow(variance, 1.5);
        skewness.Should().BeApproximately(Math.Sqrt(8 / degreesOfFreedom), 0.15 * Math.Sqrt(8 / degreesOfFreedom) + 0.1);
        values.Should().OnlyContain(v => v > 0);
    }

    [Fact]
    public void ChiSquare_OneDegreeOfFreedom_HasTheDistributionOfASquaredNormal()
    {
        using var generator = new Generator(5);
        using var scope = NewDisposeScope();
        double[] values = ChiSquare.Draw(5000, 1, generator).data<double>().ToArray();
        Samples.KolmogorovDistance(values, v => (2 * Samples.NormalCdf(Math.Sqrt(v))) - 1).Should().BeLessThan(
            Samples.KolmogorovLimit(5000));
    }

    [Theory]
    [InlineData("normal-2pair-3x3-0.8", 3)]
    [InlineData("cdf-normal-2pair-5x5-0.8", 5)]
    public void Sample_SpiralTasks_TurnXAndYInTheirOwnPlanesAtTheSpeedOfTheirDimensions(string name, int dimensions)
    {
        IReadOnlyList<MutualInformationTask> tasks = BeyondNormal.CreateTasks();
        using SamplePairs plain = tasks.Single(t => t.Name == name).Draw(100);
        using SamplePairs turned = tasks.Single(t => t.Name == "spiral-" + name).Draw(100);
        using var scope = NewDisposeScope();
        allclose(turned.X, new SpiralMap(0, 1, 1.0 / dimensions).Apply(plain.X), atol: 1e-5).Should().BeTrue();
        allclose(turned.Y, new SpiralMap(1, 2, 1.0 / dimensions).Apply(plain.Y), atol: 1e-5).Should().BeTrue();
    }

    [Fact]
    public void Sample_MappedMargins_AreWhatTheMapsPromise()
    {
        IReadOnlyList<MutualInformationTask> tasks = BeyondNormal.CreateTasks();
        using SamplePairs uniform = tasks.Single(t => t.Name == "uniform-1x1").Draw(5000);
        Samples.KolmogorovDistance(Samples.Column(uniform.Y, 0), v => v).Should().BeLessThan(Samples.KolmogorovLimit(5000));
        using SamplePairs bimodal = tasks.Single(t => t.Name == "bimodal-1x1").Draw(5000);
        Samples.KolmogorovDistance(Samples.Column(bimodal.X, 0), v => (0.3 * Samples.NormalCdf(v)) + (0.7 * Samples.NormalCdf(v - 5)))
            .Should().BeLessThan(Samples.KolmogorovLimit(5000));
        Samples.KolmogorovDistance(Samples.Column(bimodal.Y, 0), v => (0.5 * Samples.NormalCdf(v + 1)) + (0.5 * Samples.NormalCdf(v - 3)))
            .Should().BeLessThan(Samples.KolmogorovLimit(5000));
    }
}
