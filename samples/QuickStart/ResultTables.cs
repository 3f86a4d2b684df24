using System.Globalization;
using InfoMax.Evaluation.Probes;
using Spectre.Console;

namespace InfoMax.QuickStart;

/// <summary>The table of probes on the console.</summary>
internal static class ResultTables
{
    public static void Print(IAnsiConsole console, ProbeTable table)
    {
        var view = new Table().RoundedBorder().Title("Test accuracy of a linear classifier, %").AddColumns("representation", "feature");
        foreach (int labels in table.Labels)
        {
            view.AddColumn(new TableColumn(string.Create(CultureInfo.InvariantCulture, $"{labels:N0} labels")).RightAligned());
        }

        string previous = string.Empty;
        foreach ((string group, string feature, ProbeResult?[] results) in table.Rows)
        {
            if (previous.Length > 0 && group != previous)
            {
                view.AddEmptyRow();
            }

            view.AddRow([group == previous ? string.Empty : group, feature, .. results.Select((r, column) => Cell(r, table.Best(column)))]);
            previous = group;
        }

        console.Write(view);
        string supervised = table.Rows.Any(r => r.Group == "labels alone") ? " The network \"labels alone\" is trained from scratch."
            : string.Empty;
        console.MarkupLineInterpolated($"[gray]Mean ± standard deviation over repeats with labels of their own draw.{supervised}[/]");
    }

    private static string Cell(ProbeResult? result, double best)
    {
        if (result is null)
        {
            return "–";
        }

        string text = string.Create(CultureInfo.InvariantCulture, $"{result.Mean * 100:F1}") + (result.Repeats > 1
            ? string.Create(CultureInfo.InvariantCulture, $" ± {result.StandardDeviation * 100:F1}")
            : string.Empty);
        return result.Mean >= best ? $"[bold green]{text}[/]" : text;
    }
}
