using InfoMax.Reports.Foundation;
using InfoMax.Reports.Model;

namespace InfoMax.Reports.Html;

/// <summary>The pictures of the codes, two by two.</summary>
internal static class CodeMapSection
{
    private const int Side = 480, Margin = 14;

    public static void Write(HtmlWriter html, IReadOnlyList<CodeMap> maps)
    {
        if (maps.Count == 0)
        {
            return;
        }

        bool colored = maps.Any(map => map.Labels is not null);
        bool shared = maps.Count > 1 && maps.All(map => map.Labels is not null && map.ClassNames.SequenceEqual(maps[0].ClassNames));
        html.Literal(
            "<section aria-labelledby=\"maps\"><h2 id=\"maps\">What the codes look like</h2>\n<p class=\"note\">Each mark is one "
            + "example, placed by ");
        html.Literal(
            "its code flattened to two dimensions, so close marks are mostly examples with similar codes. Principal components keep "
            + "the large distances, ");
        html.Literal("t-SNE keeps who is near to whom: in its pictures the distance and the size of groups mean nothing. ");
        html.Either(colored, "The classes only color the marks; point at one to single it out.", "The axes have no unit.");
        html.Literal("</p>\n<div class=\"maps\">\n");
        foreach (CodeMap map in maps)
        {
            Figure(html, map, legend: !shared);
        }

        if (shared)
        {
            Legend(html, maps[0], [.. maps.SelectMany(map => map.Labels!).Distinct()]);
        }

        html.Literal("</div></section>\n");
    }

    /// <summary>How many classes the marks of all pictures need.</summary>
    public static int Classes(IReadOnlyList<CodeMap> maps)
        => maps.Select(map => map.Labels is { Count: > 0 } labels ? labels.Max() + 1 : 0).DefaultIfEmpty().Max();

    private static void Figure(HtmlWriter html, CodeMap map, bool legend)
    {
        map.Check(nameof(map));
        int[] shown = map.Shown;
        html.Add($"<figure class=\"map\"><figcaption><b>{map.Title}</b></figcaption>");
        html.Add(
            $"<svg viewBox=\"0 0 {Side} {Side}\" role=\"img\" aria-label=\"{map.Title}: {shown.Length} examples as points in two "
            + $"dimensions");
        html.Either(map.Labels is null, ".\">\n", ", colored by class.\">\n");
        if (shown.Length > 0)
        {
            Marks(html, map, shown);
        }

        html.Literal("</svg>\n");
        if (shown.Length < map.Points.Count)
        {
            html.Add(
                $"<p class=\"note\">{map.Points.Count - shown.Length} of {map.Points.Count} points are not finite and not shown.</p>\n");
        }

        if (legend && map.Labels is not null)
        {
            Legend(html, map, [.. map.Labels.Distinct()]);
        }

        html.Literal("</figure>\n");
    }

    private static void Marks(HtmlWriter html, CodeMap map, int[] shown)
    {
        (double Low, double High) x = (shown.Min(i => map.Points[i].X), shown.Max(i => map.Points[i].X));
        (double Low, double High) y = (shown.Min(i => map.Points[i].Y), shown.Max(i => map.Points[i].Y));
        // One scale for both directions: distances stay comparable.
        double range = Math.Max(x.High - x.Low, y.High - y.Low);
        double scale = range > 0 ? (Side - (2 * Margin)) / range : 0;
        foreach (IGrouping<int, int> members in shown.GroupBy(i => map.Labels?[i] ?? -1).OrderBy(members => members.Key))
        {
            html.Add($"<path class=\"mark {(members.Key < 0 ? "plain" : $"k{members.Key}")}\" d=\"");
            foreach (int i in members)
            {
                double left = (Side / 2) + (scale * (map.Points[i].X - ((x.Low + x.High) / 2)));
                double top = (Side / 2) - (scale * (map.Points[i].Y - ((y.Low + y.High) / 2)));
                html.Add($"M{left} {top}{ClassMarks.Shape(Math.Max(0, members.Key))}");
            }

            html.Literal("\">");
            if (members.Key >= 0)
            {
                html.Add($"<title>{map.NameOf(members.Key)}</title>");
            }

            html.Literal("</path>\n");
        }
    }

    private static void Legend(HtmlWriter html, CodeMap map, int[] labels)
    {
        html.Literal("<ul class=\"legend\" aria-label=\"Classes\">\n");
        foreach (int label in labels.Order())
        {
            html.Add($"<li class=\"k{label}\"><svg viewBox=\"-5 -5 10 10\" aria-hidden=\"true\">");
            html.Add($"<path class=\"mark k{label}\" d=\"M0 0{ClassMarks.Shape(label)}\"/></svg>");
            html.Add($"{map.NameOf(label)}</li>\n");
        }

        html.Literal("</ul>\n");
    }
}
