using InfoMax.Estimators;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Scores;

/// <summary>First and second derivatives of <see cref="ScoreMatrix"/>.</summary>
public sealed class ScoreMatrixGradientTests
{
    private static readonly MIEstimator[] All = [.. Every.Estimator()];

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
                ScoreMatrix scores = dense ? InDenseForm(factored) : factored;
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
                ScoreMatrix scores = dense ? InDenseForm(factored) : factored;
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

    private static (Tensor ByGlobal, Tensor ByLocal) Gradients(MIEstimator estimator, Tensor g, Tensor x, bool byGlobal, bool byLocal)
    {
        Tensor globals = g.clone().requires_grad_(byGlobal), locals = x.clone().requires_grad_(byLocal);
        estimator.Objective(ScoreMatrix.Factored(globals, locals)).backward();
        return (globals.grad!, locals.grad!);
    }

    private static ScoreMatrix InDenseForm(ScoreMatrix scores) =>
        ScoreMatrix.Dense(scores.ToDense(), scores.GlobalVectors(), scores.LocalVectors());

    private static double RelativeDifference(Tensor a, Tensor b) =>
        Difference(a, b) / Math.Max(1e-300, b.abs().max().to(ScalarType.Float64).item<double>());

    private static double Difference(Tensor a, Tensor b) => (a - b).abs().max().to(ScalarType.Float64).item<double>();

    private static double Value(Tensor scalar) => scalar.to(ScalarType.Float64).item<double>();
}
