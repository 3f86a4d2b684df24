using System.Globalization;
using Spectre.Console;

namespace InfoMax.Samples.BeyondImages;

/// <summary>The readings of several seeds as a table, with the margin over the untrained encoder.</summary>
internal sealed class Comparison(IReadOnlyList<IReadOnlyList<Reading>> seeds)
{
    public Table View(double chance)
    {
        Table table = new Table().RoundedBorder().Title("Test accuracy, %").AddColumns("representation", "feature (numbers)");
        table.AddColumn(new TableColumn("accuracy").RightAligned()).AddColumn(new TableColumn("margin over untrained").RightAligned());
        for (int row = 0; row < seeds[0].Count; row++)
        {
            (Reading reading, int index) = (seeds[0][row], row);
            string accuracy = Cell(seeds.Select(s => s[index].Accuracy), "F1"),
                margin = Margins(row) is { } m ? Cell(m, "+0.0;−0.0") : string.Empty;
            table.AddRow(Markup.Escape(reading.Representation), Markup.Escape(reading.Feature),
                margin.Length > 0 ? $"[bold green]{accuracy}[/]" : accuracy, margin);
        }

        return table.AddRow("chance", string.Empty, (100 * chance).ToString("F1", CultureInfo.InvariantCulture), string.Empty);
    }

    /// <summary>The same as Markdown.</summary>
    public string Markdown(double chance)
    {
        var rows = seeds[0].Select((reading, row) =>
            $"| {reading.Representation} | {reading.Feature} | {Cell(seeds.Select(s => s[row].Accuracy), "F1")} | " +
                $"{(Margins(row) is { } m ? Cell(m, "+0.0;−0.0") : string.Empty)} |");
        return string.Join('\n', ["| representation | feature (numbers) | accuracy | margin over untrained |", "|---|---|---|---|",
            .. rows, string.Create(CultureInfo.InvariantCulture, $"| chance | | {100 * chance:F1} | |")]);
    }

    private double[]? Margins(int row) => seeds[0][row].Baseline is not { } baseline
        ? null
        : [.. seeds.Select(s => s[row].Accuracy - s.First(r => r.Representation == baseline && r.Feature == s[row].Feature).Accuracy)];

    private static string Cell(IEnumerable<double> shares, string format)
    {
        double[] values = [.. shares.Select(s => 100 * s)];
        double mean = values.Average();
        string text = mean.ToString(format, CultureInfo.InvariantCulture);
        return values.Length == 1
            ? text
            : text + " ± " + Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1))
                .ToString("F1", CultureInfo.InvariantCulture);
    }
}
