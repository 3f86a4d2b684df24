using InfoMax.Evaluation.Probes;

namespace InfoMax.Reports;

/// <summary>One feature of one group, with a cell for each column of a <see cref="ResultTable"/>.</summary>
/// <param name="Group">What the feature is of, such as a method. Neighboring rows of the same group share its heading.</param>
/// <param name="Feature">The feature.</param>
/// <param name="Cells">The accuracies, one for each column.</param>
public sealed record ResultRow(string Group, string Feature, IReadOnlyList<ResultCell> Cells)
{
    /// <summary>A row of results of probes.</summary>
    /// <param name="group">What the feature is of.</param>
    /// <param name="feature">The feature.</param>
    /// <param name="results">One result for each column; null for a cell that was not measured.</param>
    /// <returns>The row.</returns>
    public static ResultRow Of(string group, string feature, params IReadOnlyList<ProbeResult?> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return new ResultRow(group, feature, [.. results.Select(result => new ResultCell(result?.Mean, result is { Repeats: > 1 } ? result.StandardDeviation : null))]);
    }

    /// <summary>The row as text, in percent.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() =>
        $"{Group}, {Feature}: {string.Join(", ", Cells.Select(cell => cell.Mean is { } mean ? FormattableString.Invariant($"{100 * mean:F1}{(cell.Spread is { } spread ? FormattableString.Invariant($" ± {100 * spread:F1}") : "")} %") : "not run"))}";
}
