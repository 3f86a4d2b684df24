namespace InfoMax.QuickStart.Report;

/// <summary>Accuracies of classifiers (columns) on features (rows). Neighbouring rows of the same group share its heading.</summary>
internal sealed record ResultTable(IReadOnlyList<string> Columns, IReadOnlyList<ResultRow> Rows, string Caption);
