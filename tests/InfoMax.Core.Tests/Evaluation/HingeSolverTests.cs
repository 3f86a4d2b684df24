using InfoMax.Evaluation;
using TorchSharp;

namespace InfoMax.Core.Tests.Evaluation;

/// <summary>That support vector machines from the products of rows are those of descent over the rows.</summary>
public sealed class HingeSolverTests
{
    private const int Classes = 3;

    [Theory]
    [InlineData(60, 150, "plain")]
    [InlineData(90, 30, "plain")]
    [InlineData(60, 150, "duplicates")]
    [InlineData(90, 30, "duplicates")]
    [InlineData(60, 150, "constant")]
    [InlineData(90, 30, "unscaled")]
    [InlineData(90, 30, "contradictions")]
    public void Solve_FromProducts_AgreesWithDescentOverRows(int rows, int features, string kind)
    {
        (double[,] x, int[] y) = Make(rows, features, kind);
        using FeatureSet train = Blobs.Set(x, y);
        using LinearDesign paired = LinearDesign.WithProducts(train.Values), rotated = LinearDesign.Of(train.Values, default);
        using var products = new HingeGram(paired, y, null, Classes, 1);
        using var descent = new HingeDescent(rotated, y, null, Classes, 1);
        foreach (double c in new[] { 1e-4, 1e-2, 1, 100 })
        {
            using LinearFit found = products.Solve(c, null, precise: true, 1000, default), expected = descent.Solve(c, null, precise: true, 1000, default);
            found.Converged.Should().BeTrue();
            found.Objective.Should().BeApproximately(expected.Objective, 1e-7 * expected.Objective, $"C is {c}");
            using torch.Tensor w = paired.ToFeatureWeights(found.Parameters.narrow(0, 0, features)), v = rotated.ToFeatureWeights(expected.Parameters.narrow(0, 0, expected.Parameters.shape[0] - 1));
            double intercepts = (found.Parameters[^1] - expected.Parameters[^1]).norm().item<double>();
            // Strong convexity: a gap of ε leaves w within √2ε of the optimum.
            ((w - v).norm().item<double>() + intercepts).Should().BeLessThan(Math.Sqrt(2e-6 * expected.Objective));
        }
    }

    [Fact]
    public void Solve_SomeRows_AgreesWithADesignOfThemAlone()
    {
        (double[,] x, int[] y) = Make(80, 40, "plain");
        int[] some = [.. Enumerable.Range(0, 80).Where(i => i % 3 != 1)], labels = [.. some.Select(i => y[i])];
        using FeatureSet train = Blobs.Set(x, y);
        using LinearDesign design = LinearDesign.WithProducts(train.Values), rotated = LinearDesign.Of(train.Values, default);
        using var products = new HingeGram(design, labels, some, Classes, 1);
        using var descent = new HingeDescent(rotated, labels, some, Classes, 1);
        using LinearFit found = products.Solve(0.1, null, precise: true, 1000, default), expected = descent.Solve(0.1, null, precise: true, 1000, default);
        found.Objective.Should().BeApproximately(expected.Objective, 1e-8 * expected.Objective);
        found.Duals!.Should().AllSatisfy(alpha => Enumerable.Range(0, 80).Except(some).Should().AllSatisfy(i => alpha[i].Should().Be(0)));

        using var all = new HingeGram(design, y, null, Classes, 1);
        using LinearFit cold = all.Solve(1, null, precise: true, 1000, default), warm = all.Solve(1, found, precise: true, 1000, default);
        warm.Objective.Should().BeApproximately(cold.Objective, 1e-8 * cold.Objective);
        using LinearFit again = all.Solve(1, cold, precise: true, 1000, default);
        again.Iterations.Should().BeLessThan(cold.Iterations);
    }

    [Theory]
    [InlineData(60, 150)]
    [InlineData(150, 60)]
    public void Interior_FromProductsOrRows_FindsTheSame(int rows, int features)
    {
        (double[,] x, int[] y) = Blobs.Make(rows, features, 2, 6, 3);
        using FeatureSet train = Blobs.Set(x, y);
        using LinearDesign design = LinearDesign.WithProducts(train.Values);
        using torch.Tensor values = HingeInterior.Rows(design, null);
        double[] signs = [.. y.Select(label => label == 0 ? 1.0 : -1)];
        foreach (double c in new[] { 1e-4, 1e-2, 1, 100 })
        {
            (_, double[] alpha, double expected, double expectedGap, _) = new HingeInterior(values).Solve(signs, c, 1e-9, default);
            (_, double[] dual, double objective, double gap, _) = new HingeInterior(design.Products!, areProducts: true).Solve(signs, c, 1e-9, default);
            gap.Should().BeLessThan(1e-7 * objective);
            expectedGap.Should().BeLessThan(1e-7 * expected);
            objective.Should().BeApproximately(expected, 1e-6 * expected, $"C is {c}");
            dual.Zip(alpha).Max(p => Math.Abs(p.First - p.Second)).Should().BeLessThan(1e-2 * c);
        }
    }

