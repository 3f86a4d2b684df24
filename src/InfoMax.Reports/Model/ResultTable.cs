using InfoMax.Evaluation.Probes;

namespace InfoMax.Reports.Model;

/// <summary>Accuracies of classifiers on features.</summary>
public sealed class ResultTable
{
    /// <summary>Takes accuracies.</summary>
    /// <param name="columns">What the columns stand for, such as numbers of labels or kinds of probes.</param>
    /// <param name="rows">
    /// The rows in order: a group such as a method (neighboring rows of one group share its heading), a feature, and a cell for each
    /// column. A cell is the mean accuracy, a fraction in [0, 1], or null if it was not measured; and its standard deviation over repeats,
    /// or null.
    /// </param>
    /// <param name="caption">What the numbers are, in a line below the table.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public ResultTable(
        IReadOnlyList<string> columns,
        IReadOnlyList<(string Group, string Feature, IReadOnlyList<(double? Mean, double? Spread)> Cells)> rows,
        string caption)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(caption);
        (Columns, Rows, Caption) = (columns, rows, caption);
    }

    /// <summary>What the columns stand for.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The rows, in order.</summary>
    public IReadOnlyList<(string Group, string Feature, IReadOnlyList<(double? Mean, double? Spread)> Cells)> Rows { get; }

    /// <summary>What the numbers are, in a line below the table.</summary>
    public string Caption { get; }

    /// <summary>Lines below the table, shown on request, such as how each number was measured.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>A table of results of probes.</summary>
    /// <param name="columns">What the columns stand for.</param>
    /// <param name="rows">The rows in order: group, feature, and a result for each column, null where it was not measured.</param>
    /// <param name="caption">What the numbers are, in a line below the table.</param>
    /// <param name="notes">Lines shown on request; null for how each result was measured.</param>
    /// <returns>The table.</returns>
    /// <exception cref="ArgumentNullException">An argument other than <paramref name="notes"/> is null.</exception>
    public static ResultTable Of(
        IReadOnlyList<string> columns,
        IReadOnlyList<(string Group, string Feature, IReadOnlyList<ProbeResult?> Results)> rows,
        string caption,
        IReadOnlyList<string>? notes = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new ResultTable(columns, [.. rows.Select(row => (row.Group, row.Feature, Cells(row.Results)))], caption)
        {
            Notes =
                notes ?? [.. rows.SelectMany(row => row.Results.OfType<ProbeResult>().Select(result => $"{row.Group}: {result}"))],
        };
    }

    /// <summary>The caption, and how large the table is.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => FormattableString.Invariant($"{Rows.Count} × {Columns.Count}: {Caption}");

    private static IReadOnlyList<(double? Mean, double? Spread)> Cells(IReadOnlyList<ProbeResult?> results) =>
        [.. results.Select(result => (result?.Mean, result is { Repeats: > 1 } ? result.StandardDeviation : (double?)null))];
}
