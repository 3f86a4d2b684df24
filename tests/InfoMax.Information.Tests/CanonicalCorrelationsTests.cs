using InfoMax.Information.Tasks;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Information.Tests;

public sealed class CanonicalCorrelationsTests
{
    [Fact]
    public void Of_OneDimensionEach_IsTheAbsoluteCorrelation()
    {
        using SamplePairs pairs = new CorrelatedGaussianTask(1, -0.6).Draw(50);
        double correlation = Samples.Correlation(Samples.Column(pairs.X, 0), Samples.Column(pairs.Y, 0));
        CanonicalCorrelations found = CanonicalCorrelations.Of(pairs.X, pairs.Y);
        found.Correlations.Should().ContainSingle().Which.Should().BeApproximately(-correlation, 1e-12);
        found.MutualInformation.Should().BeApproximately(-0.5 * Math.Log(1 - (correlation * correlation)), 1e-12);
    }

    [Fact]
    public void Of_SeveralDimensions_AreTheRootsOfTheCovarianceProblem()
    {
        using SamplePairs pairs = MultivariateNormalTask.Dense(3, 2, 0.6).Draw(80);
        using var scope = NewDisposeScope();
        Tensor joint = cat([pairs.X, pairs.Y], 1).to(ScalarType.Float64).t().cov();
        Tensor xx = joint.narrow(0, 0, 3).narrow(1, 0, 3);
        Tensor xy = joint.narrow(0, 0, 3).narrow(1, 3, 2);
        Tensor yy = joint.narrow(0, 3, 2).narrow(1, 3, 2);
        Tensor product = linalg.inv(yy).matmul(xy.t()).matmul(linalg.inv(xx)).matmul(xy);
        double[] squares = [.. linalg.eigvals(product).real.data<double>().ToArray().OrderDescending()];
        CanonicalCorrelations found = CanonicalCorrelations.Of(pairs.X, pairs.Y);
        found.Correlations.Should().HaveCount(2).And.BeInDescendingOrder();
        for (int i = 0; i < 2; i++)
        {
            found.Correlations[i].Should().BeApproximately(Math.Sqrt(squares[i]), 1e-10);
        }

        // ½ log(det Σx det Σy / det Σ), with the measured Σ.
        double determinants = 0.5 * (linalg.slogdet(xx).Item2 + linalg.slogdet(yy).Item2 - linalg.slogdet(joint).Item2).item<double>();
        found.MutualInformation.Should().BeApproximately(determinants, 1e-10);
    }

    [Theory]
    [InlineData(1, 0.0, 0.01)]
    [InlineData(1, 3.0, 0.03)]
    [InlineData(10, 2.0, 0.06)]
    [InlineData(20, 10.0, 0.15)]
    public void Of_NormalVectors_FindsTheTrueValue(int dimensions, double nats, double tolerance)
    {
        using SamplePairs pairs = CorrelatedGaussianTask.ForInformation(dimensions, nats).Draw(20_000);
        CanonicalCorrelations.Of(pairs.X, pairs.Y).MutualInformation.Should().BeApproximately(nats, tolerance);
    }

    [Theory]
    [InlineData("normal-dense-5x5-0.5")]
    [InlineData("normal-dense-50x50-0.5")]
    [InlineData("normal-2pair-25x25-0.8")]
    public void Of_NormalTasksOfTheSuite_FindsTheTrueValue(string name)
    {
        MutualInformationTask task = BeyondNormal.CreateTasks().Single(t => t.Name == name);
        using SamplePairs pairs = task.Draw(20_000);
        // Plus what chance adds, dx·dy/(2n).
        double expected = task.TrueValue + (task.XDimensions * task.YDimensions / 40_000.0);
        CanonicalCorrelations.Of(pairs.X, pairs.Y).MutualInformation.Should().BeApproximately(expected, 0.04);
    }

