using System.Globalization;
using System.Text;
using Spectre.Console;

namespace InfoMax.Samples.PaperObjectives;

/// <summary>The table of probes: a row for each objective, a column for each feature.</summary>
/// <param name="rows">Names and finished runs.</param>
internal sealed class ResultTable(IReadOnlyList<(string Name, IReadOnlyList<RunResult> Runs)> rows)
{
    /// <summary>The features of the paper's tables: last convolution, hidden layer, global vector (Y).</summary>
    public static IReadOnlyList<string> Features { get; } = ["conv", "fc", "global"];

    public void Print(IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("objective");
        foreach (string feature in Features.Append("training"))
        {
            table.AddColumn(new TableColumn(feature).RightAligned());
        }

        foreach ((string name, IReadOnlyList<RunResult> runs) in rows)
        {
            table.AddRow([Markup.Escape(name), .. Cells(runs)]);
        }

        console.Write(table);
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder($"| objective | {string.Join(" | ", Features)} | training |\n|---|---:|---:|---:|---:|\n");
        foreach ((string name, IReadOnlyList<RunResult> runs) in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", Cells(runs))} |\n");
        }

        return text.ToString();
    }

    private static IEnumerable<string> Cells(IReadOnlyList<RunResult> runs)
    {
        foreach (string feature in Features)
        {
            double[] values = [.. runs.Where(r => r.Accuracies.ContainsKey(feature)).Select(r => 100 * r.Accuracies[feature])];
            yield return values.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{values.Average():F1}{Spread(values)}");
        }

        yield return runs.Count == 0 || runs.All(r => r.Seconds == 0) ? "" : string.Create(CultureInfo.InvariantCulture, $"{runs.Average(r => r.Seconds):F0} s");
    }

    private static string Spread(double[] values)
    {
        double mean = values.Average();
        return values.Length < 2 ? "" : string.Create(CultureInfo.InvariantCulture, $" ± {Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1)):F1}");
    }
}
