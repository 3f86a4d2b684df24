using InfoMax.Information.Tasks;
using static TorchSharp.torch;

namespace InfoMax.Information.Tests;

/// <summary>Draws and reads samples.</summary>
internal static class Samples
{
    public static SamplePairs Draw(this MutualInformationTask task, long count, ulong seed = 7)
    {
        using var generator = new Generator(seed);
        return task.Sample(count, generator);
    }

    /// <summary>Plain values of a matrix, row by row.</summary>
    public static double[,] Read(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        double[] flat = tensor.to(ScalarType.Float64).contiguous().data<double>().ToArray();
        var values = new double[tensor.shape[0], tensor.shape[1]];
        Buffer.BlockCopy(flat, 0, values, 0, flat.Length * sizeof(double));
        return values;
    }

    public static bool Same(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return a.shape.SequenceEqual(b.shape) && a.eq(b).all().item<bool>();
    }

    public static double[] Column(Tensor tensor, int column)
    {
        double[,] values = Read(tensor);
        return [.. Enumerable.Range(0, values.GetLength(0)).Select(i => values[i, column])];
    }

    /// <summary>The greatest distance between the distribution of the values and a distribution function.</summary>
    public static double KolmogorovDistance(double[] values, Func<double, double> distribution)
    {
        double[] sorted = [.. values.Order()];
        return Enumerable.Range(0, sorted.Length)
            .Max(
                i =>
                    Math.Max(distribution(sorted[i]) - ((double)i / sorted.Length), ((i + 1.0) / sorted.Length) - distribution(sorted[i])));
    }

    /// <summary>A distance that samples of the distribution itself exceed once in ten thousand times.</summary>
    public static double KolmogorovLimit(int count) => 2.23 / Math.Sqrt(count);

    public static double NormalCdf(double x)
    {
        using var scope = NewDisposeScope();
        return 0.5 * tensor(-x / Math.Sqrt(2)).erfc().item<double>();
    }

    public static double Correlation(double[] a, double[] b)
    {
        double meanA = a.Average();
        double meanB = b.Average();
        double product = a.Zip(b, (p, q) => (p - meanA) * (q - meanB)).Sum();
        return product / Math.Sqrt(a.Sum(p => (p - meanA) * (p - meanA)) * b.Sum(q => (q - meanB) * (q - meanB)));
    }
}
