using System.Globalization;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Probes;
using InfoMax.Priors;
using InfoMax.Reports.Drawing;
using InfoMax.Training;

namespace InfoMax.Reports;

/// <summary>Draws pictures of representations and of training runs, as SVG: see <see cref="Picture"/>.</summary>
/// <remarks>Colors and marks are made to be told apart with a color vision deficiency. Everything is deterministic: the same input gives the same text.</remarks>
public static class Pictures
{
    /// <summary>Codes in two dimensions, a mark for each, colored by class.</summary>
    /// <param name="map">The codes. Points that are not finite are left out.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="ArgumentException">There is another number of labels than of points, or a label below 0.</exception>
    public static Picture Scatter(CodeMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        map.Check(nameof(map));
        string classes = map.Labels is null ? "" : Text($", colored by {map.Labels.Distinct().Count()} classes");
        return new Picture(map.Title, ScatterPicture.Svg(map), Text($"{map.Shown.Length} examples as points in two dimensions{classes}."));
    }

    /// <summary>A confusion matrix as a heat map: the share of each true class that was taken for each class, with the counts where there are no more than 20 classes.</summary>
    /// <param name="matrix">The matrix, such as <c>new ConfusionMatrix(result.Confusion, names)</c>.</param>
    /// <param name="title">What stands above it; null for the accuracy.</param>
    /// <returns>The picture.</returns>
    public static Picture Confusion(ConfusionMatrix matrix, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        int worst = Enumerable.Range(0, matrix.ClassCount).MinBy(i => double.IsNaN(matrix.F1[i]) ? 1 : matrix.F1[i]);
        return new Picture(
            title ?? Text($"{100 * matrix.Accuracy:F1} % right"),
            ConfusionPicture.Svg(matrix),
            Text($"Confusion matrix of {matrix.Total} examples in {matrix.ClassCount} classes. Hardest class: {matrix.ClassNames[worst]}, precision {100 * matrix.Precision[worst]:F0} %, recall {100 * matrix.Recall[worst]:F0} %."));
    }

    /// <summary>How the units of a code are distributed, beside the prior that they should follow: the density over all units, a band that holds four of five units, and a dashed line for the prior.</summary>
    /// <param name="codes">Codes <c>[N, F]</c> as the encoder gives them; <see cref="Prior.Squash"/> is applied.</param>
    /// <param name="prior">The prior; null for <see cref="Prior.Uniform"/>. Its line is drawn from samples with a seed of its own.</param>
    /// <param name="title">What stands above it; null for the feature's name.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="ArgumentException">Values are not finite.</exception>
    public static Picture Codes(FeatureSet codes, Prior? prior = null, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(codes);
        prior ??= Prior.Uniform;
        var units = UnitDensities.Of(codes, prior);
        return new Picture(
            title ?? codes.Name,
            CodePicture.Svg(units, prior.Name + " prior"),
            Text($"Density of the {codes.FeatureCount} units of the code beside that of the {prior.Name} prior: mean {units.Mean:F2}, standard deviation of a unit {units.Deviation:F2}; those of the prior are {units.PriorMean:F2} and {units.PriorDeviation:F2}."));
    }

    /// <summary>Metrics of a training run over its epochs, a line for each, on one axis.</summary>
    /// <param name="training">What the run did, at least one epoch.</param>
    /// <param name="metrics">Names of metrics, as in <see cref="EpochSummary.Metrics"/>, and what to call them.</param>
    /// <param name="unit">The unit of all of them. Default "nats".</param>
    /// <param name="title">What stands above it. Default "Training".</param>
    /// <returns>The picture. An epoch that lacks a metric, or has a value that is not finite, leaves a gap.</returns>
    /// <exception cref="ArgumentException">No metric was named, or no epoch has one of them.</exception>
    public static Picture Metrics(TrainingResult training, IReadOnlyList<(string Metric, string Name)> metrics, string unit = "nats", string title = "Training")
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(metrics);
        if (metrics.Count == 0)
        {
            throw new ArgumentException("Expected at least one metric, got none.", nameof(metrics));
        }

        return Curves(title, [.. metrics.Select(metric => MetricCurve.Of(training, metric.Metric, metric.Name, unit))]);
    }

    /// <summary>Curves over the epochs, on one axis with the unit of the first.</summary>
    /// <param name="title">What stands above it.</param>
    /// <param name="curves">The curves, at least one.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="ArgumentException">There is no curve.</exception>
    public static Picture Curves(string title, IReadOnlyList<MetricCurve> curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        if (curves.Count == 0)
        {
            throw new ArgumentException("Expected at least one curve, got none.", nameof(curves));
        }

        string ends = string.Join("; ", curves.Select(curve => Text($"{curve.Name} from {curve.PerEpoch.FirstOrDefault(double.NaN):G4} to {curve.PerEpoch.LastOrDefault(double.NaN):G4}")));
        return new Picture(title, MetricPicture.Svg(curves), Text($"Over {curves.Max(curve => curve.PerEpoch.Count)} epochs, in {curves[0].Unit}: {ends}."));
    }

    /// <summary>Images and those nearest to them, a row for each query: a frame in green is the query's class, a dashed one in red another.</summary>
    /// <param name="table">The images.</param>
    /// <param name="title">What stands above it. Default "Nearest neighbors".</param>
    /// <param name="side">Length of the longer side of an image in the picture. Default 48.</param>
    /// <returns>The picture, which holds the images.</returns>
    /// <exception cref="ArgumentException">The table has no row, or a row has neighbors by another number of representations than the table names.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="side"/> is below 1.</exception>
    public static Picture Neighbors(NeighborTable table, string title = "Nearest neighbors", int side = 48)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        table.Check(nameof(table));
        if (table.Rows.Count == 0)
        {
            throw new ArgumentException("Expected at least one row, got none.", nameof(table));
        }

        return new Picture(title, NeighborPicture.Svg(table, side), Text($"{table.Rows.Count} images, each with those nearest to it by {string.Join(", ", table.Representations.Select((name, i) => name + table.Share(i)))}."));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
