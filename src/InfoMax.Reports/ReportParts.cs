using System.Globalization;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Measures;
using InfoMax.Evaluation.Probes;
using InfoMax.Priors;
using InfoMax.Reports.Model;
using InfoMax.Training;

namespace InfoMax.Reports;

/// <summary>The parts of a report on representations.</summary>
internal static class ReportParts
{
    public static ResultTable Table(Probed[] results) => ResultTable.Of(
        [.. results[0].Results.Select(result => Text($"{result.Probe}, {result.LabelCount:N0} labels"))],
        [.. results.Select(row => (row.Representation, row.Feature, (IReadOnlyList<ProbeResult?>)row.Results))],
        "Accuracy on the test examples, mean and standard deviation over repeats where there are some.");

    /// <summary>The metrics of a run, losses first.</summary>
    public static IReadOnlyList<MetricCurve> Curves(TrainingResult? training) => training is null
        ? []
        :
        [
            .. training.Epochs.SelectMany(epoch => epoch.Metrics.Keys).Distinct()
                .OrderBy(Rank).ThenBy(metric => metric, StringComparer.Ordinal)
                .Select(metric => MetricCurve.Of(training, metric, unit: UnitOf(metric))),
        ];

    public static IEnumerable<(string Label, string Value)> Facts(
        Probed[] results, (string Name, FeatureSet Codes)[] codes, TrainingResult? training)
    {
        if (training is not null)
        {
            yield return ("training", Text($"{training.StepCount:N0} steps, {training.Elapsed.TotalSeconds:F0} s"));
        }

        foreach (string representation in results.Select(row => row.Representation).Distinct())
        {
            if (Probed.Best(results, representation) is { } best)
            {
                string label = $"{representation}: best probe, {best.Result.Probe} on {best.Feature}";
                yield return (label, Text($"{100 * best.Result.Mean:F1} %"));
            }
        }

        foreach ((string name, FeatureSet set) in codes.Where(c => c.Codes.Count > 1))
        {
            RepresentationStatistics statistics = RepresentationStatistics.Of(set);
            yield return ($"{name}: effective rank of the codes", Text($"{statistics.EffectiveRank:F1} of {statistics.UnitCount}"));
        }
    }

    public static IEnumerable<(string Heading, string Note, IReadOnlyList<Picture> Pictures)> Pictures(
        (string Feature, ProbeResult Result)? best,
        (string Name, FeatureSet Codes)[] codes,
        IReadOnlyList<string>? classNames,
        Prior? prior)
    {
        if (best is { Result: var result })
        {
            var matrix = new ConfusionMatrix(
                result.Confusion, classNames is not null && classNames.Count == result.ClassCount ? classNames : null);
            string title = Text($"{result.Probe} probe on {best.Value.Feature}, last repeat: {100 * matrix.Accuracy:F1} % right");
            yield return (
                "Which classes are confused",
                "Each row is a true class of the test examples, each column a class that the best probe predicted: blue is right, red "
                + "is wrong, "
                    + "darker is a larger share of the row.",
                [Reports.Pictures.Confusion(matrix, title)]);
        }

        string line = prior is null ? "" : $", the dashed line is the {prior.Name} prior";
        yield return (
            "How the codes are distributed",
            $"The line is the density over all units, the band holds 80 % of the units{line}. Each picture has its own scale.",
            [.. codes.Select(c => Reports.Pictures.Codes(c.Codes, prior, c.Name))]);
    }

    private static int Rank(string metric) => metric == "total" ? 0 : Is(metric, "loss") ? 1 : Is(metric, "nats") ? 2 : 3;

    private static string UnitOf(string metric) => Is(metric, "accuracy") ? "share" : Is(metric, "nats") ? "nats" : "as reported";

    private static bool Is(string metric, string kind) => metric.EndsWith(kind, StringComparison.Ordinal);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