    [Fact]
    public void Of_LinearlyMappedVectors_IsTheSame()
    {
        using SamplePairs pairs = MultivariateNormalTask.Dense(3, 4).Draw(200);
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        Tensor x = pairs.X.to(ScalarType.Float64);
        Tensor y = pairs.Y.to(ScalarType.Float64);
        CanonicalCorrelations plain = CanonicalCorrelations.Of(x, y);
        for (int trial = 0; trial < 10; trial++)
        {
            Tensor a = randn(3, 3, dtype: ScalarType.Float64, generator: generator);
            Tensor b = randn(4, 4, dtype: ScalarType.Float64, generator: generator);
            CanonicalCorrelations mapped = CanonicalCorrelations.Of(x.matmul(a) * 1e6 + 1000, y.matmul(b) - 7);
            mapped.MutualInformation.Should().BeApproximately(plain.MutualInformation, 1e-7);
            mapped.Correlations.Zip(plain.Correlations).Should().OnlyContain(p => Math.Abs(p.First - p.Second) < 1e-7);
        }

        CanonicalCorrelations swapped = CanonicalCorrelations.Of(y, x);
        swapped.MutualInformation.Should().BeApproximately(plain.MutualInformation, 1e-12);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Of_ConstantDuplicatedAndDependentColumns_LeavesThemOut(ScalarType dtype)
    {
        using SamplePairs pairs = MultivariateNormalTask.Dense(2, 2).Draw(300);
        using var scope = NewDisposeScope();
        (Tensor x, Tensor y) = (pairs.X.to(dtype), pairs.Y.to(dtype));
        CanonicalCorrelations plain = CanonicalCorrelations.Of(x, y);
        Tensor redundant = cat([x, full([300, 1], 0.1, dtype: dtype), x.narrow(1, 0, 1), x.sum(1, keepdim: true)], 1);
        CanonicalCorrelations found = CanonicalCorrelations.Of(redundant, y);
        found.Correlations.Should().HaveCount(2);
        found.MutualInformation.Should().BeApproximately(plain.MutualInformation, dtype == ScalarType.Float64 ? 1e-10 : 1e-4);
    }

    [Fact]
    public void Of_ExactDependence_GivesOneAndInfinity()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        Tensor x = randn(100, 3, dtype: ScalarType.Float64, generator: generator);
        CanonicalCorrelations found = CanonicalCorrelations.Of(
            x, cat([x.narrow(1, 0, 1) * 2 + 1, randn(100, 1, dtype: ScalarType.Float64, generator: generator)], 1));
        found.Correlations[0].Should().Be(1);
        found.Correlations[1].Should().BeLessThan(0.5);
        found.MutualInformation.Should().Be(double.PositiveInfinity);
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-6)]
    public void Of_NearlyExactDependence_KeepsItsDigits(double noise)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        Tensor x = randn(2000, 1, dtype: ScalarType.Float64, generator: generator);
        Tensor y = x + (noise * randn(2000, 1, dtype: ScalarType.Float64, generator: generator));
        // 1 − ρ² from the residual of the regression of y on x.
        Tensor xc = x - x.mean();
        Tensor yc = y - y.mean();
        Tensor residual = (yc - xc) - (xc * ((xc * (yc - xc)).sum() / xc.square().sum()));
        double expected = -0.5 * Math.Log((residual.square().sum() / yc.square().sum()).item<double>());
        CanonicalCorrelations.Of(x, y).MutualInformation.Should().BeApproximately(expected, 1e-8);
    }

    [Fact]
    public void Of_AConstantSide_GivesNoCorrelationsAndZero()
    {
        using Tensor constant = full(10, 1, 0.1f);
        using Tensor other = rand(10, 2);
        CanonicalCorrelations found = CanonicalCorrelations.Of(constant, other);
        found.Correlations.Should().BeEmpty();
        found.MutualInformation.Should().Be(0);
    }

    [Fact]
    public void Of_IndependentVectors_GivesWhatChanceAdds()
    {
        using SamplePairs pairs = new CorrelatedGaussianTask(5, 0).Draw(5000);
        CanonicalCorrelations.Of(pairs.X, pairs.Y).MutualInformation.Should().BeInRange(0.5 * 25 / 10_000, 2 * 25 / 10_000.0);
    }

    [Fact]
    public void Of_DependenceThatIsNotLinear_IsNotSeen()
    {
        using SamplePairs pairs = new TransformedTask(new StudentTTask(2, 2, 1), new AsinhMap(), new AsinhMap(), "shortened").Draw(5000);
        CanonicalCorrelations.Of(pairs.X, pairs.Y).MutualInformation.Should().BeLessThan(0.01);
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Of_HalfPrecision_IsNearAndIgnoresRounding(ScalarType dtype)
    {
        using SamplePairs pairs = MultivariateNormalTask.Dense(2, 2).Draw(500);
        using var scope = NewDisposeScope();
        Tensor x = cat([pairs.X, pairs.X.sum(1, keepdim: true)], 1).to(dtype);
        CanonicalCorrelations found = CanonicalCorrelations.Of(x, pairs.Y.to(dtype));
        found.Correlations.Should().HaveCount(2);
        found.MutualInformation.Should().BeApproximately(CanonicalCorrelations.Of(pairs.X, pairs.Y).MutualInformation, 0.01);
        new KsgEstimator().Estimate(x, pairs.Y.to(dtype)).Value.Should().BeInRange(0.1, 0.6);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Of_LabelsThatAreSeparable_IsAtMostTheirEntropy(int classes)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(6);
        Tensor labels = arange(300).remainder(classes), oneHot = nn.functional.one_hot(labels, classes).to(ScalarType.Float32);
        Tensor codes = cat([oneHot * 10, randn([300, 8], generator: generator)], 1)
            + (0.1 * randn([300, classes + 8], generator: generator));
        CanonicalCorrelations found = CanonicalCorrelations.Of(codes, oneHot);
        found.MutualInformation.Should().BeApproximately(Math.Log(classes), 1e-9);
        found.IsLimited.Should().BeTrue();
        found.ToString().Should().Contain("entropy of a discrete side").And.Contain("WithLabels");
    }

    [Fact]
    public void Of_EqualCoins_IsOneBit()
    {
        using Tensor coin = arange(100).remainder(2).to(ScalarType.Float64);
        CanonicalCorrelations.Of(coin, coin).MutualInformation.Should().BeApproximately(Math.Log(2), 1e-12);
    }

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e300)]
    public void Of_OtherUnits_IsTheSame(double unit)
    {
        using SamplePairs pairs = new CorrelatedGaussianTask(2, 0.5).Draw(100);
        using var scope = NewDisposeScope();
        Tensor x = pairs.X.to(ScalarType.Float64);
        double expected = CanonicalCorrelations.Of(x, pairs.Y).MutualInformation;
        CanonicalCorrelations.Of(x * unit, pairs.Y).MutualInformation.Should().BeApproximately(expected, 1e-9);
    }

    [Fact]
    public void Text_SaysTheValueAndTheLargestCorrelations()
    {
        using SamplePairs pairs = new CorrelatedGaussianTask(8, 0.5).Draw(1000);
        CanonicalCorrelations.Of(pairs.X, pairs.Y).ToString().Should()
            .MatchRegex(@"^\d\.\d{3} nats \(about 0\.032 by chance; correlations (0\.\d+, ){5}…\)$");
    }

    [Fact]
    public void Of_Repeated_LeaksNothing()
    {
        using SamplePairs pairs = new CorrelatedGaussianTask(2, 0.5).Draw(100);
        LiveTensors.ShouldNotGrow(5, () => CanonicalCorrelations.Of(pairs.X, pairs.Y));
    }

    [Fact]
    public void Of_BadArguments_SaysWhatWasExpected()
    {
        using Tensor good = rand(10, 2);
        using Tensor fewer = rand(9, 2);
        using Tensor wide = rand(10, 8);
        using Tensor broken = full(10, 2, float.PositiveInfinity);
        using Tensor whole = zeros(10, 2, dtype: ScalarType.Int32);
        Tensor disposed = rand(10, 2);
        disposed.Dispose();
        Expect.ArgumentFault(() => CanonicalCorrelations.Of(null!, good), "x");
        Expect.ArgumentFault(() => CanonicalCorrelations.Of(good, null!), "y");
        Expect.ArgumentFault(() => CanonicalCorrelations.Of(disposed, good), "x", "disposed");
        Expect.ArgumentFault(() => CanonicalCorrelations.Of(good, fewer), "y", "[9, 2]");
        Expect.ArgumentFault(() => CanonicalCorrelations.Of(good, wide), "x", "(2 + 8)", "10 rows");
        Expect.ArgumentFault(() => CanonicalCorrelations.Of(good, broken), "y", "NaN or infinite");
        Expect.ArgumentFault(() => CanonicalCorrelations.Of(whole, good), "x", "floating-point");
    }
}
