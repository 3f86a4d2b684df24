using System.Runtime.ExceptionServices;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Geometry;

/// <summary>
/// The search behind <see cref="NearestNeighbors"/>: a fast pass selects candidates, whose distances are computed in float64.
/// </summary>
internal static class NeighborSearch
{
    private const long BlockValues = 8_000_000;
    private const int GalleryBlock = 8192;
    private const int Spare = 16;

    /// <summary>Finds the k nearest rows of checked float32 rows. Distances are multiplied by the unit.</summary>
    /// <exception cref="InvalidOperationException">The metric gave distances of another shape or NaN.</exception>
    public static NearestNeighbors Run(
        Tensor queries,
        Tensor gallery,
        int k,
        DistanceMetric metric,
        bool excludeSelf,
        CancellationToken cancellationToken,
        double unit = 1)
    {
        int count = (int)queries.shape[0];
        var indices = new int[count][];
        var distances = new double[count][];
        int blockRows = (int)Math.Clamp(BlockValues / Math.Min(gallery.shape[0], GalleryBlock), 1, 1024);
        var rows = new RowReader(gallery);
        for (int start = 0; start < count; start += blockRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            Tensor block = queries.narrow(0, start, Math.Min(blockRows, count - start)).contiguous();
            var rough = Candidates(block, gallery, k + Spare + (excludeSelf ? 1 : 0), metric, cancellationToken);
            var blockReader = new RowReader(block);
            void Find(int i)
            {
                int self = excludeSelf ? start + i : -1, width = rough.Width;
                ReadOnlySpan<float> query = blockReader[i];
                (int Index, double Distance)[] best = Exact(query, rows, rough.Indices.AsSpan(i * width, width), self, metric);
                double left = LowerBound(rough.Distances[(i * width) + width - 1], metric);
                if (width < rows.Count && !(best.Length >= k && best[k - 1].Distance < left))
                {
                    // A row that the fast pass left out could tie with the last neighbor, or be nearer.
                    best = Exact(query, rows, default, self, metric);
                }

                indices[start + i] = [.. best.Take(k).Select(pair => pair.Index)];
                distances[start + i] = [.. best.Take(k).Select(pair => pair.Distance * unit)];
            }

            ForEach((int)block.shape[0], Find);
        }

        return new NearestNeighbors(indices, distances, (int)gallery.shape[0], excludeSelf);
    }

    /// <summary>
    /// A lower bound of the distances of the rows that the fast pass left out, from its last distance and its rounding; −∞ if its numbers
    /// overflowed or are NaN.
    /// </summary>
    private static double LowerBound(float last, DistanceMetric metric) => float.IsFinite(last)
        ? last - (1e-4 * Math.Abs(last)) - (metric.Degree == 1 ? 1e-44 : 1e-6)
        : double.NegativeInfinity;

    private static void ForEach(int count, Action<int> action)
    {
        try
        {
            Parallel.For(0, count, action);
        }
        catch (AggregateException e) when (e.InnerException is InvalidOperationException inner)
        {
            ExceptionDispatchInfo.Throw(inner);
        }
    }

    private static (long[] Indices, float[] Distances, int Width) Candidates(
        Tensor queries, Tensor gallery, int wanted, DistanceMetric metric, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        Tensor? distances = null;
        Tensor? indices = null;
        for (long from = 0; from < gallery.shape[0]; from += GalleryBlock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long length = Math.Min(GalleryBlock, gallery.shape[0] - from);
            using var step = NewDisposeScope();
            Tensor pairs = Pairwise(queries, gallery.narrow(0, from, length), metric);
            (Tensor near, Tensor at) = pairs.topk((int)Math.Min(wanted, length), dim: 1, largest: false);
            at = at + from;
            if (distances is not null && indices is not null)
            {
                Tensor merged = cat([distances, near], 1);
                Tensor mergedAt = cat([indices, at], 1);
                (near, Tensor order) = merged.topk((int)Math.Min(wanted, merged.shape[1]), dim: 1, largest: false);
                at = mergedAt.gather(1, order);
                distances.Dispose();
                indices.Dispose();
            }

            (distances, indices) = (step.MoveToOuter(near), step.MoveToOuter(at));
        }

        return (indices!.contiguous().data<long>().ToArray(), distances!.contiguous().data<float>().ToArray(), (int)distances.shape[1]);
    }

    /// <summary>Rough distances; those of a user's metric are checked, and NaN counts as near, so that it hides no row.</summary>
    private static Tensor Pairwise(Tensor queries, Tensor gallery, DistanceMetric metric)
    {
        Tensor pairs = metric.Pairwise(queries, gallery);
        if (metric.Degree is not null)
        {
            return pairs;
        }

        long[] expected = [queries.shape[0], gallery.shape[0]];
        if (pairs is null || !pairs.shape.SequenceEqual(expected))
        {
            string shape = TensorGuard.Shape(expected), got = pairs is null ? "null" : TensorGuard.Describe(pairs);
            throw new InvalidOperationException($"Expected distances {shape} from the metric \"{metric.Name}\", got {got}.");
        }

        Tensor single = pairs.to(ScalarType.Float32);
        return where(single.isnan(), full_like(single, double.NegativeInfinity), single);
    }

    private static (int Index, double Distance)[] Exact(
        ReadOnlySpan<float> query, RowReader rows, ReadOnlySpan<long> candidates, int self, DistanceMetric metric)
    {
        int count = candidates.IsEmpty ? rows.Count : candidates.Length;
        var pairs = new List<(int Index, double Distance)>(count);
        for (int i = 0; i < count; i++)
        {
            int row = candidates.IsEmpty ? i : (int)candidates[i];
            if (row != self)
            {
                double distance = metric.Between(query, rows[row]);
                pairs.Add(double.IsNaN(distance)
                    ? throw new InvalidOperationException($"Expected numbers from the metric \"{metric.Name}\", got NaN.")
                    : (row, distance));
            }
        }

        pairs.Sort((a, b) => a.Distance != b.Distance ? a.Distance.CompareTo(b.Distance) : a.Index.CompareTo(b.Index));
        return [.. pairs];
    }
}