    [Fact]
    public void Solve_WideRowsThatDescentTakesTooLongFor_EndsByTheInteriorPoint()
    {
        // Two causes and a hundredth of noise: hard to tell apart, but for C large enough not impossible.
        var random = new Random(1);
        var x = new double[120, 200];
        int[] y = [.. Enumerable.Range(0, 120).Select(i => i % Classes)];
        for (int i = 0; i < 120; i++)
        {
            double a = random.NextDouble(), b = random.NextDouble();
            for (int f = 0; f < 200; f++)
            {
                x[i, f] = (a * Math.Sin(f)) + (b * Math.Cos(f)) + (0.01 * random.NextDouble());
            }
        }

        using FeatureSet train = Blobs.Set(x, y);
        using LinearDesign design = LinearDesign.WithProducts(train.Values);
        using var solver = new HingeGram(design, y, null, Classes, 1);
        using LinearFit fit = solver.Solve(100, null, precise: true, 1000, default), rough = solver.Solve(100, null, precise: false, 1000, default);
        fit.Converged.Should().BeTrue();
        rough.Iterations.Should().BeLessThanOrEqualTo(100, "a fit that helps to choose C ends there");
        rough.Objective.Should().BeGreaterThanOrEqualTo(fit.Objective * (1 - 1e-6));
    }

    [Fact]
    public void Solve_ClassesThatOverlap_EndsByTheInteriorPoint()
    {
        (double[,] x, int[] y) = Blobs.Make(400, 100, Classes, 6, 3);
        using FeatureSet train = Blobs.Set(x, y);
        using LinearDesign paired = LinearDesign.WithProducts(train.Values), rotated = LinearDesign.Of(train.Values, default);
        using var products = new HingeGram(paired, y, null, Classes, 1);
        using var descent = new HingeDescent(rotated, y, null, Classes, 1);
        using LinearFit found = products.Solve(100, null, precise: true, 1000, default), expected = descent.Solve(100, null, precise: true, 1000, default);
        found.Converged.Should().BeTrue();
        found.Iterations.Should().BeGreaterThan(100);
        found.Objective.Should().BeApproximately(expected.Objective, 1e-8 * expected.Objective);
    }

    [Fact]
    public void Evaluate_RepeatsWithAllLabels_AgreeWithSingleOnes()
    {
        (FeatureSet train, FeatureSet test) = Blobs.Pair(90, 200, 60, Classes, 4.0);
        using (train)
        using (test)
        {
            var probe = new SvmProbe { Seed = 4, C = 1, Repeats = 3 };
            ProbeResult result = probe.Evaluate(train, test);
            result.Accuracies.Should().Equal(probe.Evaluate(train, test).Accuracies);
            result.Accuracies.Distinct().Should().ContainSingle().Which.Should().Be((probe with { Repeats = 1 }).Evaluate(train, test).Mean);
            FluentActions.Invoking(() => probe.Evaluate(train, test, new CancellationToken(true))).Should().Throw<OperationCanceledException>();
        }
    }

    [Fact]
    public void Solve_Cancelled_Throws()
    {
        (double[,] x, int[] y) = Make(60, 100, "plain");
        using FeatureSet train = Blobs.Set(x, y);
        using LinearDesign design = LinearDesign.WithProducts(train.Values);
        using var solver = new HingeGram(design, y, null, Classes, 1);
        using var source = new CancellationTokenSource();
        source.Cancel();
        FluentActions.Invoking(() => solver.Solve(1, null, precise: true, 1000, source.Token)).Should().Throw<OperationCanceledException>();
    }

    private static (double[,] X, int[] Y) Make(int rows, int features, string kind)
    {
        (double[,] x, int[] y) = Blobs.Make(rows, features, Classes, 3, 7);
        for (int i = 0; i < rows; i++)
        {
            for (int f = 0; f < features; f++)
            {
                x[i, f] = kind switch
                {
                    "duplicates" or "contradictions" when i % 4 == 3 => x[i - 1, f],
                    "constant" when f < 5 => 1e6,
                    "unscaled" => x[i, f] * Math.Pow(10, (f % 9) - 4),
                    _ => x[i, f],
                };
            }

            y[i] = kind == "duplicates" && i % 4 == 3 ? y[i - 1] : y[i];
        }

        return (x, y);
    }
}
