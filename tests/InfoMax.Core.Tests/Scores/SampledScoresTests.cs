using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Randomness;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Scores;

/// <summary>Matrices of positives and some negatives of each, and matrices with their sides exchanged.</summary>
public sealed class SampledScoresTests
{
    [Fact]
    public void Estimators_OnASampleOfAllNegatives_AgreeWithTheDenseForm()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        const int n = 5, k = 2, l = 3;
        Tensor scores = randn([n, k, n, l], ScalarType.Float64, generator: generator).div(2).requires_grad_(true);
        Tensor globals = randn([n, k, 4], ScalarType.Float64, generator: generator), locals = randn(
            [n, l, 4], ScalarType.Float64, generator: generator);
        Tensor positives = stack([.. Enumerable.Range(0, n).Select(i => scores[i, .., i])]);
        // For each positive all scores of its global vector but those of its own example.
        Tensor negatives = stack(
            [.. Enumerable.Range(0, n).Select(i => cat([scores[i, .., ..i].flatten(1), scores[i, .., (i + 1)..].flatten(1)], 1))])
            .unsqueeze(2).expand(n, k, l, (n - 1) * l);
        using ScoreMatrix dense = ScoreMatrix.Dense(scores, globals, locals), sampled = ScoreMatrix.Sampled(
            positives, negatives, globals, locals);
        sampled.IsSampled.Should().BeTrue();
        sampled.NegativesPerGlobal.Should().Be(dense.NegativesPerGlobal);
        sampled.PositiveCount.Should().Be(dense.PositiveCount);
        sampled.NegativeCount.Should().Be(n * k * l * (n - 1) * l);
        foreach (MIEstimator estimator in Every.Estimator())
        {
            Tensor expected = estimator.Objective(dense), actual = estimator.Objective(sampled);
            actual.item<double>().Should().BeApproximately(expected.item<double>(), 1e-12, estimator.Name);
            estimator.Estimate(sampled).item<double>().Should().BeApproximately(
                estimator.Estimate(dense).item<double>(), 1e-12, estimator.Name);
            estimator.Ceiling(sampled).Should().Be(estimator.Ceiling(dense));
            Tensor byDense = autograd.grad([expected], [scores], retain_graph: true)[0];
            Tensor bySample = autograd.grad([actual], [scores], retain_graph: true)[0];
            (byDense - bySample).abs().max().item<double>().Should().BeLessThan(1e-12, estimator.Name);
        }
    }

    [Fact]
    public void Sampled_WrongInput_SaysWhatWasExpected()
    {
        using var scope = NewDisposeScope();
        Expect.ArgumentFault(() => ScoreMatrix.Sampled(rand(2, 2), rand(2, 2, 3)), "positives", "[N, K, L]");
        Expect.ArgumentFault(() => ScoreMatrix.Sampled(rand(2, 1, 3), rand(2, 1, 2, 4)), "negatives", "[2, 1, 3, *]", "[2, 1, 2, 4]");
        Expect.ArgumentFault(() => ScoreMatrix.Sampled(rand(2, 1, 3), rand(2, 1, 3, 0)), "negatives", "at least one negative");
        Expect.ArgumentFault(() => ScoreMatrix.Sampled(rand(2, 1, 3), rand([2, 1, 3, 4], ScalarType.Float64)), "negatives", "Float32");
        Expect.ArgumentFault(
            () => ScoreMatrix.Sampled(rand(2, 1, 3), full([2, 1, 3, 4], double.NaN, ScalarType.Float32)), "negatives", "NaN");
        Expect.ArgumentFault(() => ScoreMatrix.Sampled(rand(2, 1, 3), rand(2, 1, 3, 4), rand(3, 1, 5)), "globalVectors", "[2, 1, *]");
        using ScoreMatrix one = ScoreMatrix.Sampled(rand(1, 1, 3), rand(1, 1, 3, 2));
        one.BatchSize.Should().Be(1);
        FluentActions.Invoking(one.ToDense).Should().Throw<InvalidOperationException>();
        FluentActions.Invoking(one.Transposed).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void Transposed_FactoredAndDense_ExchangeTheSides()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor globals = randn([4, 3, 2], ScalarType.Float64, generator: generator), locals = randn(
            [4, 3, 5], ScalarType.Float64, generator: generator);
        using ScoreMatrix factored = ScoreMatrix.Factored(globals, locals), dense = ScoreMatrix.Dense(
            factored.ToDense(), factored.GlobalVectors(), factored.LocalVectors());
        foreach (
            ScoreMatrix matrix in new[] { factored.Transposed(), dense.Transposed(), factored.Transposed().Map(ScoreFunctions.Identity) })
        {
            (matrix.Globals, matrix.Locations).Should().Be((5L, 2L));
            (matrix.ToDense() - factored.ToDense().permute(2, 3, 0, 1)).abs().max().item<double>().Should().BeLessThan(1e-12);
            (matrix.GlobalVectors()! - factored.LocalVectors()!).abs().max().item<double>().Should().Be(0);
        }

        var estimator = new InfoNceEstimator();
        double expected = estimator.Objective(dense.Transposed()).item<double>();
        estimator.Objective(factored.Transposed()).item<double>().Should().BeApproximately(expected, 1e-12);
        estimator.Objective(dense).item<double>().Should().NotBeApproximately(expected, 1e-3);
    }

    [Fact]
    public void Negatives_Drawn_AreDistinctOfOtherExamplesAndAllAlike()
    {
        using var scope = NewDisposeScope();
        using var random = new RandomSource(3);
        const int n = 4, l = 3, r = 5;
        int[,] counts = new int[n, n * l];
        for (int draw = 0; draw < 2000; draw++)
        {
            using var inner = NewDisposeScope();
            long[] rows = NegativeSampler.Draw(random.Generator, n, 1, l, r).data<long>().ToArray();
            for (int positive = 0; positive < n * l; positive++)
            {
                long[] own = rows[(positive * r)..((positive + 1) * r)];
                own.Should().OnlyHaveUniqueItems();
                foreach (long row in own)
                {
                    counts[positive / l, row]++;
                }
            }
        }

        for (int example = 0; example < n; example++)
        {
            for (int row = 0; row < n * l; row++)
            {
                // 6000 draws of 5 among 9: 3333 each, with a deviation of less than 40.
                counts[example, row].Should().BeInRange(row / l == example ? 0 : 3133, row / l == example ? 0 : 3533);
            }
        }
    }

    [Fact]
    public void ConcatCritic_WithNegatives_ScoresThePairsOfTheDenseForm()
    {
        using var scope = NewDisposeScope();
        using var critic = new ConcatCritic(3, 4, hiddenUnits: 7, seed: 2) { NegativesPerPositive = 100 };
        var map = new LocalFeatureMap(rand(4, 3, 2));
        Tensor globals = rand(4, 4, 2);
        var estimator = new InfoNceEstimator();
        using ScoreMatrix all = critic.call(map, globals);
        all.IsSampled.Should().BeTrue("in training mode the number is kept, at most all");
        all.NegativesPerGlobal.Should().Be(6);
        critic.eval();
        using ScoreMatrix dense = critic.call(map, globals);
        dense.IsSampled.Should().BeFalse();
        // A sample of all of them is all of them.
        estimator.Objective(all).item<float>().Should().BeApproximately(estimator.Objective(dense).item<float>(), 1e-5f);
        new JensenShannonEstimator().Objective(all).item<float>().Should().BeApproximately(
            new JensenShannonEstimator().Objective(dense).item<float>(), 1e-5f);
    }

    [Fact]
    public void ConcatCritic_WithFewNegatives_IsUnbiasedForMeansSeededAndWithoutLeaks()
    {
        using var scope = NewDisposeScope();
        using var critic = new ConcatCritic(3, 4, hiddenUnits: 7, seed: 2) { NegativesPerPositive = 2 };
        using var same = new ConcatCritic(3, 4, hiddenUnits: 7, seed: 2) { NegativesPerPositive = 2 };
        var map = new LocalFeatureMap(rand(6, 3, 2));
        Tensor globals = rand(6, 4);
        var estimator = new JensenShannonEstimator();
        float first = estimator.Objective(critic.call(map, globals)).item<float>();
        estimator.Objective(same.call(map, globals)).item<float>().Should().Be(first);
        using (no_grad())
        {
            double mean = Enumerable.Range(0, 400).Average(_ => estimator.Objective(critic.call(map, globals)).item<float>());
            critic.eval();
            mean.Should().BeApproximately(estimator.Objective(critic.call(map, globals)).item<float>(), 2e-3);
            critic.train();
        }

        LiveTensors.ShouldNotGrow(5, () =>
        {
            using var inner = NewDisposeScope();
            using ScoreMatrix scores = critic.call(map, globals);
            estimator.Objective(scores).backward();
        });
        critic.parameters().All(p => p.grad is not null && p.grad.abs().sum().item<float>() > 0 || p.numel() == 1).Should().BeTrue();
        FluentActions.Invoking(() => new ConcatCritic(3, 4) { NegativesPerPositive = 0 })
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("NegativesPerPositive");
    }
}
