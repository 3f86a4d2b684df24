using System.Globalization;
using InfoMax.Evaluation.Features;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Geometry;

/// <summary>The k nearest rows of a gallery for each query, in ascending order of distance.</summary>
/// <remarks>
/// Exact. The search works block by block over queries and gallery, so memory does not grow with their product. A fast pass selects
/// candidates, whose distances are then computed in float64; if its bound cannot rule out the other rows, all rows are compared. Equal
/// distances are ordered by row number.
/// </remarks>
public sealed class NearestNeighbors
{
    private readonly int _galleryCount;
    private readonly bool _excludesSelf;

    internal NearestNeighbors(int[][] indices, double[][] distances, int galleryCount, bool excludesSelf)
    {
        (Indices, Distances, _galleryCount, _excludesSelf) = (indices, distances, galleryCount, excludesSelf);
    }

    /// <summary>For each query, the row numbers of its neighbors in the gallery, nearest first.</summary>
    public IReadOnlyList<int[]> Indices { get; }

    /// <summary>For each query, the distances of its neighbors.</summary>
    public IReadOnlyList<double[]> Distances { get; }

    /// <summary>Finds the nearest neighbors.</summary>
    /// <param name="queries">Features <c>[Q, F]</c>.</param>
    /// <param name="gallery">Features <c>[G, F]</c> to search.</param>
    /// <param name="k">How many, from 1 to G (G − 1 with <paramref name="excludeSelf"/>).</param>
    /// <param name="metric">The distance. Default L1, as in the paper.</param>
    /// <param name="excludeSelf">The queries are the gallery, row by row, and a row is not its own neighbor.</param>
    /// <param name="cancellationToken">Checked in each block.</param>
    /// <returns>Neighbors and distances of each query.</returns>
    /// <exception cref="ArgumentException">
    /// Widths differ, <paramref name="k"/> is out of range, values are not finite, or self is excluded and the sets differ in length.
    /// </exception>
    /// <exception cref="InvalidOperationException">The metric, if it is your own, gave distances of another shape or NaN.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <remarks>
    /// Features are not standardized. float64 features are rounded to float32, in a common unit if their size is beyond float32.
    /// Standardize first if scales of features differ, or if values are far from 0 compared with their spread: float32 holds seven
    /// digits.
    /// </remarks>
    public static NearestNeighbors Find(
        FeatureSet queries,
        FeatureSet gallery,
        int k,
        DistanceMetric? metric = null,
        bool excludeSelf = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(gallery);
        queries.CheckUsable();
        gallery.CheckUsable();
        if (queries.FeatureCount != gallery.FeatureCount)
        {
            string expected = $"{gallery.FeatureCount} features per row, as the gallery has";
            throw new ArgumentException($"Expected {expected}, got {queries.FeatureCount}.", nameof(queries));
        }

        if (excludeSelf && queries.Count != gallery.Count)
        {
            string expected = $"the queries to be the gallery ({gallery.Count} rows)";
            throw new ArgumentException($"Expected {expected}, got {queries.Count} rows.", nameof(queries));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, gallery.Count - (excludeSelf ? 1 : 0));
        TensorGuard.Finite(queries.Values, nameof(queries));
        TensorGuard.Finite(gallery.Values, nameof(gallery));
        metric ??= DistanceMetric.L1;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        (Tensor sought, Tensor searched, double unit) = ComparableRows.Of(queries.Values, gallery.Values, metric, standardize: false);
        return NeighborSearch.Run(sought, searched, k, metric, excludeSelf, cancellationToken, unit);
    }

    /// <summary>The closest pairs of a query and a gallery row, nearest first. Finds duplicates, for example.</summary>
    /// <param name="count">
    /// How many, at least 1. Up to the k of the search always works; more only if the neighbors found prove that no closer pair is missing.
    /// </param>
    /// <returns>
    /// The row numbers of each pair with its distance. Equal distances are ordered by query, then by neighbor. If self is excluded,
    /// each pair appears once, with the lower row number as the query. Fewer pairs than asked for if there are no more.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Less than 1, or a pair that was not found could be closer: search with more neighbors per query.
    /// </exception>
    public IReadOnlyList<(int Query, int Neighbor, double Distance)> ClosestPairs(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var found = new List<(double Distance, int Query, int Neighbor)>();
        (double Distance, int, int) reach = (double.PositiveInfinity, 0, 0);
        for (int query = 0; query < Indices.Count; query++)
        {
            for (int i = 0; i < Indices[query].Length; i++)
            {
                int neighbor = Indices[query][i];
                (int first, int second) = _excludesSelf && neighbor < query ? (neighbor, query) : (query, neighbor);
                found.Add((Distances[query][i], first, second));
            }

            // Beyond the last neighbor of a query there may be others, unless all rows are neighbors.
            if (Indices[query].Length < _galleryCount - (_excludesSelf ? 1 : 0) && found[^1].CompareTo(reach) < 0)
            {
                reach = found[^1];
            }
        }

        List<(double Distance, int Query, int Neighbor)> pairs = [.. found.Distinct().Order()];
        int exact = pairs.TakeWhile(pair => pair.CompareTo(reach) <= 0).Count();
        if (count > exact && double.IsFinite(reach.Distance))
        {
            string most = $"Expected at most {exact} pairs from {Indices[0].Length} neighbors of each query.";
            throw new ArgumentOutOfRangeException(nameof(count), count, most);
        }

        return [.. pairs.Take(Math.Min(count, exact)).Select(pair => (pair.Query, pair.Neighbor, pair.Distance))];
    }

    /// <summary>Counts and range of the distances in one line.</summary>
    public override string ToString()
    {
        (double nearest, double farthest) = (Distances.Min(d => d[0]), Distances.Max(d => d[^1]));
        string range = string.Create(CultureInfo.InvariantCulture, $"distances {nearest:G4} to {farthest:G4}");
        return $"{Indices[0].Length} nearest of {_galleryCount} rows for {Indices.Count} queries, {range}";
    }
}
