using InfoMax.Information.Tasks;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Information.Tests;

public sealed partial class KsgEstimatorTests
{
    [Theory]
    [InlineData(60, 1, 1, 3, true)]
    [InlineData(60, 1, 1, 3, false)]
    [InlineData(143, 3, 2, 1, false)]
    [InlineData(143, 2, 9, 7, true)]
    [InlineData(5, 1, 2, 4, false)]
    [InlineData(2, 1, 1, 1, false)]
    public void Estimate_AgainstANaiveLoop_IsTheSame(int count, int xDimensions, int yDimensions, int neighbors, bool standardize)
    {
        // Unequal scales, so that standardizing matters.
        using SamplePairs pairs = MultivariateNormalTask.Dense(xDimensions, yDimensions, 0.6).Draw(count);
        using Tensor y = pairs.Y * 3 + 5;
        double naive = Naive(Scaled(Samples.Read(pairs.X), standardize), Scaled(Samples.Read(y), standardize), neighbors);
        new KsgEstimator { NeighborCount = neighbors, Standardize = standardize }.Estimate(pairs.X, y).Value.Should().BeApproximately(
            naive, 1e-12);
    }

    [Fact]
    public void Estimate_Defaults_AreThreeNeighborsStandardized()
    {
        var ksg = new KsgEstimator();
        (ksg.NeighborCount, ksg.Standardize, ksg.MergeRepeatedRows).Should().Be((3, true, null));
    }

    [Theory]
    [InlineData(1, 0.0, 0.03)]
    [InlineData(1, 0.5, 0.05)]
    [InlineData(1, 2.0, 0.06)]
    [InlineData(2, 0.5, 0.06)]
    [InlineData(3, 0.0, 0.06)]
    public void Estimate_NormalVectorsOfFewDimensions_FindsTheTrueValue(int dimensions, double nats, double tolerance)
    {
        using SamplePairs pairs = CorrelatedGaussianTask.ForInformation(dimensions, nats).Draw(5000);
        new KsgEstimator().Estimate(pairs.X, pairs.Y).Value.Should().BeApproximately(nats, tolerance);
    }

    [Theory]
    [InlineData("uniform-1x1", 0.05)]
    [InlineData("bimodal-1x1", 0.05)]
    [InlineData("wiggly-1x1", 0.05)]
    [InlineData("half-cube-1x1", 0.05)]
    [InlineData("swiss-roll-2x1", 0.05)]
    [InlineData("additive-uniform-0.1", 0.05)]
    [InlineData("additive-uniform-0.75", 0.05)]
    [InlineData("asinh-student-1x1-dof1", 0.05)]
    [InlineData("asinh-student-2x2-dof1", 0.1)]
    [InlineData("normal-dense-3x3-0.5", 0.06)]
    [InlineData("normal-2pair-2x2-0.8", 0.06)]
    public void Estimate_OtherTasksOfTheSuite_FindsTheTrueValue(string name, double tolerance)
    {
        MutualInformationTask task = BeyondNormal.CreateTasks().Single(t => t.Name == name);
        using SamplePairs pairs = task.Draw(5000);
        new KsgEstimator().Estimate(pairs.X, pairs.Y).Value.Should().BeApproximately(task.TrueValue, tolerance);
    }

    [Fact]
    public void Estimate_ManyDimensionsOrHeavyTails_FallsShortAsDocumented()
    {
        using SamplePairs many = CorrelatedGaussianTask.ForInformation(20, 4).Draw(3000);
        new KsgEstimator().Estimate(many.X, many.Y).Value.Should().BeInRange(0.5, 1.5);
        using SamplePairs heavy = new StudentTTask(2, 2, 1).Draw(3000);
        new KsgEstimator().Estimate(heavy.X, heavy.Y).Value.Should().BeInRange(0.1, 0.35);
    }

    [Fact]
    public void Estimate_OtherUnitsRowsAndSides_IsTheSame()
    {
        using SamplePairs pairs = new CorrelatedGaussianTask(2, 0.7).Draw(500);
        var ksg = new KsgEstimator();
        double estimate = ksg.Estimate(pairs.X, pairs.Y).Value;
        using var scope = NewDisposeScope();
        Tensor order = arange(499, -1, -1);
        ksg.Estimate(pairs.X[order], pairs.Y[order]).Value.Should().BeApproximately(estimate, 1e-12);
        ksg.Estimate(pairs.Y, pairs.X).Value.Should().BeApproximately(estimate, 1e-12);
        ksg.Estimate(pairs.X.to(ScalarType.Float64) * 1e200, (pairs.Y.to(ScalarType.Float64) * -1e-200)).Value.Should().BeApproximately(
            estimate, 1e-12);
    }

    [Fact]
    public void Estimate_ConstantDimension_HasNoPart()
    {
        using SamplePairs pairs = new CorrelatedGaussianTask(1, 0.7).Draw(500);
        using var scope = NewDisposeScope();
        Tensor x = cat([pairs.X, full_like(pairs.X, 0.1)], 1);
        var ksg = new KsgEstimator();
        ksg.Estimate(x, pairs.Y).Value.Should().Be(ksg.Estimate(pairs.X, pairs.Y).Value);
    }

