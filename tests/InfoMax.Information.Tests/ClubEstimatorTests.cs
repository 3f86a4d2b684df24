using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Information.Tests;

/// <summary>The two upper bounds: CLUB and leave-one-out.</summary>
public sealed class ClubEstimatorTests
{
    private static readonly MIEstimator[] Both = [new ClubEstimator(), new LeaveOneOutEstimator()];

    [Theory]
    [InlineData(2, 1, 1, 3)]
    [InlineData(4, 2, 3, 5)]
    public void Values_AnyShape_EqualTheirFormulas(int n, int k, int l, int d)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)n);
        Tensor globals = randn([n, d, k], dtype: ScalarType.Float64, generator: generator);
        Tensor locals = randn([n, d, l], dtype: ScalarType.Float64, generator: generator);
        var naive = new NaiveScores(globals, locals);
        double LogMeanExp(double[] scores) => NaiveScores.LogSumExp(scores) - Math.Log(scores.Length);
        double[] estimates = [naive.MeanDifference(u => u, u => u), naive.MeanOverPositives((_, _, _, u, v) => u - LogMeanExp(v))];
        using ScoreMatrix factored = ScoreMatrix.Factored(globals, locals), dense = ScoreMatrix.Dense(factored.ToDense());
        foreach (ScoreMatrix scores in new[] { factored, dense })
        {
            foreach ((MIEstimator estimator, double estimate) in Both.Zip(estimates))
            {
                estimator.Objective(scores).item<double>().Should().BeApproximately(
                    naive.MeanDifference(u => u, _ => 0), 1e-10, estimator.Name);
                estimator.Estimate(scores).item<double>().Should().BeApproximately(estimate, 1e-10, estimator.Name);
            }
        }
    }

    [Fact]
    public void Estimate_OfTheRightModel_IsAnUpperBound()
    {
        // Standard normal pairs with correlation ρ, scored by the exact conditional density.
        const int N = 2000;
        const double Rho = 0.7;
        double truth = -0.5 * Math.Log(1 - (Rho * Rho));
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        Tensor x = randn([N], dtype: ScalarType.Float64, generator: generator);
        Tensor y = (x * Rho) + (randn([N], dtype: ScalarType.Float64, generator: generator) * Math.Sqrt(1 - (Rho * Rho)));
        Tensor residual = y.unsqueeze(1) - (x.unsqueeze(0) * Rho);
        Tensor scores = (residual.square() / (-2 * (1 - (Rho * Rho)))) - (0.5 * Math.Log(2 * Math.PI * (1 - (Rho * Rho))));
        new ClubEstimator().Estimate(ScoreMatrix.Dense(scores)).item<double>().Should().BeGreaterThan(truth + 0.1, "CLUB is not tight");
        new LeaveOneOutEstimator().Estimate(ScoreMatrix.Dense(scores)).item<double>().Should().BeApproximately(truth, 0.07);
    }

    [Fact]
    public void Contract_OfAnUpperBound_RefusesWhatWouldBeMeaningless()
    {
        using var scope = NewDisposeScope();
        using ScoreMatrix scores = ScoreMatrix.Dense(rand([4, 4]));
        foreach (MIEstimator estimator in Both)
        {
            (estimator.ObjectiveKind, estimator.EstimateKind).Should().Be((BoundKind.Surrogate, BoundKind.UpperBound));
            estimator.Formula.Should().Contain("log q(y|x)");
            Expect.ArgumentFault(() => _ = new LocalInfoMax(3, 4, estimator, units: 8), "estimator", estimator.Name, "maximized");
            Expect.ArgumentFault(
                () => estimator.EstimateTransferred(scores, new NwjEstimator()), "trainedWith", estimator.Name, "density ratio");
            Expect.ArgumentFault(
                () => new NwjEstimator().EstimateTransferred(scores, estimator), "trainedWith", estimator.Name, "density ratio");
            Expect.ArgumentFault(() => estimator.Objective(null!), "scores");
            Expect.ArgumentFault(() => estimator.Estimate(null!), "scores");
        }
    }

    [Fact]
    public void Estimate_MaskedNegatives_CountAsAbsent()
    {
        using var scope = NewDisposeScope();
        Tensor u = rand([3, 1, 3, 2], dtype: ScalarType.Float64), masked = u.clone();
        masked[0, 0, 1, 1] = tensor(double.NegativeInfinity, dtype: ScalarType.Float64);
        masked.requires_grad_(true);
        Tensor value = new LeaveOneOutEstimator().Estimate(ScoreMatrix.Dense(masked));
        value.item<double>().Should().BeGreaterThan(new LeaveOneOutEstimator().Estimate(ScoreMatrix.Dense(u)).item<double>() + 1e-6);
        Tensor gradient = autograd.grad([value], [masked])[0];
        gradient.isfinite().all().item<bool>().Should().BeTrue();
        gradient[0, 0, 1, 1].item<double>().Should().Be(0);
    }
}
