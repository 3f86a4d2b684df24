using InfoMax.Evaluation.Features;
using TorchSharp;

namespace InfoMax.Evaluation.Tests;

/// <summary>Synthetic features: Gaussian classes around random centers.</summary>
internal static class Blobs
{
    public static (double[,] X, int[] Y) Make(int rows, int features, int classes, double spread, int seed, int centerSeed = 99)
    {
        var centers = new Random(centerSeed);
        var random = new Random(seed);
        double[][] means =
            [.. Enumerable.Range(0, classes).Select(_ => Enumerable.Range(0, features).Select(_ => Normal(centers)).ToArray())];
        var x = new double[rows, features];
        var y = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            y[i] = i % classes;
            for (int f = 0; f < features; f++)
            {
                x[i, f] = means[y[i]][f] + (spread * Normal(random));
            }
        }

        return (x, y);
    }

    public static FeatureSet Set(double[,] x, int[]? y, int? classes = null, bool single = false, string name = "blobs")
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor values = torch.tensor(x);
        return FeatureSet.FromMatrix(single ? values.to(torch.ScalarType.Float32) : values, y, classes, name);
    }

    public static (FeatureSet Train, FeatureSet Test) Pair(int train, int test, int features, int classes, double spread)
    {
        (double[,] x, int[] y) = Make(train, features, classes, spread, 1);
        (double[,] xTest, int[] yTest) = Make(test, features, classes, spread, 2);
        return (Set(x, y), Set(xTest, yTest));
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