    [Fact]
    public void Estimate_OfContinuousSamples_HasNoRemark()
    {
        using SamplePairs pairs = new CorrelatedGaussianTask(1, 0.7).Draw(200);
        KsgEstimate estimate = new KsgEstimator().Estimate(pairs.X.to(ScalarType.Float64), pairs.Y.to(ScalarType.Float64));
        (estimate.Remark, estimate.TiedCount).Should().Be((null, 0));
        estimate.ToString().Should().MatchRegex(@"^0\.\d{3} nats from 200 samples$");
    }

    [Fact]
    public void Estimate_Vectors_AreOneDimension()
    {
        using SamplePairs pairs = new CorrelatedGaussianTask(1, 0.7).Draw(200);
        using Tensor x = pairs.X.flatten();
        using Tensor y = pairs.Y.flatten();
        new KsgEstimator().Estimate(x, y).Value.Should().Be(new KsgEstimator().Estimate(pairs.X, pairs.Y).Value);
    }

    [Fact]
    public void Estimate_Repeated_LeaksNothingAndLeavesArgumentsAlone()
    {
        using SamplePairs pairs = new CorrelatedGaussianTask(2, 0.5).Draw(100);
        using Tensor y = pairs.Y.detach().requires_grad_(true);
        LiveTensors.ShouldNotGrow(5, () => new KsgEstimator().Estimate(pairs.X, y));
        pairs.X.IsInvalid.Should().BeFalse();
        y.requires_grad.Should().BeTrue();
    }

    [Fact]
    public void Estimate_BadArguments_SaysWhatWasExpected()
    {
        var ksg = new KsgEstimator();
        using Tensor good = rand(10, 2);
        using Tensor fewer = rand(9, 2);
        using Tensor cube = rand(10, 2, 2);
        using Tensor empty = zeros(10, 0);
        using Tensor whole = zeros(10, 2, dtype: ScalarType.Int64);
        using Tensor broken = full(10, 2, float.NaN);
        using Tensor three = rand(3, 1);
        Tensor disposed = rand(10, 2);
        disposed.Dispose();
        Expect.ArgumentFault(() => ksg.Estimate(null!, good), "x");
        Expect.ArgumentFault(() => ksg.Estimate(good, null!), "y");
        Expect.ArgumentFault(() => ksg.Estimate(good, disposed), "y", "disposed");
        Expect.ArgumentFault(() => ksg.Estimate(good, fewer), "y", "10", "[9, 2]");
        Expect.ArgumentFault(() => ksg.Estimate(cube, good), "x", "[10, 2, 2]");
        Expect.ArgumentFault(() => ksg.Estimate(good, empty), "y", "[10, 0]");
        Expect.ArgumentFault(() => ksg.Estimate(whole, good), "x", "floating-point");
        Expect.ArgumentFault(() => ksg.Estimate(good, broken), "y", "20 of 20");
        Expect.ArgumentFault(() => ksg.Estimate(three, three), "x", "more rows than neighbors (3)", "3 rows");
        Expect.ArgumentFault(() => _ = new KsgEstimator { NeighborCount = 0 }, "NeighborCount");
    }

    [Fact]
    public void Estimate_Canceled_Throws()
    {
        using Tensor x = rand(100, 1);
        FluentActions.Invoking(() => new KsgEstimator().Estimate(x, x, new CancellationToken(canceled: true))).Should()
            .Throw<OperationCanceledException>();
    }

    private static double[,] Scaled(double[,] values, bool standardize)
    {
        if (!standardize)
        {
            return values;
        }

        int n = values.GetLength(0);
        var scaled = new double[n, values.GetLength(1)];
        for (int d = 0; d < values.GetLength(1); d++)
        {
            double mean = Enumerable.Range(0, n).Average(i => values[i, d]);
            double deviation = Math.Sqrt(Enumerable.Range(0, n).Average(i => Math.Pow(values[i, d] - mean, 2)));
            for (int i = 0; i < n; i++)
            {
                scaled[i, d] = (values[i, d] - mean) / deviation;
            }
        }

        return scaled;
    }

    // By the definition, with ψ of whole numbers from the harmonic sums: ψ(m) = −γ + 1 + 1/2 + … + 1/(m − 1).
    private static double Naive(double[,] x, double[,] y, int k)
    {
        int n = x.GetLength(0);
        double sum = 0;
        for (int i = 0; i < n; i++)
        {
            int[] others = [.. Enumerable.Range(0, n).Where(j => j != i)];
            double epsilon = others.Select(j => Math.Max(Distance(x, i, j), Distance(y, i, j))).Order().ElementAt(k - 1);
            sum -= Psi(others.Count(j => Distance(x, i, j) < epsilon) + 1) + Psi(others.Count(j => Distance(y, i, j) < epsilon) + 1);
        }

        return Psi(k) + Psi(n) + (sum / n);
    }

    private static double Distance(double[,] values, int i, int j) =>
        Enumerable.Range(0, values.GetLength(1)).Max(d => Math.Abs(values[i, d] - values[j, d]));

    private static double Psi(int m) => -0.57721566490153286 + Enumerable.Range(1, m - 1).Sum(i => 1.0 / i);
}
