using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Scores;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Extension.Tests;

/// <summary>
/// An estimator and a critic written from outside, as the documentation shows them, against sums over all pairs and finite differences.
/// </summary>
public sealed class OwnEstimatorTests
{
    [Fact]
    public void Divergence_FromTwoFormulas_HasTheValueOfTheNaiveSums()
    {
        using var scope = NewDisposeScope();
        Tensor g = Draw(1, 5, 3, 2), x = Draw(2, 5, 3, 4);
        using ScoreMatrix scores = ScoreMatrix.Factored(g, x);
        double[,,,] u = Naive(g, x);
        double positives = 0, negatives = 0, exponentials = 0, all = 0;
        for (int i = 0; i < 5; i++)
        {
            for (int k = 0; k < 2; k++)
            {
                for (int j = 0; j < 5; j++)
                {
                    for (int l = 0; l < 4; l++)
                    {
                        double score = u[i, k, j, l];
                        positives += i == j ? score - Math.Exp(-score) : 0;
                        all += i == j ? score : 0;
                        negatives += i == j ? 0 : score + Math.Exp(score);
                        exponentials += i == j ? 0 : Math.Exp(score);
                    }
                }
            }
        }

        DivergenceEstimator jeffreys = OwnEstimators.Jeffreys();
        jeffreys.Objective(scores).item<double>().Should().BeApproximately((positives / 40) - (negatives / 160), 1e-12);
        jeffreys.Estimate(scores).item<double>().Should().BeApproximately((all / 40) - Math.Log(exponentials / 160), 1e-12);
        (jeffreys.Name, jeffreys.ObjectiveKind, jeffreys.EstimateKind).Should().Be(
            ("jeffreys", BoundKind.Surrogate, BoundKind.Approximation));
    }

    [Fact]
    public void Contrast_FromAFormula_HasTheValueOfTheNaiveSums()
    {
        using var scope = NewDisposeScope();
        Tensor g = Draw(1, 4, 3, 2), x = Draw(2, 4, 3, 3);
        using ScoreMatrix scores = ScoreMatrix.Factored(g, x);
        double[,,,] u = Naive(g, x);
        double sum = 0;
        foreach (int positive in Enumerable.Range(0, 24))
        {
            (int i, int k, int l) = (positive / 6, positive / 3 % 2, positive % 3);
            double negatives = Enumerable.Range(0, 12).Where(n => n / 3 != i).Sum(n => Math.Exp(u[i, k, n / 3, n % 3]));
            sum += u[i, k, i, l] - Math.Log(Math.Exp(u[i, k, i, l]) + (2 * negatives));
        }

        new TemperedEstimator().Objective(scores).item<double>().Should().BeApproximately(sum / 24, 1e-12);
        new TemperedEstimator().Estimate(scores).item<double>().Should().BeApproximately((sum / 24) + Math.Log(1 + (2 * 9)), 1e-12);
    }

    [Fact]
    public void Gradients_OfOwnEstimators_EqualFiniteDifferences()
    {
        foreach (MIEstimator estimator in new MIEstimator[] { OwnEstimators.Jeffreys(), OwnEstimators.Tanh(), new TemperedEstimator() })
        {
            using var scope = NewDisposeScope();
            Tensor g = Draw(3, 4, 3, 2).requires_grad_(true), x = Draw(4, 4, 3, 5);
            GradientCheck(g, at => estimator.Objective(ScoreMatrix.Factored(at, x)), estimator.Name);
            Tensor first = autograd.grad([estimator.Objective(ScoreMatrix.Factored(g, x))], [g], retain_graph: true, create_graph: true)[0];
            ScoreMatrix inDenseForm = ScoreMatrix.Dense(ScoreMatrix.Factored(g, x).ToDense());
            Tensor dense = autograd.grad([estimator.Objective(inDenseForm)], [g], retain_graph: true, create_graph: true)[0];
            Tensor second = autograd.grad([first.square().sum()], [g])[0], expected = autograd.grad([dense.square().sum()], [g])[0];
            (second - expected).abs().max().item<double>().Should().BeLessThan(1e-12, estimator.Name);
        }
    }

