using InfoMax.Estimators;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Estimators;

/// <summary>What every estimator promises beside its values.</summary>
public sealed class MIEstimatorTests
{
    [Fact]
    public void EstimateFromObjective_WhereThereIsOne_IsTheEstimate()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        Tensor g = randn([6, 4], dtype: ScalarType.Float64, generator: generator).requires_grad_(true);
        ScoreMatrix scores = ScoreMatrix.Factored(g, randn([6, 4, 3], dtype: ScalarType.Float64, generator: generator));
        foreach (MIEstimator estimator in Every.Estimator())
        {
            Tensor objective = estimator.Objective(scores);
            Tensor? estimate = estimator.EstimateFromObjective(objective, scores);
            (estimate is not null).Should().Be(estimator.ObjectiveKind != BoundKind.Surrogate, estimator.Name);
            if (estimate is null)
            {
                continue;
            }

            (objective.requires_grad, estimate.requires_grad).Should().Be((true, false), estimator.Name);
            estimate.item<double>().Should().BeApproximately(estimator.Estimate(scores).item<double>(), 1e-12, estimator.Name);
            Expect.ArgumentFault(() => estimator.EstimateFromObjective(null!, scores), "objective");
        }
    }

    [Fact]
    public void Calls_WithoutScores_NameTheArgument()
    {
        using var scope = NewDisposeScope();
        using ScoreMatrix scores = ScoreMatrix.Dense(rand([4, 4]));
        foreach (MIEstimator estimator in Every.Estimator())
        {
            Expect.ArgumentFault(() => estimator.Objective(null!), "scores");
            Expect.ArgumentFault(() => estimator.Estimate(null!), "scores");
            Expect.ArgumentFault(() => estimator.EstimateTransferred(null!, estimator), "scores");
            Expect.ArgumentFault(() => estimator.EstimateTransferred(scores, null!), "trainedWith");
        }

        Expect.ArgumentFault(() => new InfoNceEstimator().Ceiling(null!), "scores");
        Expect.ArgumentFault(() => new InterpolatedEstimator(0.5).Ceiling(null!), "scores");
        Expect.ArgumentFault(() => _ = new SmileEstimator(0), "clip", "positive");
        Expect.ArgumentFault(() => _ = new FloEstimator(null!), "baseline");
        Expect.ArgumentFault(() => _ = new DivergenceEstimator("own", null!, ScoreFunctions.Exp), "positive");
        Expect.ArgumentFault(() => _ = new DivergenceEstimator("own", ScoreFunctions.Exp, null!), "negative");
    }

    [Fact]
    public void Ceiling_OfEachEstimator_IsAsDocumented()
    {
        using var scope = NewDisposeScope();
        using ScoreMatrix scores = ScoreMatrix.Factored(rand([5, 4]), rand([5, 4, 3]));
        foreach (MIEstimator estimator in Every.Estimator())
        {
            double expected = estimator switch
            {
                InfoNceEstimator => Math.Log(13),
                InterpolatedEstimator interpolated => Math.Log(13 / interpolated.Alpha),
                { Name: "total-variation" } => 1,
                _ => double.PositiveInfinity,
            };
            estimator.Ceiling(scores).Should().BeApproximately(expected, 1e-12, estimator.Name);
        }
    }

    [Fact]
    public void Constant_OfADivergence_IsAddedToItsValue()
    {
        using var scope = NewDisposeScope();
        using ScoreMatrix scores = ScoreMatrix.Dense(rand([4, 4], ScalarType.Float64));
        var without = new DivergenceEstimator("a", ScoreFunctions.Identity, ScoreFunctions.Exp);
        var with = new DivergenceEstimator("b", ScoreFunctions.Identity, ScoreFunctions.Exp, 1.5, "E₊[u] − E₋[e^u] + 1.5");
        (with.Objective(scores) - without.Objective(scores)).item<double>().Should().BeApproximately(1.5, 1e-14);
        (with.Positive, with.Negative, with.Constant).Should().Be((ScoreFunctions.Identity, ScoreFunctions.Exp, 1.5));
        (with.Formula, without.Formula).Should().Be(("E₊[u] − E₋[e^u] + 1.5", "a"));
    }

    [Fact]
    public void Baseline_OfEachKind_IsZeroOrItsConstantAtFirst()
    {
        using var scope = NewDisposeScope();
        using ScoreMatrix scores = ScoreMatrix.Factored(rand([5, 4, 2]), rand([5, 4, 3]));
        foreach ((Baseline baseline, long locations, double value, bool learned) in new[]
        {
            (Baseline.Constant(), 1L, 1.0, true), (Baseline.Constant(0.25, learned: false), 1L, 0.25, false),
            (Baseline.OfGlobal(4, 7, seed: 1), 1L, 0.0, true), (Baseline.OfPair(4, 4, 7, seed: 1), 3L, 0.0, true),
        })
        {
            Tensor log = baseline.call(scores);
            log.shape.Should().Equal(5, 2, locations);
            (log - value).abs().max().item<float>().Should().Be(0);
            baseline.parameters().All(p => p.requires_grad).Should().Be(learned);
            Expect.ArgumentFault(() => baseline.call(null!), "scores");
        }

        foreach (Action size in new Action[]
        {
            () => Baseline.OfGlobal(0), () => Baseline.OfGlobal(1, 0), () => Baseline.OfPair(0, 1), () => Baseline.OfPair(1, 0),
            () => Baseline.OfPair(1, 1, 0), () => Baseline.Constant(double.NaN),
        })
        {
            size.Should().Throw<ArgumentOutOfRangeException>();
        }
    }

    [Fact]
    public void EstimateTransferred_BetweenTwoOfOneClass_NeedsNoDensityRatio()
    {
        using var scope = NewDisposeScope();
        using ScoreMatrix scores = ScoreMatrix.Dense(rand([4, 4], ScalarType.Float64));
        double own = new Unreadable("a").Estimate(scores).item<double>();
        new Unreadable("a").EstimateTransferred(scores, new Unreadable("a")).item<double>().Should().Be(own);
        Expect.ArgumentFault(() => new Unreadable("a").EstimateTransferred(scores, new Unreadable("b")), "trainedWith", "density ratio");
        Expect.ArgumentFault(() => new Unreadable("nwj").EstimateTransferred(scores, new NwjEstimator()), "trainedWith", "density ratio");
    }

    [Fact]
    public void Mine_WithARateOfOne_IsDonskerVaradhan()
    {
        using var scope = NewDisposeScope();
        var mine = new MineEstimator(1);
        for (int batch = 0; batch < 2; batch++)
        {
            Tensor g = rand([4, 3], ScalarType.Float64).requires_grad_(true), x = rand([4, 3, 2], ScalarType.Float64);
            Tensor actual = autograd.grad([mine.Objective(ScoreMatrix.Factored(g, x))], [g])[0];
            Tensor expected = autograd.grad([new DonskerVaradhanEstimator().Objective(ScoreMatrix.Factored(g, x))], [g])[0];
            (actual - expected).abs().max().item<double>().Should().BeLessThan(1e-12);
        }
    }

    [Fact]
    public void Baseline_MadeInAScope_OutlivesIt()
    {
        Baseline baseline;
        using (NewDisposeScope())
        {
            baseline = Baseline.Constant(2);
        }

        using (baseline)
        using (NewDisposeScope())
        {
            baseline.call(ScoreMatrix.Dense(rand([3, 3]))).eq(2).all().item<bool>().Should().BeTrue();
        }
    }

    private sealed class Unreadable(string name) : MIEstimator(name, BoundKind.Surrogate, BoundKind.Surrogate)
    {
        public override ScoreFunction? ToLogRatio => null;

        public override ScoreFunction? FromLogRatio => null;

        public override Tensor Objective(ScoreMatrix scores) => scores.Positives().mean();
    }
}
