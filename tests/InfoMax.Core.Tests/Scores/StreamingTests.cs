using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Scores;

/// <summary>What the streaming engine must not change: sizes of pieces, maps, precision within its bounds, scales of the loss.</summary>
public sealed class StreamingTests
{
    [Theory]
    [InlineData(1024)]
    [InlineData(5000)]
    [InlineData(1 << 22)]
    public void Values_AnyTileSize_AreTheSame(long bytes)
    {
        var options = new StreamingOptions { TileBytes = bytes };
        foreach (MIEstimator estimator in Every.Estimator())
        {
            using var scope = NewDisposeScope();
            (Tensor g, Tensor x) = Factors(40, 3, 2, 5);
            IList<Tensor> expected = Evaluate(estimator, g, x, s => s), actual = Evaluate(estimator, g, x, s => s, options);
            AreClose(actual, expected, 1e-11, estimator.Name);
        }
    }

    [Fact]
    public void Map_FactoredScores_EqualsTheDenseFormWithGradients()
    {
        foreach (MIEstimator estimator in Every.Estimator())
        {
            using var scope = NewDisposeScope();
            (Tensor g, Tensor x) = Factors(35, 3, 2, 4);
            ScoreFunction twice = ScoreFunctions.SoftClip(3.0);
            IList<Tensor> expected = Evaluate(
                estimator, g, x, s => ScoreMatrix.Dense(s.Map(twice).Map(twice).ToDense(), s.GlobalVectors(), s.LocalVectors()));
            AreClose(Evaluate(estimator, g, x, s => s.Map(twice).Map(twice)), expected, 1e-9, estimator.Name);
            AreClose(
                Evaluate(estimator, g, x, s => s.Map(twice).Map(twice), new StreamingOptions { TileBytes = 1024 }),
                expected,
                1e-9,
                estimator.Name);
        }
    }

    [Fact]
    public void Map_ThatBoundsScores_DoesNotHideAnInfiniteFactor()
    {
        foreach (MIEstimator estimator in Every.Estimator())
        {
            using var scope = NewDisposeScope();
            (Tensor g, Tensor x) = Factors(6, 3, 1, 2);
            Tensor bad = x.detach().clone();
            bad[2, 1, 0] = tensor(double.PositiveInfinity, dtype: ScalarType.Float64);
            Expect.ArgumentFault(
                () => estimator.Objective(ScoreMatrix.Factored(g, bad).Map(ScoreFunctions.SoftClip(1.0))), "locals", "finite");
        }
    }

    [Fact]
    public void Map_Positives_AreMapped()
    {
        using var scope = NewDisposeScope();
        (Tensor g, Tensor x) = Factors(4, 3, 2, 5);
        using ScoreMatrix mapped = ScoreMatrix.Factored(g, x).Map(ScoreFunctions.SoftClip(1.0));
        Tensor dense = mapped.ToDense();
        for (int i = 0; i < 4; i++)
        {
            (mapped.Positives()[i] - dense[i, TensorIndex.Colon, i]).abs().max().item<double>().Should().BeLessThan(1e-14);
        }
    }

