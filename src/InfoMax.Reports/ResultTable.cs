namespace InfoMax.Reports;

/// <summary>Accuracies of classifiers on features.</summary>
/// <param name="Columns">What the columns stand for, such as numbers of labels or kinds of probes.</param>
/// <param name="Rows">The rows, in order.</param>
/// <param name="Caption">What the numbers are, in a line below the table.</param>
public sealed record ResultTable(IReadOnlyList<string> Columns, IReadOnlyList<ResultRow> Rows, string Caption)
{
    /// <summary>Lines below the table, to be unfolded: how each number was measured, say.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The caption, and how large the table is.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => FormattableString.Invariant($"{Rows.Count} × {Columns.Count}: {Caption}");
}
