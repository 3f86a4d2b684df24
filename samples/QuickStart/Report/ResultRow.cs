namespace InfoMax.QuickStart.Report;

/// <summary>One feature of one group, with a cell for each column of the table.</summary>
internal sealed record ResultRow(string Group, string Feature, IReadOnlyList<ResultCell> Cells);