    [Fact]
    public void BFloat16Products_AnyEstimator_DeviateWithinTheirBound()
    {
        IEnumerable<MIEstimator> estimators = Every.Estimator().Where(e => e is not FloEstimator && e.State is not Every.NormBaseline);
        foreach (MIEstimator estimator in estimators.Where(e => e.Name != "reverse-kl"))
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(4);
            Tensor g = randn([48, 64], generator: generator).div(8).requires_grad_(true);
            Tensor x = randn([48, 64, 9], generator: generator).requires_grad_(true);
            Tensor g64 = g.detach().to(ScalarType.Float64).requires_grad_(true);
            Tensor x64 = x.detach().to(ScalarType.Float64).requires_grad_(true);
            IList<Tensor> exact = Evaluate(estimator, g64, x64, s => s);
            IList<Tensor> narrow = Evaluate(estimator, g, x, s => s, new StreamingOptions { Products = ProductPrecision.BFloat16 });
            narrow.Should().OnlyContain(t => t.dtype == ScalarType.Float32);
            AreClose(narrow.Skip(1), exact.Skip(1), 1.5e-2, estimator.Name);
            AreClose(narrow.Take(1), exact.Take(1), 1e-2, estimator.Name);

            Tensor gb = g.detach().to(ScalarType.BFloat16).requires_grad_(true);
            Tensor xb = x.detach().to(ScalarType.BFloat16).requires_grad_(true);
            IList<Tensor> factors = Evaluate(estimator, gb, xb, s => s);
            factors[0].dtype.Should().Be(ScalarType.Float32);
            factors[1].dtype.Should().Be(ScalarType.BFloat16);
            AreClose(factors.Skip(1), exact.Skip(1), 2e-2, estimator.Name);
        }
    }

    [Fact]
    public void Gradients_InSingle_AreAsGoodAsRoundingAllows()
    {
        foreach (MIEstimator estimator in Every.Estimator().Where(e => e.State is not Every.NormBaseline))
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(6);
            Tensor g = randn([96, 64], generator: generator).div(8).requires_grad_(true);
            Tensor x = randn([96, 64, 16], generator: generator).requires_grad_(true);
            IList<Tensor> exact = Evaluate(
                estimator,
                g.detach().to(ScalarType.Float64).requires_grad_(true),
                x.detach().to(ScalarType.Float64).requires_grad_(true),
                s => s);
            AreClose(Evaluate(estimator, g, x, s => s), exact, 2e-6, estimator.Name);
        }
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(-1.0)]
    [InlineData(0.37)]
    public void Backward_AnyScaleOfTheLoss_ScalesGradients(double scale)
    {
        using var scope = NewDisposeScope();
        (Tensor g, Tensor x) = Factors(9, 3, 1, 5);
        foreach (MIEstimator estimator in Every.Estimator())
        {
            foreach (double expectedScale in new[] { 1.0, -1.0, -0.37 })
            {
                IList<Tensor> one = Evaluate(estimator, g, x, s => s);
                using ScoreMatrix made = ScoreMatrix.Factored(g, x), scores = made.WithExpectedScale(expectedScale);
                Tensor value = estimator.Objective(scores);
                IList<Tensor> scaled = autograd.grad([value.mul(scale)], [g, x]);
                value.item<double>().Should().BeApproximately(one[0].item<double>(), 1e-12 * Math.Max(1, Math.Abs(one[0].item<double>())));
                AreClose(scaled, one.Skip(1).Select(t => t.mul(scale)), 1e-12, estimator.Name);
            }
        }
    }

    [Fact]
    public void Gradient_OverwrittenByTheCaller_IsNeverSilentlyUsedAgain()
    {
        using var scope = NewDisposeScope();
        (Tensor g, Tensor x) = Factors(9, 3, 1, 5);
        Tensor value = new InfoNceEstimator().Objective(ScoreMatrix.Factored(g, x));
        Tensor first = autograd.grad([value], [g], retain_graph: true)[0];
        first.zero_();
        FluentActions.Invoking(() => value.backward())
            .Should().Throw<System.Runtime.InteropServices.ExternalException>().WithMessage("*invalid gradient*");
    }

    [Fact]
    public void Factor_OverwrittenBeforeTheBackwardPass_IsRefusedAndNothingCrashes()
    {
        using var scope = NewDisposeScope();
        (Tensor g, Tensor x) = Factors(9, 3, 1, 5);
        Tensor projected = g.mul(2);
        Tensor value = new InfoNceEstimator().Objective(ScoreMatrix.Factored(projected, x));
        projected.add_(1);
        FluentActions.Invoking(() => value.backward())
            .Should().Throw<System.Runtime.InteropServices.ExternalException>().WithMessage("*invalid gradient*");
    }

    [Fact]
    public void LargeBatch_ManyLocations_StaysWithinAStrip()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(8);
        // One score matrix would take 0.5 GB.
        Tensor g = randn([1024, 4], generator: generator).div(2).requires_grad_(true);
        Tensor x = randn([1024 * 128, 4], generator: generator).requires_grad_(true);
        MIEstimator[] estimators = [new JensenShannonEstimator(), new DonskerVaradhanEstimator(), new InfoNceEstimator()];
        foreach (MIEstimator estimator in estimators)
        {
            using ScoreMatrix scores = ScoreMatrix.FactoredRows(g, x, 1024);
            Tensor value = estimator.Objective(scores);
            IList<Tensor> gradients = autograd.grad([value], [g, x]);
            double.IsFinite(value.item<float>()).Should().BeTrue();
            gradients.Should().OnlyContain(t => t.isfinite().all().item<bool>());
        }
    }

    [Fact]
    public void BFloat16Projections_OfTheCritic_GiveNearlyTheSameScores()
    {
        using var scope = NewDisposeScope();
        using var full = new SeparableCritic(6, 5, units: 32, seed: 1);
        using var narrow = new SeparableCritic(6, 5, units: 32, seed: 1) { Projections = ProductPrecision.BFloat16 };
        using var generator = new Generator(8);
        var map = new LocalFeatureMap(randn([12, 6, 3, 3], generator: generator));
        Tensor code = randn([12, 5], generator: generator).requires_grad_(true);
        Tensor Loss(SeparableCritic critic) => new InfoNceEstimator().Objective(critic.call(map, code)).neg();
        Tensor exact = Loss(full), rounded = Loss(narrow);
        rounded.dtype.Should().Be(ScalarType.Float32);
        rounded.item<float>().Should().BeApproximately(exact.item<float>(), 0.05f * Math.Abs(exact.item<float>()));
        Tensor a = autograd.grad([exact], [code])[0], b = autograd.grad([rounded], [code])[0];
        ((a - b).norm() / a.norm()).item<float>().Should().BeLessThan(0.1f);
        rounded = Loss(narrow);
        rounded.backward();
        narrow.named_parameters().Should().OnlyContain(p => p.parameter.grad!.dtype == ScalarType.Float32);
    }

    [Fact]
    public void BFloat16Support_OnThisMachine_Answers() => FluentActions.Invoking(() => BFloat16Support.IsFast(CPU)).Should().NotThrow();

    private static (Tensor Globals, Tensor Locals) Factors(int n, int d, int k, int l)
    {
        using var generator = new Generator(7);
        return (
            randn([n, d, k], dtype: ScalarType.Float64, generator: generator).requires_grad_(true),
            randn([n, d, l], dtype: ScalarType.Float64, generator: generator).requires_grad_(true));
    }

    private static IList<Tensor> Evaluate(
        MIEstimator estimator, Tensor g, Tensor x, Func<ScoreMatrix, ScoreMatrix> change, StreamingOptions? options = null)
    {
        Tensor value = estimator.Objective(change(ScoreMatrix.Factored(g, x, options)));
        return [value, .. autograd.grad([value], [g, x])];
    }

    private static void AreClose(IEnumerable<Tensor> actual, IEnumerable<Tensor> expected, double tolerance, string because)
    {
        foreach ((Tensor a, Tensor e) in actual.Zip(expected))
        {
            Tensor wide = e.detach().to(ScalarType.Float64);
            double scale = Math.Max(e.dim() == 0 ? 1.0 : 1e-12, wide.abs().max().item<double>());
            ((a.detach().to(ScalarType.Float64) - wide).abs().max().item<double>() / scale).Should().BeLessThan(tolerance, because);
        }
    }
}
