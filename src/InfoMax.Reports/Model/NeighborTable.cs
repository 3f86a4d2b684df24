using InfoMax.Data;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Geometry;
using static TorchSharp.torch;

namespace InfoMax.Reports.Model;

/// <summary>Images and those with the nearest codes, by one representation or by several beside each other.</summary>
public sealed class NeighborTable
{
    internal NeighborTable(IReadOnlyList<string> representations, IReadOnlyList<NeighborRow> rows) =>
        (Representations, Rows) = (representations, rows);

    /// <summary>Names of the representations.</summary>
    public IReadOnlyList<string> Representations { get; }

    /// <summary>A row for each query.</summary>
    internal IReadOnlyList<NeighborRow> Rows { get; }

    /// <summary>Finds the neighbors of some examples among the others.</summary>
    /// <param name="images">The examples as images <c>[C, H, W]</c>, C of 1 or 3, in [−1, 1] or bytes.</param>
    /// <param name="representations">
    /// Features <c>[N, F]</c> of these examples, row by row, with a name for each. Labels are taken from the first.
    /// </param>
    /// <param name="queries">
    /// Numbers of the examples to find neighbors of; null for the first of each class, ten at most, or eight evenly spread where there are
    /// no labels.
    /// </param>
    /// <param name="count">Number of neighbors, at least 1 and fewer than there are examples. Default 6.</param>
    /// <param name="metric">The distance; null for <see cref="DistanceMetric.L1"/>, as in the paper.</param>
    /// <param name="classNames">Names of the classes; null for numbers.</param>
    /// <param name="names">A name for each example, such as its file name, to show below it; null for none.</param>
    /// <param name="cancellationToken">Checked in each block.</param>
    /// <returns>The table. Pictures show the distance of each neighbor to its query.</returns>
    /// <exception cref="ArgumentException">
    /// There is no representation, one has another number of rows than there are images, a query is not among them, there is another number
    /// of names, or examples are no images.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static NeighborTable Of(
        IBatchSource images,
        IReadOnlyList<(string Name, FeatureSet Features)> representations,
        IReadOnlyList<int>? queries = null,
        int count = 6,
        DistanceMetric? metric = null,
        IReadOnlyList<string>? classNames = null,
        IReadOnlyList<string>? names = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(representations);
        Check(images, representations);
        IReadOnlyList<int>? labels = representations[0].Features.Labels;
        int[] wanted = queries is null ? Default(images.Count, labels) : [.. queries];
        if (wanted.Length == 0 || wanted.Any(query => query < 0 || query >= images.Count))
        {
            throw new ArgumentException(
                $"Expected numbers of examples from 0 to {images.Count - 1}, got [{string.Join(", ", wanted.Take(10))}].", nameof(queries));
        }

        if (count < 1 || count >= images.Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"Expected from 1 to {images.Count - 1} neighbors of {images.Count} examples.");
        }

        if (names is not null && names.Count != images.Count)
        {
            throw new ArgumentException($"Expected a name for each of {images.Count} images, got {names.Count}.", nameof(names));
        }

        DistanceMetric by = metric ?? DistanceMetric.L1;
        (int Row, double Distance)[][][] found = [.. representations.Select(r => Search(r.Features, wanted, count, by, cancellationToken))];
        return new NeighborTable(
            [.. representations.Select(r => r.Name)],
            [.. wanted.Select((query, i) => new NeighborRow(Image(query, query, null), [.. found.Select(rows => Row(rows[i], query))]))]);

        IReadOnlyList<ExampleImage> Row((int Row, double Distance)[] neighbors, int query) =>
            [.. neighbors.Select(neighbor => Image(neighbor.Row, query, neighbor.Distance))];

        ExampleImage Image(int row, int query, double? distance)
        {
            using var scope = NewDisposeScope();
            bool? same = labels is null || distance is null ? null : labels[row] == labels[query];
            return ExampleImage.Of(
                BatchGuard.Fetch(images, [row])[0], names?[row], labels is null ? null : Name(labels[row], classNames), distance, same);
        }
    }

    /// <summary>Representations and number of queries.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"Nearest neighbors of {Rows.Count} images by {string.Join(", ", Representations)}";

    /// <summary>
    /// How many of the neighbors by a representation are of the query's class, in words; nothing where classes are not known.
    /// </summary>
    internal string Share(int representation)
    {
        bool[] known = [.. Rows.SelectMany(row => row.Neighbors[representation]).Where(image => image.SameClassAsQuery is not null)
            .Select(image => image.SameClassAsQuery == true)];
        return known.Length == 0
            ? string.Empty
            : FormattableString.Invariant($" ({known.Count(same => same)} of {known.Length} of the same class)");
    }

    /// <summary>Throws if a row doesn't fit the representations.</summary>
    internal void Check(string name)
    {
        if (Rows.FirstOrDefault(row => row.Neighbors.Count != Representations.Count) is { } uneven)
        {
            throw new ArgumentException(
                $"Expected neighbors by {Representations.Count} representations in each row, got {uneven.Neighbors.Count}.", name);
        }
    }

    private static string Name(int label, IReadOnlyList<string>? names) =>
        names is not null && label < names.Count ? names[label] : FormattableString.Invariant($"class {label}");

    private static int[] Default(int count, IReadOnlyList<int>? labels) => labels is null
        ? [.. Enumerable.Range(0, Math.Min(8, count)).Select(i => (int)((long)i * count / Math.Min(8, count)))]
        : [.. Enumerable.Range(0, count).GroupBy(i => labels[i]).OrderBy(group => group.Key).Select(group => group.First()).Take(10)];

    /// <summary>The rows nearest to each query with their distances, the query left out.</summary>
    private static (int Row, double Distance)[][] Search(
        FeatureSet features, int[] queries, int count, DistanceMetric metric, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        using FeatureSet chosen = FeatureSet.FromMatrix(
            features.Values.index_select(0, tensor(queries.Select(query => (long)query).ToArray())));
        // One more, since each query is among the rows; it need not come first where others are equal to it.
        NearestNeighbors found = NearestNeighbors.Find(chosen, features, count + 1, metric, cancellationToken: cancellationToken);
        return
        [
            .. queries.Select((query, i) =>
                found.Indices[i].Zip(found.Distances[i]).Where(neighbor => neighbor.First != query).Take(count).ToArray()),
        ];
    }

    private static void Check(IBatchSource images, IReadOnlyList<(string Name, FeatureSet Features)> representations)
    {
        if (images.ExampleShape is not [1 or 3, _, _])
        {
            throw new ArgumentException(
                $"Expected images [C, H, W], C of 1 or 3; got examples [{string.Join(", ", images.ExampleShape)}].", nameof(images));
        }

        if (representations.Count == 0)
        {
            throw new ArgumentException("Expected at least one representation, got none.", nameof(representations));
        }

        foreach ((string name, FeatureSet features) in representations)
        {
            ArgumentNullException.ThrowIfNull(features, nameof(representations));
            if (features.Count != images.Count)
            {
                throw new ArgumentException(
                    $"Expected a row for each of {images.Count} images, got {features.Count} (\"{name}\").", nameof(representations));
            }
        }
    }
}
