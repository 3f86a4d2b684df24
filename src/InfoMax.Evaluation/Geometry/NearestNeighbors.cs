using InfoMax.Evaluation.Features;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Geometry;

/// <summary>The k nearest rows of a gallery for each of some queries, in ascending order of distance.</summary>
/// <remarks>
/// Works block by block of queries and gallery, so that memory grows with neither times the other. A quick pass finds candidates, whose
/// distances are then computed in double; equal distances are ordered by row number.
/// </remarks>
public sealed record NearestNeighbors
{
    private const long BlockValues = 8_000_000;
    private const int GalleryBlock = 8192;
    private const int Spare = 16;

    private NearestNeighbors()
    {
    }

    /// <summary>For each query, the row numbers of its neighbors in the gallery, nearest first.</summary>
    public required IReadOnlyList<int[]> Indices { get; init; }

    /// <summary>For each query, the distances of its neighbors.</summary>
    public required IReadOnlyList<double[]> Distances { get; init; }

    /// <summary>The numbers in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() => RecordText.Of(this);

    /// <summary>Finds the nearest neighbors.</summary>
    /// <param name="queries">Features <c>[Q, F]</c>.</param>
    /// <param name="gallery">Features <c>[G, F]</c> to search.</param>
    /// <param name="k">How many, from 1 to G (G − 1 if queries are left out).</param>
    /// <param name="metric">The distance. Default L1, as in the paper.</param>
    /// <param name="excludeSelf">The queries are the gallery, row by row, and a row is not its own neighbor.</param>
    /// <param name="cancellationToken">Looked at in each block.</param>
    /// <returns>Neighbors and distances of each query.</returns>
    /// <exception cref="ArgumentException">Widths differ, <paramref name="k"/> is out of range, values are not finite, or self is to be left out and the sets differ in length.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <remarks>
    /// Features are taken as they are, rounded to float32 if they are float64; distances of these are computed in double. Standardize beforehand where their scales differ, or where they lie far from 0 in comparison to how they vary: float32 holds seven digits.
    /// </remarks>
    public static NearestNeighbors Find(FeatureSet queries, FeatureSet gallery, int k, DistanceMetric? metric = null, bool excludeSelf = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(gallery);
        queries.CheckUsable();
        gallery.CheckUsable();
        if (queries.FeatureCount != gallery.FeatureCount)
        {
            throw new ArgumentException($"Expected {gallery.FeatureCount} features per row, as the gallery has, got {queries.FeatureCount}.", nameof(queries));
        }

        if (excludeSelf && queries.Count != gallery.Count)
        {
            throw new ArgumentException($"Expected the queries to be the gallery ({gallery.Count} rows), got {queries.Count} rows.", nameof(queries));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, gallery.Count - (excludeSelf ? 1 : 0));
        TensorGuard.Finite(queries.Values, nameof(queries));
        TensorGuard.Finite(gallery.Values, nameof(gallery));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return Search(queries.Values.to(ScalarType.Float32), gallery.Values.to(ScalarType.Float32), k, metric ?? DistanceMetric.L1, excludeSelf, cancellationToken);
    }

    /// <summary>As <see cref="Find"/>, for checked float32 rows.</summary>
    internal static NearestNeighbors Search(Tensor queries, Tensor gallery, int k, DistanceMetric metric, bool excludeSelf, CancellationToken cancellationToken)
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
            (long[] candidates, float[] rough, int width) = Candidates(block, gallery, k + Spare + (excludeSelf ? 1 : 0), metric, cancellationToken);
            var blockReader = new RowReader(block);
            Parallel.For(0, (int)block.shape[0], i =>
            {
                int self = excludeSelf ? start + i : -1;
                ReadOnlySpan<float> query = blockReader[i];
                (int Index, double Distance)[] best = Exact(query, rows, candidates.AsSpan(i * width, width), self, metric);
                // Rows that the quick pass left out could tie with the last neighbor, or beat it by its rounding: then look at all.
                double last = best[Math.Min(k, best.Length) - 1].Distance;
                double bound = rough[(i * width) + width - 1];
                if (width < rows.Count && (best.Length < k || last >= bound - (1e-4 * Math.Abs(bound)) - 1e-6))
                {
                    best = Exact(query, rows, default, self, metric);
                }

                indices[start + i] = [.. best.Take(k).Select(pair => pair.Index)];
                distances[start + i] = [.. best.Take(k).Select(pair => pair.Distance)];
            });
        }

        return new NearestNeighbors { Indices = indices, Distances = distances };
    }

    private static (long[] Indices, float[] Distances, int Width) Candidates(Tensor queries, Tensor gallery, int wanted, DistanceMetric metric, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        Tensor? distances = null;
        Tensor? indices = null;
        for (long from = 0; from < gallery.shape[0]; from += GalleryBlock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long length = Math.Min(GalleryBlock, gallery.shape[0] - from);
            using var step = NewDisposeScope();
            (Tensor near, Tensor at) = metric.Pairwise(queries, gallery.narrow(0, from, length)).topk((int)Math.Min(wanted, length), dim: 1, largest: false);
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

    private static (int Index, double Distance)[] Exact(ReadOnlySpan<float> query, RowReader rows, ReadOnlySpan<long> candidates, int self, DistanceMetric metric)
    {
        int count = candidates.IsEmpty ? rows.Count : candidates.Length;
        var pairs = new List<(int Index, double Distance)>(count);
        for (int i = 0; i < count; i++)
        {
            int row = candidates.IsEmpty ? i : (int)candidates[i];
            if (row != self)
            {
                pairs.Add((row, metric.Between(query, rows[row])));
            }
        }

        pairs.Sort((a, b) => a.Distance != b.Distance ? a.Distance.CompareTo(b.Distance) : a.Index.CompareTo(b.Index));
        return [.. pairs];
    }
}