    [Fact]
    public void Critic_OfOnesOwn_ScoresAndLearns()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var critic = new DistanceCritic(3, 2);
        Tensor locals = rand(5, 3, 4), globals = rand(5, 2);
        using ScoreMatrix scores = critic.call(new LocalFeatureMap(locals), globals);
        Dictionary<string, Tensor> w = critic.state_dict();
        Tensor g = globals.mm(w["global.weight"].t()) + w["global.bias"];
        Tensor x = locals.transpose(1, 2).reshape(20, 3).mm(w["local.weight"].t()) + w["local.bias"];
        Tensor distances = (g.unsqueeze(1) - x.unsqueeze(0)).square().sum(2).view(5, 1, 5, 4);
        (scores.ToDense() + distances).abs().max().item<float>().Should().BeLessThan(1e-5f);
        critic.to(ScalarType.Float64);
        Tensor wide = Draw(5, 5, 2).requires_grad_(true), map = Draw(6, 5, 3, 4);
        GradientCheck(wide, at => new TemperedEstimator().Objective(critic.call(new LocalFeatureMap(map), at)), "critic");
        Critic encoded = Critic.Encoded([1, 3], nn.Flatten(), new DistanceCritic(3, 2));
        encoded.call(new LocalFeatureMap(locals), globals).ToDense().shape.Should().Equal(5, 1, 5, 4);
    }

    [Fact]
    public void Formulas_ThatReturnAnotherShape_AreRefused()
    {
        using var scope = NewDisposeScope();
        using ScoreMatrix scores = ScoreMatrix.Factored(Draw(1, 4, 3), Draw(2, 4, 3, 2));
        foreach (Func<Tensor, Tensor> formula in new Func<Tensor, Tensor>[] { u => u.sum(), u => u.to(ScalarType.Float32), _ => null! })
        {
            var bad = ScoreFunction.From(formula);
            FluentActions.Invoking(() => scores.MeanDifference(bad, ScoreFunctions.Exp))
                .Should().Throw<InvalidOperationException>().WithMessage("*value*shape*");
        }

        Tensor factor = Draw(1, 4, 3).requires_grad_(true);
        using ScoreMatrix learning = ScoreMatrix.Factored(factor, Draw(2, 4, 3, 2));
        FluentActions.Invoking(() => learning.MeanDifference(ScoreFunctions.Identity, ScoreFunction.From(u => u.exp(), u => u.mean())))
            .Should().Throw<InvalidOperationException>().WithMessage("*derivative*shape*");
        FluentActions.Invoking(() => scores.MeanContrast(ContrastFunction.From((u, _) => u.mean())))
            .Should().Throw<InvalidOperationException>().WithMessage("*shape*");
        FluentActions.Invoking(() => ScoreFunction.From(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => ContrastFunction.From(null!)).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void Formulas_ThatReturnTheirArgumentOrAConstant_AreTakenAsTheyAre()
    {
        using var scope = NewDisposeScope();
        Tensor g = Draw(1, 4, 3).requires_grad_(true), x = Draw(2, 4, 3, 2);
        foreach ((ScoreFunction own, ScoreFunction same) in new[]
        {
            (ScoreFunction.From(u => u), ScoreFunctions.Identity), (ScoreFunction.From(u => u, u => ones_like(u)), ScoreFunctions.Identity),
            (ScoreFunction.From(u => zeros_like(u)), ScoreFunctions.Affine(0)), (
                ScoreFunction.From(u => u.exp(), u => u.exp_()), ScoreFunctions.Exp),
        })
        {
            Tensor value = ScoreMatrix.Factored(g, x).MeanDifference(own, ScoreFunctions.Softplus);
            Tensor expected = ScoreMatrix.Factored(g, x).MeanDifference(same, ScoreFunctions.Softplus);
            value.item<double>().Should().BeApproximately(expected.item<double>(), 1e-14);
            (autograd.grad([value], [g])[0] - autograd.grad([expected], [g])[0]).abs().max().item<double>().Should().BeLessThan(1e-14);
        }
    }

    private static Tensor Draw(ulong seed, params long[] shape)
    {
        using var generator = new Generator(seed);
        return randn(shape, dtype: ScalarType.Float64, generator: generator).div(1.5);
    }

    private static double[,,,] Naive(Tensor g, Tensor x)
    {
        var scores = new double[g.shape[0], g.shape[2], x.shape[0], x.shape[2]];
        foreach (int i in Enumerable.Range(0, scores.Length))
        {
            (long rest, long l) = Math.DivRem(i, x.shape[2]);
            (rest, long j) = Math.DivRem(rest, x.shape[0]);
            (long n, long k) = Math.DivRem(rest, g.shape[2]);
            scores[n, k, j, l] = Enumerable.Range(0, (int)g.shape[1]).Sum(d => g[n, d, k].item<double>() * x[j, d, l].item<double>());
        }

        return scores;
    }

    private static void GradientCheck(Tensor at, Func<Tensor, Tensor> value, string because)
    {
        Tensor gradient = autograd.grad([value(at)], [at])[0].contiguous().view(-1);
        for (int e = 0; e < gradient.numel(); e++)
        {
            using var inner = NewDisposeScope();
            Tensor up = at.detach().clone(), down = at.detach().clone();
            up.view(-1).narrow(0, e, 1).add_(1e-6);
            down.view(-1).narrow(0, e, 1).sub_(1e-6);
            ((value(up) - value(down)) / 2e-6).item<double>().Should().BeApproximately(gradient[e].item<double>(), 1e-7, because);
        }
    }
}
