using System.Globalization;
using System.Text;
using Spectre.Console;

namespace InfoMax.Samples.PaperTables;

/// <summary>Measured numbers beside published ones.</summary>
internal sealed class ResultTable(PaperTable table, IReadOnlyList<RowResult> results, string reference,
    IReadOnlyDictionary<(string Row, string Column), PublishedValue> published)
{
    public string Legend => $"measured (published on {reference}; ? = remembered from the paper's last version, not read there)";

    public void Print(IAnsiConsole console)
    {
        var grid = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(table.Title)).AddColumn("");
        foreach (Measure column in table.Columns)
        {
            grid.AddColumn(new TableColumn(column.Name).RightAligned());
        }

        foreach (Row row in table.Rows)
        {
            grid.AddRow([Markup.Escape(row.Name), .. Cells(row).Select(Markup.Escape)]);
        }

        console.Write(grid);
        console.MarkupLineInterpolated($"[gray]{Legend}[/]");
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder(
            $"| {table.Title} | {string.Join(" | ", table.Columns.Select(c => c.Name))} " +
            $"|\n|---|{string.Concat(Enumerable.Repeat("---:|", table.Columns.Count))}\n");
        foreach (Row row in table.Rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.Name} | {string.Join(" | ", Cells(row))} |\n");
        }

        return text.ToString();
    }

    private IEnumerable<string> Cells(Row row)
    {
        foreach (Measure column in table.Columns)
        {
            Cell[] cells = [.. results.Where(r => r.Row == row.Name).Select(r => r.Cells.GetValueOrDefault(column.Name)).OfType<Cell>()];
            yield return $"{Measured(cells)}{Published(row, column)}";
        }
    }

    /// <summary>Mean over seeds, with their deviation; of a single seed with that of its repeats.</summary>
    private static string Measured(Cell[] cells)
    {
        if (cells.Length == 0)
        {
            return "";
        }

        double mean = cells.Average(c => c.Value);
        double? spread = cells.Length > 1 ? Math.Sqrt(cells.Sum(c => (c.Value - mean) * (c.Value - mean)) / (cells.Length - 1))
            : cells[0].Spread;
        return spread is { } s ? string.Create(CultureInfo.InvariantCulture, $"{Number(mean)} ± {Number(s)}") : Number(mean);
    }

    private static string Number(double value) => value.ToString(Math.Abs(value) < 3 ? "F2" : "F1", CultureInfo.InvariantCulture);

    private string Published(Row row, Measure column) => published.TryGetValue((row.Name, column.Name), out PublishedValue? value)
        ? string.Create(CultureInfo.InvariantCulture, $" ({value.Value}{(value.Certain ? "" : "?")})")
        : "";
}
