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
    [InlineData(300, 1, 9, 4)]
    [InlineData(41, 3, 70, 2)]
    [InlineData(1100, 1, 2, 3)]
    public void Gradients_ManyTilesAndStrips_EqualDense(int n, int k, int l, int d)
    {
        foreach (MIEstimator estimator in All)
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(5);
            Tensor globals = randn([n, d, k], dtype: ScalarType.Float64, generator: generator).requires_grad_(true);
            Tensor locals = randn([n, d, l], dtype: ScalarType.Float64, generator: generator).requires_grad_(true);
            using ScoreMatrix factored = ScoreMatrix.Factored(globals, locals);
            using ScoreMatrix dense = ScoreMatrix.Dense(factored.ToDense(), factored.GlobalVectors(), factored.LocalVectors());
            IList<Tensor> expected = autograd.grad([estimator.Objective(dense)], [globals, locals]);
            IList<Tensor> actual = autograd.grad([estimator.Objective(factored)], [globals, locals]);
            RelativeDifference(actual[0], expected[0]).Should().BeLessThan(1e-10, estimator.Name);
            RelativeDifference(actual[1], expected[1]).Should().BeLessThan(1e-10, estimator.Name);
        }
    }

    [Fact]
    public void Gradients_FiniteDifferences_Agree()
    {
        foreach (MIEstimator estimator in All)
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(3);
            Tensor globals = randn([3, 4, 2], dtype: ScalarType.Float64, generator: generator).requires_grad_(true);
            Tensor locals = randn([3, 4, 5], dtype: ScalarType.Float64, generator: generator);
            double At(Tensor g)
            {
                using ScoreMatrix scores = ScoreMatrix.Factored(g, locals);
                return Value(estimator.Objective(scores));
            }

            using ScoreMatrix matrix = ScoreMatrix.Factored(globals, locals);
            estimator.Objective(matrix).backward();
            double[] gradient = globals.grad!.contiguous().data<double>().ToArray();
            for (int e = 0; e < gradient.Length; e++)
            {
                using var inner = NewDisposeScope();
                Tensor up = globals.detach().clone(), down = globals.detach().clone();
                up.view(-1).narrow(0, e, 1).add_(1e-6);
                down.view(-1).narrow(0, e, 1).sub_(1e-6);
                ((At(up) - At(down)) / 2e-6).Should().BeApproximately(gradient[e], 1e-7, estimator.Name);
            }
        }
    }

    [Fact]
    public void Gradients_OneFactorOnly_EqualThoseOfBoth()
    {
        foreach (MIEstimator estimator in All)
        {
            using var scope = NewDisposeScope();
            Tensor g = rand([4, 3, 1], dtype: ScalarType.Float64), x = rand([4, 3, 6], dtype: ScalarType.Float64);
            (Tensor bothG, Tensor bothX) = Gradients(estimator, g, x, true, true);
            Difference(Gradients(estimator, g, x, true, false).ByGlobal, bothG).Should().BeLessThan(1e-14);
            Difference(Gradients(estimator, g, x, false, true).ByLocal, bothX).Should().BeLessThan(1e-14);
        }
    }

    [Fact]
    public void Objective_DeeperInAGraphAndWeighted_ScalesGradients()
    {
        using var scope = NewDisposeScope();
        Tensor weight = rand([3, 3], dtype: ScalarType.Float64).requires_grad_(true);
        Tensor g = rand([4, 3], dtype: ScalarType.Float64), x = rand([4, 3, 6], dtype: ScalarType.Float64);
        Tensor Loss(bool dense)
        {
            ScoreMatrix factored = ScoreMatrix.Factored(g.mm(weight).tanh(), x);
            ScoreMatrix scores = dense ? ScoreMatrix.Dense(factored.ToDense()) : factored;
            return new InfoNceEstimator().Objective(scores).mul(-3.0).exp() + new DonskerVaradhanEstimator().Objective(scores);
        }

        Difference(autograd.grad([Loss(false)], [weight])[0], autograd.grad([Loss(true)], [weight])[0]).Should().BeLessThan(1e-9);
    }

    [Fact]
    public void SecondDerivative_ThroughAFactoredScore_EqualsDense()
    {
        foreach (MIEstimator estimator in All)
        {
            using var scope = NewDisposeScope();
            Tensor g = rand([4, 3], dtype: ScalarType.Float64).requires_grad_(true), x = rand([4, 3, 6], dtype: ScalarType.Float64);
            Tensor Penalty(bool dense)
            {
                ScoreMatrix factored = ScoreMatrix.Factored(g, x);
                ScoreMatrix scores = dense ? ScoreMatrix.Dense(factored.ToDense(), factored.GlobalVectors(), factored.LocalVectors()) : factored;
                Tensor gradient = autograd.grad([estimator.Objective(scores)], [g], retain_graph: true, create_graph: true)[0];
                return !gradient.requires_grad ? gradient : autograd.grad([gradient.square().sum()], [g])[0];
            }

            Difference(Penalty(false), Penalty(true)).Should().BeLessThan(1e-12, estimator.Name);
        }
    }

    [Fact]
    public void SecondDerivative_OfVectorsAgainstThemselves_EqualsDense()
    {
        foreach (MIEstimator estimator in All)
        {
            using var scope = NewDisposeScope();
            Tensor g = rand([5, 3], dtype: ScalarType.Float64).requires_grad_(true);
            Tensor First(bool dense)
            {
                ScoreMatrix factored = ScoreMatrix.FactoredRows(g, g, 5);
                ScoreMatrix scores = dense ? ScoreMatrix.Dense(factored.ToDense(), factored.GlobalVectors(), factored.LocalVectors()) : factored;
                return autograd.grad([estimator.Objective(scores)], [g], retain_graph: true, create_graph: true)[0];
            }

            Difference(First(false), First(true)).Should().BeLessThan(1e-12, estimator.Name);
        }
    }

    [Fact]
    public void BackwardTwice_WithRetainedGraph_GivesTheSameGradient()
    {
        using var scope = NewDisposeScope();
        Tensor g = rand([4, 3]).requires_grad_(true), x = rand([4, 3, 6]);
        Tensor value = new InfoNceEstimator().Objective(ScoreMatrix.Factored(g, x));
        Tensor first = autograd.grad([value], [g], retain_graph: true)[0].clone();
        Tensor second = autograd.grad([value.mul(2)], [g])[0];
        Difference(second, first.mul(2)).Should().BeLessThan(1e-7);
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
            if (scale < 0 && estimator is (ReverseKullbackLeiblerEstimator or SquaredHellingerEstimator))
            {
                // e^10000 is beyond any number, and is not reported as something else.
                Value(value).Should().Be(double.NegativeInfinity, estimator.Name);
                continue;
            }

            if (estimator is BaselineEstimator { Baseline: Every.NormBaseline { Pairs: true } })
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
        foreach (MIEstimator estimator in All.Where(e => e is InfoNceEstimator or DonskerVaradhanEstimator or MineEstimator or SmileEstimator or NwjEstimator or BaselineEstimator or LeaveOneOutEstimator or JensenShannonEstimator))
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
        foreach (MIEstimator estimator in All.Where(e => e is InfoNceEstimator or DonskerVaradhanEstimator or SmileEstimator or NwjEstimator or BaselineEstimator))
        {
            double.IsFinite(Value(estimator.Estimate(ScoreMatrix.Dense(masked)))).Should().BeTrue(estimator.Name);
        }
    }

    [Fact]
    public void Values_WithoutGradient_AreTheSameAndHaveNoGraph()
    {
        using var scope = NewDisposeScope();
        Tensor g = rand([7, 3], dtype: ScalarType.Float64).requires_grad_(true), x = rand([7, 3, 4], dtype: ScalarType.Float64).requires_grad_(true);
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
        Value(new JensenShannonEstimator().Objective(ScoreMatrix.Factored(zeros([8, 4]), ones([8, 4, 3])))).Should().BeApproximately(0, 1e-6);
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

        Throws(() => ScoreMatrix.Factored(rand([4, 3]), rand([4, 3, 2])).MeanContrast(new Contrast(), rand([4, 1, 3])), "offset", "[4, 1, 2]");
        Throws(() => ScoreMatrix.Factored(rand([4, 3]), rand([4, 3, 2])).MeanContrast(new Contrast(), rand([4, 1, 2], ScalarType.Float64)), "offset", "dtype");
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
        FluentActions.Invoking(action).Should().Throw<ArgumentException>().WithMessage("*" + text + "*").Which.ParamName.Should().Be(argument);

    private static (Tensor ByGlobal, Tensor ByLocal) Gradients(MIEstimator estimator, Tensor g, Tensor x, bool byGlobal, bool byLocal)
    {
        Tensor globals = g.clone().requires_grad_(byGlobal), locals = x.clone().requires_grad_(byLocal);
        estimator.Objective(ScoreMatrix.Factored(globals, locals)).backward();
        return (globals.grad!, locals.grad!);
    }

    private static double Value(Tensor scalar) => scalar.to(ScalarType.Float64).item<double>();

    private static double RelativeDifference(Tensor a, Tensor b) => Difference(a, b) / Math.Max(1e-300, b.abs().max().to(ScalarType.Float64).item<double>());

    private static double Difference(Tensor a, Tensor b) => (a - b).abs().max().to(ScalarType.Float64).item<double>();
}
