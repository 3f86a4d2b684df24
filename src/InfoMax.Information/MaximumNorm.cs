using System.Numerics;
using System.Runtime.InteropServices;

namespace InfoMax.Information;

/// <summary>Neighbors of pairs under the maximum norm, by brute force over columns: exact, and vectorized over samples.</summary>
internal static class MaximumNorm
{
    // Samples at a time: their distances stay in the first cache over all dimensions.
    private const int Tile = 1024;

    /// <summary>Distances that differ by a smaller fraction are equal.</summary>
    private const double Rounding = 1e-9;

    /// <summary>
    /// The neighborhood of each sample that its k-th neighbor in X and Y together limits. Columns are one array of n values per dimension;
    /// n is above k.
    /// </summary>
    public static Neighborhood[] Neighborhoods(double[][] x, double[][] y, int k, CancellationToken cancellationToken)
    {
        int n = x[0].Length;
        var found = new Neighborhood[n];
        var options = new ParallelOptions { CancellationToken = cancellationToken };
        Parallel.For(
            0,
            n,
            options,
            () => (X: new double[n], Y: new double[n], Nearest: new double[k]),
            (i, _, buffers) =>
            {
                Distances(x, i, buffers.X);
                Distances(y, i, buffers.Y);
                // A sample is not its own neighbor, nor closer than any other.
                buffers.X[i] = double.PositiveInfinity;
                buffers.Y[i] = double.PositiveInfinity;
                double epsilon = SmallestOfGreater(buffers.X, buffers.Y, buffers.Nearest);
                double beyond = Math.Max(Math.BitIncrement(epsilon), epsilon * (1 + Rounding));
                int within = CountBothBelow(buffers.X, buffers.Y, beyond);
                bool tied = epsilon == 0 || within > k;
                double limit = tied ? beyond : epsilon * (1 - Rounding);
                // At distance 0 the ball is an atom, with the sample in it; at others its size was chosen to hold k neighbors.
                int both = epsilon == 0 ? within + 1 : tied ? within : k;
                found[i] = new(both, CountBelow(buffers.X, limit), CountBelow(buffers.Y, limit), tied, tied && epsilon > 0);
                return buffers;
            },
            _ => { });
        return found;
    }

    private static void Distances(double[][] columns, int from, double[] distances)
    {
        Array.Clear(distances);
        for (int start = 0; start < distances.Length; start += Tile)
        {
            int length = Math.Min(Tile, distances.Length - start);
            Span<double> tile = distances.AsSpan(start, length);
            foreach (double[] column in columns)
            {
                RaiseToDifference(column.AsSpan(start, length), column[from], tile);
            }
        }
    }

    private static void RaiseToDifference(ReadOnlySpan<double> column, double value, Span<double> distances)
    {
        var center = new Vector<double>(value);
        ReadOnlySpan<Vector<double>> from = MemoryMarshal.Cast<double, Vector<double>>(column);
        Span<Vector<double>> to = MemoryMarshal.Cast<double, Vector<double>>(distances);
        for (int v = 0; v < to.Length && v < from.Length; v++)
        {
            // Data are finite: the native maximum may treat NaN as it likes.
            to[v] = Vector.MaxNative(to[v], Vector.Abs(from[v] - center));
        }

        for (int j = to.Length * Vector<double>.Count; j < distances.Length; j++)
        {
            distances[j] = Math.Max(distances[j], Math.Abs(column[j] - value));
        }
    }

    // The k-th smallest max(x, y), where k is the length of the working space.
    private static double SmallestOfGreater(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> nearest)
    {
        nearest.Fill(double.PositiveInfinity);
        int j = 0;
        for (; j <= x.Length - Vector<double>.Count; j += Vector<double>.Count)
        {
            Vector<double> joint = Vector.Max(new Vector<double>(x[j..]), new Vector<double>(y[j..]));
            if (Vector.LessThanAny(joint, new Vector<double>(nearest[^1])))
            {
                for (int lane = 0; lane < Vector<double>.Count; lane++)
                {
                    Insert(nearest, joint[lane]);
                }
            }
        }

        for (; j < x.Length; j++)
        {
            Insert(nearest, Math.Max(x[j], y[j]));
        }

        return nearest[^1];
    }

    // Keeps the list ascending; drops its last.
    private static void Insert(Span<double> nearest, double distance)
    {
        if (!(distance < nearest[^1]))
        {
            return;
        }

        int at = nearest.Length - 1;
        for (; at > 0 && nearest[at - 1] > distance; at--)
        {
            nearest[at] = nearest[at - 1];
        }

        nearest[at] = distance;
    }

    private static int CountBothBelow(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double limit)
    {
        var limits = new Vector<double>(limit);
        Vector<long> counts = Vector<long>.Zero;
        int j = 0;
        for (; j <= x.Length - Vector<double>.Count; j += Vector<double>.Count)
        {
            counts -= Vector.LessThan(Vector.Max(new Vector<double>(x[j..]), new Vector<double>(y[j..])), limits);
        }

        long count = Vector.Sum(counts);
        for (; j < x.Length; j++)
        {
            count += Math.Max(x[j], y[j]) < limit ? 1 : 0;
        }

        return (int)count;
    }

    private static int CountBelow(ReadOnlySpan<double> distances, double limit)
    {
        var limits = new Vector<double>(limit);
        Vector<long> counts = Vector<long>.Zero;
        int j = 0;
        for (; j <= distances.Length - Vector<double>.Count; j += Vector<double>.Count)
        {
            // True is −1 in every lane.
            counts -= Vector.LessThan(new Vector<double>(distances[j..]), limits);
        }

        long count = Vector.Sum(counts);
        for (; j < distances.Length; j++)
        {
            count += distances[j] < limit ? 1 : 0;
        }

        return (int)count;
    }

    /// <summary>What lies around a sample.</summary>
    /// <param name="InBoth">
    /// k; where samples tie, the number of others up to the k-th neighbor's distance, and the sample itself if that is 0.
    /// </param>
    /// <param name="InX">Others closer in X than the k-th neighbor; where samples tie, also those at its distance.</param>
    /// <param name="InY">Others in Y, counted as in X.</param>
    /// <param name="IsTied">Whether the k-th neighbor is at distance 0, or not alone at its distance.</param>
    /// <param name="IsTiedApart">Whether it is not alone at its distance, which is not 0.</param>
    internal readonly record struct Neighborhood(int InBoth, int InX, int InY, bool IsTied, bool IsTiedApart);
}
