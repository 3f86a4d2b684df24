using static TorchSharp.torch;

namespace InfoMax.Samples.BeyondImages;

/// <summary>
/// Solid bodies in volumes of 16³: the known answer is which of six kinds a body is. Position, rotation, size and brightness are drawn anew
/// for each, and every voxel has noise of its own.
/// </summary>
internal static class Solids
{
    public const int Kinds = 6, Side = 16;

    private const double Noise = 0.25;

    /// <summary>Volumes <c>[count, 1, 16, 16, 16]</c> and their kinds.</summary>
    public static (Tensor Volumes, int[] Kinds) Make(int count, Random random)
    {
        int[] labels = random.Labels(count, Kinds);
        int voxels = Side * Side * Side;
        float[] values = new float[count * voxels];
        for (int i = 0; i < count; i++)
        {
            Fill(values.AsSpan(i * voxels, voxels), labels[i], random);
        }

        return (tensor(values, [count, 1, Side, Side, Side]), labels);
    }

    private static void Fill(Span<float> volume, int kind, Random random)
    {
        double[,] turn = Rotation(random);
        double[] center = [.. Enumerable.Range(0, 3).Select(_ => ((Side - 1) / 2.0) + random.Between(-2, 2))];
        double size = random.Between(4.5, 6.5), brightness = random.Between(0.7, 1.4);
        for (int v = 0; v < volume.Length; v++)
        {
            double x = (v / (Side * Side)) - center[0], y = (v / Side % Side) - center[1], z = (v % Side) - center[2];
            double a = ((turn[0, 0] * x) + (turn[0, 1] * y) + (turn[0, 2] * z)) / size;
            double b = ((turn[1, 0] * x) + (turn[1, 1] * y) + (turn[1, 2] * z)) / size;
            double c = ((turn[2, 0] * x) + (turn[2, 1] * y) + (turn[2, 2] * z)) / size;
            volume[v] = (float)((Inside(kind, a, b, c) ? brightness : 0) + (Noise * random.Normal()));
        }
    }

    /// <summary>Whether a point belongs to the body of size 1 around the origin.</summary>
    private static bool Inside(int kind, double a, double b, double c)
    {
        double largest = Math.Max(Math.Abs(a), Math.Max(Math.Abs(b), Math.Abs(c))), ring = Math.Sqrt((a * a) + (b * b));
        return kind switch
        {
            0 => (ring * ring) + (c * c) < 0.5,                                              // ball
            1 => largest < 0.56,                                                             // cube
            2 => ((ring - 0.75) * (ring - 0.75)) + (c * c) < 0.09,                           // torus
            3 => ring < 0.36 && Math.Abs(c) < 1.1,                                           // rod
            4 => ring < 0.95 && Math.Abs(c) < 0.24,                                          // disc
            _ => new[] { Math.Abs(a), Math.Abs(b), Math.Abs(c) }.Count(x => x < 0.24) >= 2 && largest < 1.1,     // cross of three bars
        };
    }

    /// <summary>A rotation, all equally likely: that of a random unit quaternion.</summary>
    private static double[,] Rotation(Random random)
    {
        double[] q = [random.Normal(), random.Normal(), random.Normal(), random.Normal()];
        double norm = Math.Sqrt(q.Sum(value => value * value));
        double w = q[0] / norm, x = q[1] / norm, y = q[2] / norm, z = q[3] / norm;
        return new[,]
        {
            { 1 - (2 * ((y * y) + (z * z))), 2 * ((x * y) - (w * z)), 2 * ((x * z) + (w * y)) },
            { 2 * ((x * y) + (w * z)), 1 - (2 * ((x * x) + (z * z))), 2 * ((y * z) - (w * x)) },
            { 2 * ((x * z) - (w * y)), 2 * ((y * z) + (w * x)), 1 - (2 * ((x * x) + (y * y))) },
        };
    }
}
