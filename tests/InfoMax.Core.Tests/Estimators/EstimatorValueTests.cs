using InfoMax.Estimators;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Estimators;

/// <summary>Objectives and estimates of every estimator against loops over their definitions.</summary>
public sealed class EstimatorValueTests
{
    private static readonly Func<double, double> Sp = NaiveScores.Softplus;

    [Theory]
    [InlineData(2, 1, 1, 3)]
    [InlineData(4, 2, 3, 5)]
    [InlineData(9, 1, 6, 4)]
    public void Values_AnyShape_EqualTheirFormulas(int n, int k, int l, int d)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)n);
        Tensor globals = randn([n, d, k], dtype: ScalarType.Float64, generator: generator);
        Tensor locals = randn([n, d, l], dtype: ScalarType.Float64, generator: generator);
        var naive = new NaiveScores(globals, locals);
        double negatives = (n - 1) * l;
        double Lme(double[] scores) => NaiveScores.LogSumExp(scores) - Math.Log(scores.Length);
        double Dv(Func<double, double> r) => naive.PartitionDifference(r, r);
        double OfGlobal(int i, int g) => Every.NormBaseline.Global(naive.Global(i, g));
        double Pair(int i, int g, int j) => Every.NormBaseline.Pair(naive.Global(i, g), naive.Local(i, j));
        double LogA(double logMean, double b, double alpha) => Math.Log((alpha * Math.Exp(logMean)) + ((1 - alpha) * Math.Exp(b)));
        double Interpolated(double alpha, Func<int, int, double> b) => naive.MeanOverPositives((i, g, _, u, v) =>
            1 + u - LogA(NaiveScores.LogSumExp([u, .. v]) - Math.Log(negatives + 1), b(i, g), alpha)
            - Math.Exp(Lme(v) - LogA(Lme(v), b(i, g), alpha)));
        double clip = 0.7;

        (MIEstimator Estimator, double Objective, double Estimate)[] expected =
        [
            (new JensenShannonEstimator(), naive.MeanDifference(u => Math.Log(2) - Sp(-u), u => Sp(u) - Math.Log(2)), Dv(u => u)),
            (DivergenceEstimator.Gan, naive.MeanDifference(u => -Sp(-u), Sp), Dv(u => u)),
            (new NwjEstimator(), naive.MeanDifference(u => u, u => Math.Exp(u - 1)), naive.MeanDifference(u => u, u => Math.Exp(u - 1))),
            (DivergenceEstimator.ReverseKullbackLeibler, naive.MeanDifference(u => -Math.Exp(-u), u => u - 1), Dv(u => u)),
            (DivergenceEstimator.SquaredHellinger, naive.MeanDifference(u => 1 - Math.Exp(-u), u => Math.Exp(u) - 1), Dv(u => 2 * u)),
            (
                DivergenceEstimator.Pearson,
                naive.MeanDifference(u => u, u => (u * u / 4) + u),
                Dv(u => Math.Log(Math.Max((u / 2) + 1, 1e-6)))),
            (
                DivergenceEstimator.TotalVariation,
                naive.MeanDifference(u => Math.Tanh(u) / 2, u => Math.Tanh(u) / 2),
                naive.MeanDifference(u => Math.Tanh(u) / 2, u => Math.Tanh(u) / 2)),
            (DivergenceEstimator.Wasserstein, naive.MeanDifference(u => u, u => u), naive.MeanDifference(u => u, u => u)),
            (new DonskerVaradhanEstimator(), Dv(u => u), Dv(u => u)),
            (new MineEstimator(), Dv(u => u), Dv(u => u)),
            (
                new SmileEstimator(clip),
                naive.MeanDifference(u => Math.Log(2) - Sp(-u), u => Sp(u) - Math.Log(2)),
                naive.PartitionDifference(u => u, u => Math.Clamp(u, -clip, clip))),
            (new InfoNceEstimator(), naive.InfoNceObjective(), naive.InfoNceObjective() + Math.Log(negatives + 1)),
            (
                new TubaEstimator(Baseline.Constant(0.4)),
                naive.MeanOverPositives((_, _, _, u, v) => 1 + u - 0.4f - Math.Exp(Lme(v) - 0.4f)),
                double.NaN),
            (
                new TubaEstimator(new Every.NormBaseline(pairs: false)),
                naive.MeanOverPositives((i, g, _, u, v) => 1 + u - OfGlobal(i, g) - Math.Exp(Lme(v) - OfGlobal(i, g))),
                double.NaN),
            (
                new FloEstimator(new Every.NormBaseline(pairs: true)),
                naive.MeanOverPositives((i, g, j, u, v) => 1 + u - Pair(i, g, j) - Math.Exp(Lme(v) - Pair(i, g, j))),
                double.NaN),
            (new InterpolatedEstimator(0.3, new Every.NormBaseline(pairs: false)), Interpolated(0.3, OfGlobal), double.NaN),
            (new InterpolatedEstimator(1.0), naive.InfoNceObjective() + Math.Log(negatives + 1), double.NaN),
            (new InterpolatedEstimator(0.0, new Every.NormBaseline(pairs: false)), Interpolated(0.0, OfGlobal), double.NaN),
        ];
        foreach ((MIEstimator estimator, double objective, double estimate) in expected)
        {
            using ScoreMatrix factored = ScoreMatrix.Factored(globals, locals);
            using ScoreMatrix dense = ScoreMatrix.Dense(factored.ToDense(), factored.GlobalVectors(), factored.LocalVectors());
            foreach (ScoreMatrix scores in new[] { factored, dense })
            {
                double tolerance = 1e-10 * Math.Max(1, Math.Abs(objective));
                estimator.Objective(scores).item<double>().Should().BeApproximately(
                    objective, tolerance, "{0}, factored: {1}", estimator.Name, scores.IsFactored);
                estimator.Estimate(scores).item<double>().Should().BeApproximately(
                    double.IsNaN(estimate) ? objective : estimate, tolerance, "{0}, factored: {1}", estimator.Name, scores.IsFactored);
            }
        }
    }

    [Fact]
    public void Estimates_OfPerfectCritics_AgreeOnAKnownMutualInformation()
    {
        // Standard normal pairs with correlation ρ: the log density ratio is a function of the pair, and so are the scores of every perfect
        // critic.
        const int N = 2000;
        const double Rho = 0.7;
        double truth = -0.5 * Math.Log(1 - (Rho * Rho));
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        Tensor x = randn([N], dtype: ScalarType.Float64, generator: generator);
        Tensor y = (x * Rho) + (randn([N], dtype: ScalarType.Float64, generator: generator) * Math.Sqrt(1 - (Rho * Rho)));
        Tensor a = y.unsqueeze(1), b = x.unsqueeze(0);
        Tensor logRatio = truth + ((2 * Rho * a * b) - (Rho * Rho * (a.square() + b.square()))) / (2 * (1 - (Rho * Rho)));
        foreach (MIEstimator estimator in Every.Estimator())
        {
            if (estimator.EstimateKind == BoundKind.Surrogate || estimator.State is Every.NormBaseline)
            {
                continue;
            }

            Tensor scores = estimator.FromLogRatio!.Value(logRatio);
            // The partition function that a learned constant would find.
            scores = estimator is TubaEstimator ? scores + 1 : scores;
            MIEstimator reader = estimator is SmileEstimator ? new SmileEstimator(20) : estimator;
            double value = reader.Estimate(ScoreMatrix.Dense(scores)).item<double>();
            value.Should().BeApproximately(truth, 0.07, estimator.Name);
        }
    }

    [Fact]
    public void Read_ScoresOfAnotherEstimator_AreBroughtToTheReadersForm()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        Tensor g = randn([6, 4], dtype: ScalarType.Float64, generator: generator), x = randn(
            [6, 4, 3], dtype: ScalarType.Float64, generator: generator);
        ScoreMatrix scores = ScoreMatrix.Factored(g, x);
        Tensor u = scores.ToDense();
        double Read(MIEstimator reader, MIEstimator trained) => reader.EstimateTransferred(scores, trained).item<double>();
        double Estimate(MIEstimator reader, Tensor dense) => reader.Estimate(ScoreMatrix.Dense(dense)).item<double>();
        Read(new NwjEstimator(), new JensenShannonEstimator()).Should().BeApproximately(Estimate(new NwjEstimator(), u + 1), 1e-12);
        Read(new DonskerVaradhanEstimator(), new NwjEstimator()).Should().BeApproximately(
            Estimate(new DonskerVaradhanEstimator(), u - 1), 1e-12);
        Read(new SmileEstimator(1), DivergenceEstimator.SquaredHellinger).Should().BeApproximately(
            Estimate(new SmileEstimator(1), u * 2), 1e-12);
        Read(new InfoNceEstimator(), new InfoNceEstimator()).Should().BeApproximately(Estimate(new InfoNceEstimator(), u), 1e-12);
        FluentActions.Invoking(() => Read(new NwjEstimator(), DivergenceEstimator.TotalVariation))
            .Should().Throw<ArgumentException>().WithMessage("*total-variation*density ratio*");
        FluentActions.Invoking(() => Read(DivergenceEstimator.Wasserstein, new NwjEstimator()))
            .Should().Throw<ArgumentException>().WithMessage("*wasserstein*");

        // Divergences of one class are told apart by their names.
        Read(DivergenceEstimator.Gan, DivergenceEstimator.SquaredHellinger).Should().BeApproximately(
            Estimate(DivergenceEstimator.Gan, u * 2), 1e-12);
        Read(DivergenceEstimator.TotalVariation, DivergenceEstimator.TotalVariation)
            .Should().BeApproximately(Estimate(DivergenceEstimator.TotalVariation, u), 1e-12);
    }

    [Fact]
    public void Ceilings_OfBoundsThatHaveOne_AreNeverPassed()
    {
        using var scope = NewDisposeScope();
        using ScoreMatrix perfect = ScoreMatrix.Factored(eye(16).mul(200), eye(16));
        foreach (MIEstimator estimator in Every.Estimator())
        {
            estimator.Estimate(perfect).to(ScalarType.Float64).item<double>().Should().BeLessThanOrEqualTo(
                estimator.Ceiling(perfect) + 1e-5, estimator.Name);
        }

        new InterpolatedEstimator(0.25).Ceiling(perfect).Should().BeApproximately(Math.Log(16 / 0.25), 1e-12);
        new InterpolatedEstimator(0).Ceiling(perfect).Should().Be(double.PositiveInfinity);
    }

    [Fact]
    public void Contracts_EveryEstimator_SaysWhatItIs()
    {
        Every.Estimator().Select(e => (e.Name, e.GetType())).Distinct().Select(e => e.Name).Should().OnlyHaveUniqueItems();
        FluentActions.Invoking(() => new DivergenceEstimator(" ", ScoreFunctions.Identity, ScoreFunctions.Exp))
            .Should().Throw<ArgumentException>();
        new DivergenceEstimator("mine-own", ScoreFunctions.Identity, ScoreFunctions.Exp).Formula.Should().Be("mine-own");
        foreach (MIEstimator estimator in Every.Estimator())
        {
            estimator.Name.Should().MatchRegex("^[a-z0-9-]+$");
            estimator.Formula.Should().NotBe(estimator.Name).And.NotBeEmpty();
            estimator.ToString().Should().Be(estimator.Name);
            estimator.TrainsRepresentations.Should().BeTrue(estimator.Name);
            estimator.NeedsLipschitzCritic.Should().Be(estimator.Name == "wasserstein", estimator.Name);

            if (estimator.ToLogRatio is { } to && estimator.FromLogRatio is { } from)
            {
                using var scope = NewDisposeScope();
                Tensor ratios = linspace(-3, 3, 13, dtype: ScalarType.Float64);
                (to.Value(from.Value(ratios)) - ratios).abs().max().item<double>().Should().BeLessThan(1e-12, estimator.Name);
            }
        }
    }
}
