using System.Diagnostics;
using System.Globalization;
using InfoMax.Evaluation.Features;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Geometry;

/// <summary>Retrieval: are the rows nearest to a query of its class? Nothing is trained.</summary>
/// <remarks>
/// Exact: distances in double, of features in float32, equal ones in the order of row numbers. Works query block by query block:
/// memory grows with gallery plus queries. A set of options without state: it may be used many times and from many threads.
/// </remarks>
public sealed class Retrieval
{
    private readonly int[] _ks = [1, 5, 10];

    /// <summary>The k of the recalls.</summary>
    /// <value>
    /// At least one, each at least 1, in ascending order without repetition; the greatest at most the number of gallery rows.
    /// Default 1, 5 and 10.
    /// </value>
    /// <exception cref="ArgumentException">Empty, below 1 or not ascending.</exception>
    public IReadOnlyList<int> Ks
    {
        get => _ks;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Ks));
            if (value.Count == 0 || value[0] < 1 || value.Zip(value.Skip(1)).Any(pair => pair.Second <= pair.First))
            {
                throw new ArgumentException($"Expected ascending numbers from 1, got [{string.Join(", ", value)}].", nameof(Ks));
            }

            _ks = [.. value];
        }
    }

    /// <summary>The distance.</summary>
    /// <value>Default <see cref="DistanceMetric.L1"/>, by which the paper finds nearest neighbors.</value>
    /// <exception cref="ArgumentNullException">Null.</exception>
    public DistanceMetric Metric
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Metric));
            field = value;
        }
    } = DistanceMetric.L1;

    /// <summary>Whether features are standardized by the gallery's rows first, so that their scale does not matter.</summary>
    /// <value>
    /// Default true. With false and <see cref="DistanceMetric.Cosine"/> this is the usual protocol for codes that are normalized
    /// themselves.
    /// </value>
    public bool Standardize { get; init; } = true;

    /// <summary>Whether to rank the whole gallery for each query, which the mean average precision takes and the recalls do not.</summary>
    /// <value>Default true. The ranking takes nearly all of the time.</value>
    public bool AveragePrecision { get; init; } = true;

    /// <summary>Looks for the rows of one set in another.</summary>
    /// <param name="gallery">Labeled features <c>[G, F]</c> to search.</param>
    /// <param name="queries">
    /// Labeled features <c>[Q, F]</c>. One whose class the gallery lacks counts as not found, with an average precision of 0.
    /// </param>
    /// <param name="cancellationToken">Looked at in each block.</param>
    /// <returns>The result with its protocol.</returns>
    /// <exception cref="ArgumentException">
    /// Labels are missing, widths differ, the gallery has fewer rows than the greatest of <see cref="Ks"/>, or values are not
    /// finite.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public RetrievalResult Evaluate(FeatureSet gallery, FeatureSet queries, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        return Run(gallery, queries, leaveOneOut: false, cancellationToken);
    }

    /// <summary>Looks for each row of a set among the others.</summary>
    /// <param name="features">Labeled features <c>[N, F]</c>. The only row of its class counts as not found.</param>
    /// <param name="cancellationToken">Looked at in each block.</param>
    /// <returns>The result with its protocol.</returns>
    /// <exception cref="ArgumentException">
    /// Labels are missing, there are too few rows for <see cref="Ks"/>, or values are not finite.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public RetrievalResult Evaluate(FeatureSet features, CancellationToken cancellationToken = default) =>
        Run(features, features, leaveOneOut: true, cancellationToken);

    private RetrievalResult Run(FeatureSet gallery, FeatureSet queries, bool leaveOneOut, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        string galleryName = leaveOneOut ? "features" : nameof(gallery);
        ArgumentNullException.ThrowIfNull(gallery, galleryName);
        Check(gallery, galleryName, leaveOneOut ? 1 : 0);
        Check(queries, nameof(queries), 0);
        if (queries.FeatureCount != gallery.FeatureCount)
        {
            throw new ArgumentException(
                $"Expected {gallery.FeatureCount} features per row, as the gallery has, got {queries.FeatureCount}.", nameof(queries));
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        (Tensor sought, Tensor searched, double _) = ComparableRows.Of(queries.Values, gallery.Values, Metric, Standardize);
        NearestNeighbors found = NeighborSearch.Run(sought, searched, _ks[^1], Metric, leaveOneOut, cancellationToken);
        int[] labels = [.. queries.Labels!];
        int[] firstHits = [.. labels.Select((label, q) => Array.FindIndex(found.Indices[q], row => gallery.Labels![row] == label))];
        int[] sizes = new int[Math.Max(gallery.ClassCount, queries.ClassCount)];
        foreach (int label in gallery.Labels!)
        {
            sizes[label]++;
        }

        return new RetrievalResult
        {
            Feature = gallery.Name,
            FeatureCount = gallery.FeatureCount,
            GalleryCount = gallery.Count,
            QueryCount = queries.Count,
            ClassCount = sizes.Length,
            LeaveOneOut = leaveOneOut,
            UnanswerableCount = labels.Count(label => sizes[label] == (leaveOneOut ? 1 : 0)),
            Recall = new SortedDictionary<int,
            double>(_ks.ToDictionary(k => k, k => firstHits.Count(at => at >= 0 && at < k) / (double)labels.Length)),
            MeanAveragePrecision = AveragePrecision ? Ranking.AveragePrecisions(
                sought, labels, searched, [.. gallery.Labels], Metric, leaveOneOut, cancellationToken).Average() : null,
            Protocol = string.Create(CultureInfo.InvariantCulture, $"{Metric.Name}, {(Standardize ? "standardized" : "as they are")}"),
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
    }

    private void Check(FeatureSet set, string name, int leftOut)
    {
        set.CheckUsable();
        if (set.Labels is null)
        {
            throw new ArgumentException("Expected labeled features, got features without labels.", name);
        }

        if (name != "queries" && set.Count - leftOut < _ks[^1])
        {
            throw new ArgumentException($"Expected at least {_ks[^1] + leftOut} rows to find {_ks[^1]}, got {set.Count}.", name);
        }

        TensorGuard.Finite(set.Values, name);
    }
}
