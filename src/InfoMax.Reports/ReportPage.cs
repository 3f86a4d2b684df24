using InfoMax.Reports.Html;
using InfoMax.Reports.Model;

namespace InfoMax.Reports;

/// <summary>The page of a <see cref="Report"/>.</summary>
internal static class ReportPage
{
    private static readonly int[] TilesInRow = [4, 5, 3];

    public static string Render(Report data)
    {
        var html = new HtmlWriter();
        Head(html, data);
        Headline(html, data);
        if (data.Table is not null)
        {
            ResultTableSection.Write(html, data.Table);
        }

        if (data.Curves.Count > 0)
        {
            Curves(html, data.Curves);
        }

        CodeMapSection.Write(html, data.Maps);
        if (data.Neighbors is { Rows.Count: > 0 })
        {
            NeighborSection.Write(html, data.Neighbors);
        }

        for (int i = 0; i < data.Pictures.Count; i++)
        {
            PictureSection.Write(html, data.Pictures[i], i + 1);
        }

        html.Literal("</main>\n<footer>");
        if (data.Command is not null)
        {
            html.Add($"<p>Made again by</p><pre><code>{data.Command}</code></pre>");
        }

        html.Add($"<p>{data.Machine}</p></footer>\n</body></html>\n");
        return html.ToString();
    }

    private static void Head(HtmlWriter html, Report data)
    {
        html.Literal("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
        html.Literal("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.Literal(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n");
        html.Add($"<link rel=\"icon\" href=\"data:,\">\n<title>{data.Title}</title>\n<style>\n");
        html.Literal(PageStyle.Rules);
        ClassStyle.Write(html, CodeMapSection.Classes(data.Maps));
        html.Literal("</style></head>\n<body>\n");
    }

    private static void Headline(HtmlWriter html, Report data)
    {
        html.Add($"<header><h1>{data.Title}</h1>");
        if (data.Subtitle.Length > 0)
        {
            html.Add($"<p class=\"subtitle\">{data.Subtitle}</p>\n");
        }

        if (data.Facts.Count > 0)
        {
            html.Add($"<dl class=\"facts\" style=\"--tiles:{Tiles(data.Facts.Count)}\">\n");
            foreach ((string label, string value) in data.Facts)
            {
                html.Add($"<div><dt>{label}</dt><dd>{value}</dd></div>\n");
            }

            html.Literal("</dl>\n");
        }

        html.Literal("</header>\n<main>\n");
    }

    private static void Curves(HtmlWriter html, IReadOnlyList<MetricCurve> curves)
    {
        html.Literal("<section aria-labelledby=\"curves\"><h2 id=\"curves\">How the training went</h2>\n<p class=\"note\">");
        html.Literal("Each metric, averaged over an epoch; every chart has a scale of its own. ");
        html.Literal("The loss of two networks that play against each other settles; it does not fall.</p>\n");
        html.Literal("<div class=\"charts\">\n");
        foreach (MetricCurve curve in curves)
        {
            MetricChart.Write(html, curve);
        }

        html.Literal("</div></section>\n");
    }

    /// <summary>Tiles in a row, from 3 to 5, so that the rows are as even as can be.</summary>
    private static int Tiles(int count) => count <= 5 ? count : TilesInRow.MinBy(columns => (columns - (count % columns)) % columns);
}
