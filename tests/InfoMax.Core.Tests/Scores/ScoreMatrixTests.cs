using InfoMax.Estimators;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Scores;

public sealed class ScoreMatrixTests
{
    private static readonly MIEstimator[] All = [.. Every.Estimator()];

    public static TheoryData<int, int, int, int> Shapes => new()
    {
        { 2, 1, 1, 1 }, { 2, 3, 1, 5 }, { 5, 1, 4, 7 }, { 7, 2, 3, 3 }, { 33, 1, 16, 8 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Objectives_AnyShape_EqualNaiveLoops(int n, int k, int l, int d)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(11);
        Tensor globals = randn([n, d, k], dtype: ScalarType.Float64, generator: generator);
        Tensor locals = randn([n, d, l], dtype: ScalarType.Float64, generator: generator);
        var naive = new NaiveScores(globals, locals);
        using ScoreMatrix scores = ScoreMatrix.Factored(globals, locals);

        Value(new JensenShannonEstimator().Objective(scores)).Should().BeApproximately(
            naive.MeanDifference(u => Math.Log(2) - NaiveScores.Softplus(-u), u => NaiveScores.Softplus(u) - Math.Log(2)), 1e-10);
        Value(new DonskerVaradhanEstimator().Objective(scores)).Should().BeApproximately(naive.DonskerVaradhan(), 1e-10);
        Value(new InfoNceEstimator().Objective(scores)).Should().BeApproximately(naive.InfoNceObjective(), 1e-10);
    }

    [Theory]
    [InlineData(1e4)]
    [InlineData(-1e4)]
    public void Objectives_ExtremeScores_StayFiniteAndRight(double scale)
    {
        using var scope = NewDisposeScope();
        // Positives score `scale`, negatives 0.
        Tensor g = eye(3).requires_grad_(true), x = eye(3).mul(scale).unsqueeze(2).expand(3, 3, 2).contiguous();
        using ScoreMatrix scores = ScoreMatrix.Factored(g, x);
        Value(new DonskerVaradhanEstimator().Objective(scores)).Should().BeApproximately(scale, 1e-2);
        Value(new InfoNceEstimator().Objective(scores)).Should().BeApproximately(scale > 0 ? 0 : scale - Math.Log(4), 1e-2);
        Value(new JensenShannonEstimator().Objective(scores)).Should().BeApproximately(scale > 0 ? Math.Log(2) : scale + Math.Log(2), 1e-2);
        foreach (MIEstimator estimator in All)
        {
            Tensor value = estimator.Objective(scores);
            if (scale < 0 && estimator.Name is "reverse-kl" or "squared-hellinger")
            {
                // e^10000 is beyond any number, and is not reported as something else.
                Value(value).Should().Be(double.NegativeInfinity, estimator.Name);
                continue;
            }

            if (estimator.State is Every.NormBaseline { Pairs: true })
            {
                // That baseline would follow the local vectors to e^1000.
                continue;
            }

            double.IsFinite(Value(value)).Should().BeTrue(estimator.Name);
            double.IsFinite(Value(estimator.Estimate(scores))).Should().BeTrue(estimator.Name);
            autograd.grad([value], [g])[0].isfinite().all().item<bool>().Should().BeTrue(estimator.Name);
        }
    }

    [Fact]
    public void Objectives_MaskedNegatives_CountAsAbsent()
    {
        using var scope = NewDisposeScope();
        Tensor u = rand([3, 1, 3, 2], dtype: ScalarType.Float64);
        Tensor mask = zeros([3, 1, 3, 2], dtype: ScalarType.Bool);
        mask[0, 0, 1, 1] = tensor(true);
        Tensor masked = u.masked_fill(mask, double.NegativeInfinity).requires_grad_(true);
        foreach (MIEstimator estimator in All.Where(SumsExponentials))
        {
            // What is masked adds nothing to a sum of exponentials, so the value rises, and no gradient goes there.
            Tensor value = estimator.Estimate(ScoreMatrix.Dense(masked));
            value.item<double>().Should().BeInRange(estimator.Estimate(ScoreMatrix.Dense(u)).item<double>() + 1e-6, 100, estimator.Name);
            Tensor gradient = autograd.grad([value], [masked])[0];
            gradient.isfinite().all().item<bool>().Should().BeTrue(estimator.Name);
            gradient[0, 0, 1, 1].item<double>().Should().Be(0, estimator.Name);
        }
    }

    [Fact]
    public void Objectives_AllNegativesOfAGlobalMasked_StayFinite()
    {
        using var scope = NewDisposeScope();
        Tensor mask = zeros([3, 1, 3, 2], dtype: ScalarType.Bool);
        mask[0, 0, 1] = tensor(true);
        mask[0, 0, 2] = tensor(true);
        Tensor masked = rand([3, 1, 3, 2], dtype: ScalarType.Float64).masked_fill(mask, double.NegativeInfinity);
        foreach (MIEstimator estimator in All.Where(e => SumsExponentials(e) && e is not (MineEstimator or JensenShannonEstimator)))
        {
            double.IsFinite(Value(estimator.Estimate(ScoreMatrix.Dense(masked)))).Should().BeTrue(estimator.Name);
        }
    }

    [Fact]
    public void Values_WithoutGradient_AreTheSameAndHaveNoGraph()
    {
        using var scope = NewDisposeScope();
        Tensor g = rand([7, 3], dtype: ScalarType.Float64).requires_grad_(true);
        Tensor x = rand([7, 3, 4], dtype: ScalarType.Float64).requires_grad_(true);
        foreach (MIEstimator estimator in All)
        {
            Tensor expected = estimator.Objective(ScoreMatrix.Factored(g, x));
            using var noGrad = no_grad();
            Tensor value = estimator.Objective(ScoreMatrix.Factored(g, x));
            value.requires_grad.Should().BeFalse();
            Value(value).Should().BeApproximately(Value(expected), 1e-12 * Math.Max(1, Math.Abs(Value(expected))), estimator.Name);
        }
    }

    [Fact]
    public void InfoNce_IdenticalExamples_EstimatesZeroAndPerfectCriticReachesTheCeiling()
    {
        using var scope = NewDisposeScope();
        using ScoreMatrix same = ScoreMatrix.Factored(ones([8, 4]), ones([8, 4, 3]));
        Value(new InfoNceEstimator().Estimate(same)).Should().BeApproximately(0, 1e-6);
        Value(new DonskerVaradhanEstimator().Estimate(same)).Should().BeApproximately(0, 1e-5);
        Value(new JensenShannonEstimator().Objective(ScoreMatrix.Factored(zeros([8, 4]), ones([8, 4, 3])))).Should().BeApproximately(
            0, 1e-6);
        using ScoreMatrix perfect = ScoreMatrix.Factored(eye(8).mul(100), eye(8));
        Value(new InfoNceEstimator().Estimate(perfect)).Should().BeApproximately(Math.Log(8), 1e-5);
        new InfoNceEstimator().Ceiling(perfect).Should().BeApproximately(Math.Log(8), 1e-12);
    }

    [Fact]
    public void Objectives_PermutedBatch_AreUnchanged()
    {
        using var scope = NewDisposeScope();
        Tensor g = rand([6, 3], dtype: ScalarType.Float64), x = rand([6, 3, 4], dtype: ScalarType.Float64);
        Tensor order = tensor(new long[] { 3, 0, 5, 1, 4, 2 });
        foreach (MIEstimator estimator in All)
        {
            Value(estimator.Objective(ScoreMatrix.Factored(g[order], x[order])))
                .Should().BeApproximately(Value(estimator.Objective(ScoreMatrix.Factored(g, x))), 1e-12);
        }
    }

    [Fact]
    public void Steps_ForwardAndBackward_LeakNoTensor()
    {
        using Tensor g = rand([8, 5]).requires_grad_(true), x = rand([8, 5, 6]).requires_grad_(true);
        foreach (MIEstimator estimator in All)
        {
            LiveTensors.ShouldNotGrow(200, () =>
            {
                using var scope = NewDisposeScope();
                using ScoreMatrix scores = ScoreMatrix.Factored(g, x);
                estimator.Objective(scores).backward();
                g.grad!.zero_();
                x.grad!.zero_();
            });
            LiveTensors.ShouldNotGrow(20, () =>
            {
                using ScoreMatrix scores = ScoreMatrix.Factored(g, x);
                using Tensor value = estimator.Estimate(scores);
            });
            LiveTensors.ShouldNotGrow(20, () =>
            {
                using ScoreMatrix scores = ScoreMatrix.FactoredRows(g, g, 8);
                using Tensor dense = scores.ToDense();
                using ScoreMatrix again = ScoreMatrix.Dense(dense);
                using Tensor value = estimator.Estimate(again);
            });
        }
    }

    [Fact]
    public void Factored_WrongArguments_SayWhatWasExpected()
    {
        using var scope = NewDisposeScope();
        Throws(() => ScoreMatrix.Factored(rand([4, 3]), rand([4, 5, 2])), "locals", "[4, 3, L]");
        Throws(() => ScoreMatrix.Factored(rand([4, 3]), rand([5, 3, 2])), "locals", "[4, 3, L]");
        Throws(() => ScoreMatrix.Factored(rand([1, 3]), rand([1, 3, 2])), "globals", "at least 2 examples");
        Throws(() => ScoreMatrix.Factored(rand([4]), rand([4, 3, 2])), "globals", "[N, D]");
        Throws(() => ScoreMatrix.Factored(ones([4, 3], ScalarType.Int64), rand([4, 3, 2])), "globals", "floating-point");
        Throws(() => ScoreMatrix.Factored(rand([4, 3]), rand([4, 3, 2], ScalarType.Float64)), "locals", "dtype");
        Throws(() => ScoreMatrix.Factored(rand([4, 3]).to(ScalarType.Float16), rand([4, 3, 2])), "globals", "float32, float64 or bfloat16");
        Throws(() => ScoreMatrix.Dense(rand([4, 4]).to(ScalarType.Float16)), "scores", "float32 or float64");
        foreach (MIEstimator estimator in All)
        {
            Throws(() => estimator.Objective(ScoreMatrix.Factored(rand([4, 3]).div(0), rand([4, 3, 2]))), "globals", "finite");
            Throws(() => estimator.Estimate(ScoreMatrix.Factored(rand([4, 3]), rand([4, 3, 2]).log().mul(double.NaN))), "locals", "finite");
        }

        Throws(
            () => ScoreMatrix.Factored(rand([4, 3]), rand([4, 3, 2])).MeanContrast(new Contrast(), rand([4, 1, 3])), "offset", "[4, 1, 2]");
        Throws(
            () => ScoreMatrix.Factored(rand([4, 3]), rand([4, 3, 2])).MeanContrast(new Contrast(), rand([4, 1, 2], ScalarType.Float64)),
            "offset",
            "dtype");
        Throws(() => ScoreMatrix.Dense(rand([4, 4]), rand([3, 1, 2])), "globalVectors", "[4, 1, *]");
        Throws(() => ScoreMatrix.Dense(rand([3, 4])), "scores", "[N, K, N, L]");
        Throws(() => ScoreMatrix.Dense(rand([3, 3]).log().mul(double.NaN)), "scores", "NaN");
        Throws(() => ScoreMatrix.FactoredRows(rand([4, 3]), rand([7, 3]), 4), "localRows", "[4·count, D]");
        FluentActions.Invoking(() => ScoreMatrix.Factored(null!, rand([4, 3]))).Should().Throw<ArgumentNullException>();
        Tensor disposed = rand([4, 3]);
        disposed.Dispose();
        Throws(() => ScoreMatrix.Factored(disposed, rand([4, 3])), "globals", "disposed");
    }

    private sealed class Contrast : ContrastFunction
    {
        public override Tensor Value(Tensor positives, Tensor logSumExpNegatives) => positives.sub(logSumExpNegatives);
    }

    private static void Throws(Action action, string argument, string text) =>
        FluentActions.Invoking(action).Should().Throw<ArgumentException>().WithMessage("*" + text + "*").Which.ParamName.Should().Be(
            argument);

    private static double Value(Tensor scalar) => scalar.to(ScalarType.Float64).item<double>();

    /// <summary>Whether the estimate sums exponentials of the negatives, to which a masked pair adds nothing.</summary>
    private static bool SumsExponentials(MIEstimator e) =>
        e is InfoNceEstimator or DonskerVaradhanEstimator or MineEstimator or SmileEstimator or NwjEstimator or JensenShannonEstimator
        || e.State is Baseline;
}
