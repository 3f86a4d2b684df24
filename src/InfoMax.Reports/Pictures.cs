using System.Globalization;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Probes;
using InfoMax.Priors;
using InfoMax.Reports.Drawing;
using InfoMax.Reports.Model;
using InfoMax.Training;

namespace InfoMax.Reports;

/// <summary>Draws pictures of representations and of training runs, as SVG: see <see cref="Picture"/>.</summary>
/// <remarks>Colors and marks can be told apart with a color vision deficiency. Equal input gives equal text.</remarks>
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

    /// <summary>
    /// A confusion matrix as a heat map: the share of each true class that was predicted as each class, with the counts where there are no
    /// more than 20 classes.
    /// </summary>
    /// <param name="matrix">The matrix, such as <c>new ConfusionMatrix(result.Confusion, names)</c>.</param>
    /// <param name="title">What stands above it; null for the accuracy.</param>
    /// <returns>The picture. Its description names the class with the lowest F1 among those that have test rows.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="matrix"/> is null.</exception>
    public static Picture Confusion(ConfusionMatrix matrix, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        int[] tested = [.. Enumerable.Range(0, matrix.ClassCount).Where(i => matrix.Counts[i].Sum() > 0)];
        string hardest = "";
        if (tested.Length > 0)
        {
            // Precision is not defined for a class that was never predicted.
            int worst = tested.MinBy(i => double.IsFinite(matrix.F1[i]) ? matrix.F1[i] : 0);
            string precision = double.IsFinite(matrix.Precision[worst])
                ? Text($"precision {100 * matrix.Precision[worst]:F0} %")
                : "never predicted";
            hardest = Text($" Hardest class: {matrix.ClassNames[worst]}, {precision}, recall {100 * matrix.Recall[worst]:F0} %.");
        }

        string untested = tested.Length == matrix.ClassCount
            ? ""
            : Text($" {matrix.ClassCount - tested.Length} classes have no test examples.");
        return new Picture(
            title ?? (tested.Length > 0 ? Text($"{100 * matrix.Accuracy:F1} % right") : "no test examples"),
            ConfusionPicture.Svg(matrix),
            Text($"Confusion matrix of {matrix.Total} examples in {matrix.ClassCount} classes.{hardest}{untested}"));
    }

    /// <summary>
    /// The distribution of the units of a code, beside the prior that they were trained to follow: the density over all units, a band that
    /// holds 80 % of the units, and a dashed line for the prior.
    /// </summary>
    /// <param name="codes">
    /// Codes <c>[N, F]</c> as the encoder gives them; <see cref="Prior.Squash"/> is applied if there is a prior.
    /// </param>
    /// <param name="prior">The prior, drawn from samples with a fixed seed; null if the codes were trained without one.</param>
    /// <param name="title">What stands above it; null for the feature's name.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="ArgumentException">Values are not finite.</exception>
    public static Picture Codes(FeatureSet codes, Prior? prior = null, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(codes);
        var units = UnitDensities.Of(codes, prior);
        string moments = Text($"mean {units.Mean:F2}, standard deviation of a unit {units.Deviation:F2}");
        return new Picture(
            title ?? codes.Name,
            CodePicture.Svg(units, prior is null ? null : prior.Name + " prior"),
            prior is null
                ? Text($"Density of the {codes.FeatureCount} units of the code: {moments}.")
                : Text($"Density of the {codes.FeatureCount} units of the code beside the {prior.Name} prior: {moments}; ")
                    + Text($"those of the prior are {units.PriorMean:F2} and {units.PriorDeviation:F2}."));
    }

    /// <summary>Metrics of a training run over its epochs, a line for each, on one axis.</summary>
    /// <param name="training">The result of the run, at least one epoch.</param>
    /// <param name="metrics">Names of metrics, as in <see cref="EpochSummary.Metrics"/>, and what to call them.</param>
    /// <param name="unit">The unit of all of them. Default "nats".</param>
    /// <param name="title">What stands above it. Default "Training".</param>
    /// <returns>The picture. An epoch that lacks a metric, or has a value that is not finite, leaves a gap.</returns>
    /// <exception cref="ArgumentException">No metric was named, or no epoch has one of them.</exception>
    public static Picture Metrics(
        TrainingResult training, IReadOnlyList<(string Metric, string Name)> metrics, string unit = "nats", string title = "Training")
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

        string ends = string.Join("; ", curves.Select(curve => $"{curve.Name} {curve.Ends("from ")}"));
        int epochs = curves.Max(curve => curve.PerEpoch.Count);
        return new Picture(title, MetricPicture.Svg(curves), Text($"Over {epochs} epochs, in {curves[0].Unit}: {ends}."));
    }

    /// <summary>
    /// Images and their nearest neighbors, a row for each query, with names and distances. A solid green frame marks the class of the
    /// query, a dashed red one another class.
    /// </summary>
    /// <param name="table">The images.</param>
    /// <param name="title">What stands above it. Default "Nearest neighbors".</param>
    /// <param name="side">Length of the longer side of an image in the picture. Default 48.</param>
    /// <returns>The picture, which holds the images.</returns>
    /// <exception cref="ArgumentException">The table has no row.</exception>
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

        string by = string.Join(", ", table.Representations.Select((name, i) => name + table.Share(i)));
        return new Picture(
            title, NeighborPicture.Svg(table, side), Text($"{table.Rows.Count} images, each with the nearest ones by {by}."));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
