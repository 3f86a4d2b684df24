using InfoMax.Reports.Foundation;
using InfoMax.Reports.Model;

namespace InfoMax.Reports.Html;

/// <summary>The table of accuracies, with a bar in each cell.</summary>
internal static class ResultTableSection
{
    public static void Write(HtmlWriter html, ResultTable table)
    {
        foreach ((_, string feature, IReadOnlyList<(double?, double?)> cells) in table.Rows)
        {
            if (cells.Count != table.Columns.Count)
            {
                throw new ArgumentException(
                    $"The row “{feature}” has {cells.Count} cells for {table.Columns.Count} columns.", nameof(table));
            }
        }

        double?[] best = [.. Enumerable.Range(0, table.Columns.Count).Select(column => Best(table, column))];
        html.Literal(
            "<section aria-labelledby=\"results\"><h2 id=\"results\">What the codes are worth</h2>\n<p class=\"note\">Accuracy, in "
            + "percent, of ");
        html.Literal(
            "simple classifiers trained on the frozen features. The bars run from 0 to 100 %; the best of each column is set off.</p>\n");
        html.Add($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"results\">\n");
        html.Add($"<table class=\"results\"><caption>{table.Caption}</caption>\n");
        html.Literal("<thead><tr><th scope=\"col\" colspan=\"2\">Features</th>");
        foreach (string column in table.Columns)
        {
            html.Add($"<th scope=\"col\">{column}</th>");
        }

        html.Literal("</tr></thead>\n");
        for (int first = 0; first < table.Rows.Count;)
        {
            (string Group, string Feature, IReadOnlyList<(double? Mean, double? Spread)> Cells)[] group =
                [.. table.Rows.Skip(first).TakeWhile(row => row.Group == table.Rows[first].Group)];
            Group(html, group, best);
            first += group.Length;
        }

        html.Literal("</table></div>\n");
        if (table.Notes.Count > 0)
        {
            html.Literal("<details><summary>How each number was measured</summary>\n<ul>\n");
            foreach (string note in table.Notes)
            {
                html.Add($"<li>{note}</li>\n");
            }

            html.Literal("</ul></details>\n");
        }

        html.Literal("</section>\n");
    }

    private static double? Best(ResultTable table, int column) =>
        table.Rows.Select(row => row.Cells[column].Mean).Where(mean => mean is { } value && double.IsFinite(value)).Max();

    private static void Group(
        HtmlWriter html, (string Group, string Feature, IReadOnlyList<(double? Mean, double? Spread)> Cells)[] rows, double?[] best)
    {
        html.Literal("<tbody>");
        for (int i = 0; i < rows.Length; i++)
        {
            html.Literal("<tr>");
            if (i == 0)
            {
                html.Add($"<th scope=\"rowgroup\" rowspan=\"{rows.Length}\">{rows[0].Group}</th>");
            }

            html.Add($"<th scope=\"row\">{rows[i].Feature}</th>");
            for (int column = 0; column < best.Length; column++)
            {
                Cell(html, rows[i].Cells[column], isBest: rows[i].Cells[column].Mean == best[column]);
            }

            html.Literal("</tr>\n");
        }

        html.Literal("</tbody>\n");
    }

    private static void Cell(HtmlWriter html, (double? Mean, double? Spread) cell, bool isBest)
    {
        if (cell.Mean is not { } mean || !double.IsFinite(mean))
        {
            html.Literal("<td class=\"none\"><span aria-hidden=\"true\">–</span><span class=\"hidden\">not run</span></td>");
            return;
        }

        html.Either(isBest, "<td class=\"best\">", "<td>").Add($"<span class=\"number\">{NumberText.Percent(mean)}</span>");
        if (cell.Spread is { } spread && double.IsFinite(spread))
        {
            html.Add($" <span class=\"spread\">± {NumberText.Percent(spread)}</span>");
        }

        html.Either(isBest, "<span class=\"hidden\"> (best of the column)</span>", "");
        html.Add($"<span class=\"bar\" aria-hidden=\"true\"><span style=\"width:{100 * Math.Clamp(mean, 0, 1)}%\"></span></span></td>");
    }
}
