using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Geometry;
using static TorchSharp.torch;

namespace InfoMax.Reports.Model;

/// <summary>Codes in two dimensions: a point for each example.</summary>
public sealed class CodeMap
{
    /// <summary>Takes points.</summary>
    /// <param name="title">What is shown.</param>
    /// <param name="points">Where each example is. Points that are not finite are left out of pictures.</param>
    /// <param name="labels">The class of each point, 0 or more; null for none.</param>
    /// <param name="classNames">Names of the classes; null for numbers. A class beyond them is called by its number.</param>
    /// <exception cref="ArgumentNullException"><paramref name="title"/> or <paramref name="points"/> is null.</exception>
    public CodeMap(
        string title, IReadOnlyList<(double X, double Y)> points, IReadOnlyList<int>? labels =
            null, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(points);
        (Title, Points, Labels, ClassNames) = (title, points, labels, classNames ?? []);
    }

    /// <summary>What is shown.</summary>
    public string Title { get; }

    /// <summary>Where each example is.</summary>
    public IReadOnlyList<(double X, double Y)> Points { get; }

    /// <summary>The class of each point, 0 or more; null for none.</summary>
    public IReadOnlyList<int>? Labels { get; }

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The first two principal components of all rows.</summary>
    /// <param name="title">What is shown.</param>
    /// <param name="features">Features <c>[N, F]</c>, at least two rows and two columns; their labels color the points.</param>
    /// <param name="classNames">Names of the classes; null for numbers.</param>
    /// <param name="points">The maximum number of rows to show, evenly spread. Default 1000.</param>
    /// <param name="cancellationToken">Checked between iterations.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentException">There are too few rows or columns, or values are not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static CodeMap Components(
        string title, FeatureSet features, IReadOnlyList<string>? classNames =
            null, int points = 1000, CancellationToken cancellationToken = default)
    {
        int[] rows = Rows(features, points);
        if (features.Count < 2 || features.FeatureCount < 2)
        {
            throw new ArgumentException(
                $"Expected at least two rows of two numbers, got {features.Count} of {features.FeatureCount}.", nameof(features));
        }

        using FeatureSet projected = PrincipalComponents.Fit(features, 2, cancellationToken).Transform(features);
        float[] values = [.. projected.Values.data<float>()];
        return Of(title, [.. rows.Select(row => ((double)values[2 * row], (double)values[(2 * row) + 1]))], features, rows, classNames);
    }

    /// <summary>A t-SNE of the rows that are shown.</summary>
    /// <param name="title">What is shown.</param>
    /// <param name="features">Features <c>[N, F]</c>, used unscaled; their labels color the points.</param>
    /// <param name="classNames">Names of the classes; null for numbers.</param>
    /// <param name="points">
    /// The maximum number of rows to show, evenly spread. Default 1000, at most <see cref="TSne.MaxRows"/>.
    /// </param>
    /// <param name="options">
    /// Settings; null for 500 iterations and a perplexity of 30, or less where there are few rows, with <paramref name="seed"/>.
    /// </param>
    /// <param name="seed">Seed where there are no options. Default 0.</param>
    /// <param name="cancellationToken">Checked between iterations.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentException">There are too few rows for the perplexity, all are equal, or values are not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static CodeMap Neighborhoods(
        string title,
        FeatureSet features,
        IReadOnlyList<string>? classNames = null,
        int points = 1000,
        TSne? options = null,
        int seed = 0,
        CancellationToken cancellationToken = default)
    {
        int[] rows = Rows(features, points);
        using var scope = NewDisposeScope();
        using FeatureSet chosen = FeatureSet.FromMatrix(features.Values.index_select(0, tensor(rows.Select(row => (long)row).ToArray())));
        options ??= new TSne { Perplexity = Math.Max(1.01, Math.Min(30, (rows.Length - 1) / 3.0)), Iterations = 500, Seed = seed };
        TSneResult result = options.Fit(chosen, cancellationToken);
        (double, double)[] places =
            [.. Enumerable.Range(0, rows.Length).Select(i => ((double)result.Coordinates[i, 0], (double)result.Coordinates[i, 1]))];
        return Of(title, places, features, rows, classNames);
    }

    /// <summary>The title, and how many points and classes there are.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        FormattableString.Invariant($"{Title}: {Points.Count} points{(Labels is null ? "" : $" of {Labels.Distinct().Count()} classes")}");

    /// <summary>Numbers of the points that are finite.</summary>
    internal int[] Shown => [.. Enumerable.Range(0, Points.Count).Where(i => double.IsFinite(Points[i].X) && double.IsFinite(Points[i].Y))];

    /// <summary>Name of a class.</summary>
    internal string NameOf(int label) => label < ClassNames.Count ? ClassNames[label] : FormattableString.Invariant($"class {label}");

    /// <summary>Throws if the labels don't fit the points.</summary>
    internal void Check(string name)
    {
        if (Labels is not null && (Labels.Count != Points.Count || Labels.Any(label => label < 0)))
        {
            throw new ArgumentException(
                $"Expected a label, 0 or more, for each of {Points.Count} points of \"{Title}\"; "
                + $"got {Labels.Count} from {Labels.DefaultIfEmpty().Min()}.",
                name);
        }
    }

    private static CodeMap Of(
        string title, (double X, double Y)[] points, FeatureSet features, int[] rows, IReadOnlyList<string>? classNames) =>
        new(title, points, features.Labels is { } labels ? [.. rows.Select(row => labels[row])] : null, classNames);

    /// <summary>At most so many rows, evenly spread.</summary>
    private static int[] Rows(FeatureSet features, int max)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 2, "points");
        int count = Math.Min(max, features.Count);
        return [.. Enumerable.Range(0, count).Select(i => (int)((long)i * features.Count / count))];
    }
}
