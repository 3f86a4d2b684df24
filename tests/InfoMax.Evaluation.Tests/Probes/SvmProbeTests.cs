using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Probes;

namespace InfoMax.Evaluation.Tests.Probes;

public sealed class SvmProbeTests
{
    [Theory]
    [InlineData(400, 20, 3.0)]
    [InlineData(400, 20, 0.1)]
    [InlineData(60, 200, 2.0)]
    public void Fit_SvmWithLargeC_IsOptimalWithinTheDefaultPasses(int rows, int features, double spread)
    {
        (double[,] x, int[] y) = Blobs.Make(rows, features, 4, spread, 5);
        using FeatureSet train = Blobs.Set(x, y);
        LinearClassifier classifier = new SvmProbe { C = 10 }.Fit(train);
        classifier.Converged.Should().BeTrue();
        double[] weights = [.. classifier.Weights], intercepts = [.. classifier.Intercepts];
        double optimum = HingeObjective(classifier, x, y, weights, intercepts);
        classifier.Objective.Should().BeApproximately(optimum, 1e-9 * optimum);
        var random = new Random(1);
        foreach (double size in new[] { 1e-1, 1e-2, 1e-3 })
        {
            double[] moved = [.. weights.Select(w => w + (size * (random.NextDouble() - 0.5)))];
            double[] shifted = [.. intercepts.Select(b => b + (size * (random.NextDouble() - 0.5)))];
            HingeObjective(classifier, x, y, moved, shifted).Should().BeGreaterThan(optimum * (1 - 1e-9));
        }
    }

    private static double HingeObjective(LinearClassifier classifier, double[,] x, int[] y, double[] weights, double[] intercepts)
    {
        int classes = intercepts.Length;
        double sum = (weights.Sum(w => w * w) + intercepts.Sum(b => b * b)) / 2;
        for (int i = 0; i < y.Length; i++)
        {
            for (int k = 0; k < classes; k++)
            {
                double score = intercepts[k];
                for (int f = 0; f < x.GetLength(1); f++)
                {
                    score += weights[(f * classes) + k] * (x[i, f] - classifier.Mean[f]) * classifier.InverseStandardDeviation[f];
                }

                sum += classifier.C * Math.Max(0, 1 - ((y[i] == k ? 1 : -1) * score));
            }
        }

        return sum;
    }
}
