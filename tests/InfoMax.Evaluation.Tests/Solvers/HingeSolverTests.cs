using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Probes;
using InfoMax.Evaluation.Solvers;
using TorchSharp;

namespace InfoMax.Evaluation.Tests.Solvers;

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
            using LinearFit found = products.Solve(c, null, precise: true, 1000, default), expected = descent.Solve(
                c, null, precise: true, 1000, default);
            found.Converged.Should().BeTrue();
            found.Objective.Should().BeApproximately(expected.Objective, 1e-7 * expected.Objective, $"C is {c}");
            using torch.Tensor w = paired.ToFeatureWeights(found.Parameters.narrow(0, 0, features)), v = rotated.ToFeatureWeights(
                expected.Parameters.narrow(0, 0, expected.Parameters.shape[0] - 1));
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
        using LinearFit found = products.Solve(0.1, null, precise: true, 1000, default), expected = descent.Solve(
            0.1, null, precise: true, 1000, default);
        found.Objective.Should().BeApproximately(expected.Objective, 1e-8 * expected.Objective);
        found.Duals!.Should().AllSatisfy(alpha => Enumerable.Range(0, 80).Except(some).Should().AllSatisfy(i => alpha[i].Should().Be(0)));

        using var all = new HingeGram(design, y, null, Classes, 1);
        using LinearFit cold = all.Solve(1, null, precise: true, 1000, default), warm = all.Solve(1, found, precise: true, 1000, default);
        warm.Objective.Should().BeApproximately(cold.Objective, 1e-8 * cold.Objective);
        using LinearFit again = all.Solve(1, cold, precise: true, 1000, default);
        again.Iterations.Should().BeLessThan(cold.Iterations);
    }

    [Theory]
    [InlineData(60, 150, "plain", false)]
    [InlineData(150, 60, "plain", true)]
    [InlineData(90, 30, "duplicates", false)]
    [InlineData(90, 30, "contradictions", true)]
    public void Smoothing_FromAnyStart_FindsWhatTheInteriorPointFinds(int rows, int features, string kind, bool fromBound)
    {
        (double[,] x, int[] y) = Make(rows, features, kind);
        using FeatureSet train = Blobs.Set(x, y);
        using LinearDesign design = LinearDesign.WithProducts(train.Values);
        using torch.Tensor values = HingeInterior.Rows(design, null);
        double[] signs = [.. y.Select(label => label == 0 ? 1.0 : -1)];
        int[] all = [.. Enumerable.Range(0, rows)];
        foreach (double c in new[] { 1e-4, 1e-2, 1, 100 })
        {
            (_, _, double expected, double expectedGap, _) = new HingeInterior(values).Solve(signs, c, 1e-9, default);
            expectedGap.Should().BeLessThan(1e-6 * expected);

            double[] start = [.. all.Select(i => fromBound && i % 2 == 0 ? c : 0)];
            (double[] alpha, int steps) = new HingeSmoothing(design.Products!, all, signs, c).Solve(
                start, Scores(design, start, signs), 1e-9 * expected, 300, default);

            steps.Should().BeInRange(1, 150, $"C is {c}");
            alpha.Should().OnlyContain(a => a >= 0 && a <= c);
            double[] scores = Scores(design, alpha, signs);
            double primal = all.Sum(i => (alpha[i] * signs[i] * scores[i] / 2) + (c * Math.Max(0, 1 - (signs[i] * scores[i]))));
            double dual = all.Sum(i => alpha[i] - (alpha[i] * signs[i] * scores[i] / 2));
            (primal - dual).Should().BeInRange(-1e-9 * primal, 1e-6 * primal);
            primal.Should().BeApproximately(expected, 2e-6 * expected, $"C is {c}");
        }
    }

    [Fact]
    public void Smoothing_TooFewSteps_StaysWithinTheBounds()
    {
        (double[,] x, int[] y) = Make(90, 30, "plain");
        using FeatureSet train = Blobs.Set(x, y);
        using LinearDesign design = LinearDesign.WithProducts(train.Values);
        double[] signs = [.. y.Select(label => label == 0 ? 1.0 : -1)];
        (double[] alpha, int steps) = new HingeSmoothing(design.Products!, [.. Enumerable.Range(0, 90)], signs, 1).Solve(
            new double[90], new double[90], 0, 2, default);
        steps.Should().Be(2);
        alpha.Should().OnlyContain(a => a >= 0 && a <= 1).And.Contain(a => a > 0);
    }

    [Fact]
    public void Solve_WideRowsThatDescentTakesTooLongFor_EndsBySmoothing()
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
        using LinearFit fit = solver.Solve(100, null, precise: true, 1000, default), rough = solver.Solve(
            100, null, precise: false, 1000, default);
        fit.Converged.Should().BeTrue();
        fit.Iterations.Should().BeLessThan(150);
        rough.Iterations.Should().BeLessThan(100);
        rough.Objective.Should().BeInRange(
            fit.Objective * (1 - 1e-9), fit.Objective * 1.01, "values of C are compared by fits that are near their optimum");
    }

    [Fact]
    public void Solve_ClassesThatOverlap_AgreesWithDescentAndInteriorPoint()
    {
        (double[,] x, int[] y) = Blobs.Make(400, 100, Classes, 6, 3);
        using FeatureSet train = Blobs.Set(x, y);
        using LinearDesign paired = LinearDesign.WithProducts(train.Values), rotated = LinearDesign.Of(train.Values, default);
        using var products = new HingeGram(paired, y, null, Classes, 1);
        using var descent = new HingeDescent(rotated, y, null, Classes, 1);
        using LinearFit found = products.Solve(100, null, precise: true, 1000, default), expected = descent.Solve(
            100, null, precise: true, 1000, default);
        found.Converged.Should().BeTrue();
        // Over 24 draws of data and order it took 91 to 668.
        found.Iterations.Should().BeLessThan(1000);
        expected.Iterations.Should().BeGreaterThan(100);
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
            result.Accuracies.Distinct().Should().ContainSingle().Which
                .Should().Be(new SvmProbe { Seed = 4, C = 1 }.Evaluate(train, test).Mean);
            FluentActions.Invoking(() => probe.Evaluate(train, test, new CancellationToken(true)))
                .Should().Throw<OperationCanceledException>();
        }
    }

    [Fact]
    public void Solve_Canceled_Throws()
    {
        (double[,] x, int[] y) = Make(60, 100, "plain");
        using FeatureSet train = Blobs.Set(x, y);
        using LinearDesign design = LinearDesign.WithProducts(train.Values);
        using var solver = new HingeGram(design, y, null, Classes, 1);
        using var source = new CancellationTokenSource();
        source.Cancel();
        FluentActions.Invoking(() => solver.Solve(1, null, precise: true, 1000, source.Token)).Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void Solve_FewCausesAndLittleNoise_ConvergesForAnyC()
    {
        var random = new Random(7);
        for (int trial = 0; trial < 30; trial++)
        {
            int rows = random.Next(20, 200), features = random.Next(Math.Max(8, rows / 4), 300), causes = random.Next(1, 10);
            (double[,] x, int[] y) = Make(rows, features, random.Next(2) == 0 ? "contradictions" : "duplicates");
            double noise = Math.Pow(10, -random.Next(0, 6)), c = Math.Pow(10, (random.NextDouble() * 8) - 5);
            double[,] mix = new double[causes, features];
            foreach (int f in Enumerable.Range(0, causes * features))
            {
                mix[f / features, f % features] = random.NextDouble() - 0.5;
            }

            for (int i = 0; i < rows; i++)
            {
                double[] cause = [.. Enumerable.Range(0, causes).Select(_ => random.NextDouble())];
                for (int f = 0; f < features; f++)
                {
                    x[i, f] = (noise * x[i, f]) + Enumerable.Range(0, causes).Sum(r => cause[r] * mix[r, f]);
                }
            }

            using FeatureSet train = Blobs.Set(x, y);
            using LinearDesign design = LinearDesign.WithProducts(train.Values);
            using var solver = new HingeGram(design, y, null, Classes, 1);
            using LinearFit fit = solver.Solve(c, null, precise: true, 1000, default), larger = solver.Solve(
                c * 10, fit, precise: true, 1000, default);
            string problem = $"{rows} × {features}, {causes} causes, noise {noise}, C = {c}";
            fit.Converged.Should().BeTrue(problem);
            larger.Converged.Should().BeTrue(problem);
            Math.Max(fit.Iterations, larger.Iterations).Should().BeLessThan(500, problem);
        }
    }

    private static double[] Scores(LinearDesign design, double[] alpha, double[] signs)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        return [.. design.Products!.mv(torch.tensor([.. alpha.Zip(signs, (a, y) => a * y)])).data<double>()];
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
