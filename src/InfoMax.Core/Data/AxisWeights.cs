using System.Numerics;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>How one side of an image is resized: the pixels that each new pixel is made of, and their weights.</summary>
/// <remarks>
/// A side that shrinks is averaged over exact areas; a side that grows is interpolated linearly between the centers of pixels. The weights
/// are whole numbers with the sum <see cref="Total"/> for every new pixel, so sums of stored pixels are exact, and halves are halves.
/// </remarks>
internal sealed class AxisWeights
{
    private readonly (int First, double[] Weights)[] _taps;

    private AxisWeights((int First, double[] Weights)[] taps, double total) => (_taps, Total) = (taps, total);

    /// <summary>Number of new pixels.</summary>
    public int Count => _taps.Length;

    /// <summary>Sum of the weights of each new pixel.</summary>
    public double Total { get; }

    /// <summary>The first pixel that a new pixel is made of, and the weights of this pixel and those after it.</summary>
    public (int First, double[] Weights) this[int i] => _taps[i];

    /// <summary>Weights for a whole side.</summary>
    /// <param name="length">Pixels of the side.</param>
    /// <param name="target">New pixels.</param>
    public static AxisWeights Of(long length, int target) => Of(length, 0, length, 1, target);

    /// <summary>Weights for a part of a side.</summary>
    /// <param name="length">Pixels of the side.</param>
    /// <param name="start">Where the part begins, in pixels divided by <paramref name="denominator"/>.</param>
    /// <param name="extent">How long the part is, in pixels divided by <paramref name="denominator"/>.</param>
    /// <param name="denominator">Unit of start and extent.</param>
    /// <param name="target">New pixels.</param>
    public static AxisWeights Of(long length, long start, long extent, long denominator, int target)
    {
        long divisor = (long)BigInteger.GreatestCommonDivisor(BigInteger.GreatestCommonDivisor(start, extent), denominator);
        (start, extent, denominator) = (start / divisor, extent / divisor, denominator / divisor);
        return extent >= denominator * target
            ? Areas(length, start, extent, denominator, target)
            : Lines(length, start, extent, denominator, target);
    }

    /// <summary>The weights as a matrix.</summary>
    /// <returns>A float64 tensor <c>[Count, length]</c> on the CPU whose rows sum to 1.</returns>
    public Tensor Matrix(long length)
    {
        double[] values = new double[Count * length];
        for (int i = 0; i < Count; i++)
        {
            (int first, double[] weights) = _taps[i];
            for (int t = 0; t < weights.Length; t++)
            {
                values[(i * length) + first + t] = weights[t] / Total;
            }
        }

        return tensor(values, [Count, length]);
    }

    // In units of 1 / (denominator · target) pixels all borders are whole numbers.
    private static AxisWeights Areas(long length, long start, long extent, long denominator, int target)
    {
        long pixel = denominator * target;
        var taps = new (int, double[])[target];
        for (int i = 0; i < target; i++)
        {
            long from = (start * target) + (i * extent), to = from + extent;
            int first = (int)Math.Clamp(from / pixel, 0, length - 1), last = (int)Math.Clamp((to - 1) / pixel, first, length - 1);
            double[] weights = new double[last - first + 1];
            for (int j = first; j <= last; j++)
            {
                weights[j - first] = Math.Min(to, (j + 1) * pixel) - Math.Max(from, j * pixel);
            }

            taps[i] = (first, weights);
        }

        return new AxisWeights(taps, extent);
    }

    // Centers of pixels need half of that unit.
    private static AxisWeights Lines(long length, long start, long extent, long denominator, int target)
    {
        long pixel = 2 * denominator * target;
        var taps = new (int, double[])[target];
        for (int i = 0; i < target; i++)
        {
            long center = Math.Clamp((2 * start * target) + (((2 * i) + 1) * extent) - (pixel / 2), 0, (length - 1) * pixel);
            int first = (int)Math.Min(center / pixel, Math.Max(0, length - 2));
            long second = center - (first * pixel);
            taps[i] = (first, length == 1 ? [pixel] : [pixel - second, second]);
        }

        return new AxisWeights(taps, pixel);
    }
}
