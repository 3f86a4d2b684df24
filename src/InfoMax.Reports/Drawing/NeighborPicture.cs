using System.Globalization;
using System.Net;
using System.Text;
using InfoMax.Reports.Foundation;
using InfoMax.Reports.Model;

namespace InfoMax.Reports.Drawing;

/// <summary>Images and their neighbors as a grid. The images are in the picture.</summary>
internal static class NeighborPicture
{
    private const int Gap = 8, Wide = 28, Head = 26, Line = 11;

    public static string Svg(NeighborTable table, int side)
    {
        int[] counts = [.. Enumerable.Range(0, table.Representations.Count).Select(i => table.Rows.Max(row => row.Neighbors[i].Count))];
        int step = side + Gap;
        // Lines of text below each image: its name, if images have names, and its distance.
        bool named = table.Rows.Any(row => row.Query.Name is not null);
        int down = step + (Line * (named ? 2 : 1));
        // Where each block of neighbors begins; a heading needs room too, some seven units for a letter.
        int[] starts = new int[counts.Length];
        int right = Gap + Math.Max(step, 50) + Wide;
        for (int i = 0; i < counts.Length; i++)
        {
            starts[i] = right;
            right += Math.Max(counts[i] * step, 7 * table.Representations[i].Length) + Wide;
        }

        int width = right - Wide + Gap, height = Head + (table.Rows.Count * down) + Gap;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" ");
        svg.Append(CultureInfo.InvariantCulture, $"viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">");
        Heading(svg, Gap, "query");
        for (int i = 0; i < starts.Length; i++)
        {
            Heading(svg, starts[i], table.Representations[i]);
        }

        for (int r = 0; r < table.Rows.Count; r++)
        {
            int top = Head + (r * down);
            Image(svg, table.Rows[r].Query, Gap, top, side);
            for (int i = 0; i < starts.Length; i++)
            {
                for (int k = 0; k < table.Rows[r].Neighbors[i].Count; k++)
                {
                    Image(svg, table.Rows[r].Neighbors[i][k], starts[i] + (k * step), top, side);
                }
            }
        }

        return svg.Append("</svg>").ToString();
    }

    private static void Heading(StringBuilder svg, int left, string text) =>
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{left}\" y=\"{Head - 10}\" fill=\"#5b6577\">{WebUtility.HtmlEncode(CleanText.Of(text))}</text>");

    private static void Image(StringBuilder svg, ExampleImage image, int left, int top, int side)
    {
        double scale = side / (double)Math.Max(image.Width, image.Height);
        (double width, double height) = (image.Width * scale, image.Height * scale);
        string caption = image.Caption();
        svg.Append(CultureInfo.InvariantCulture, $"<g><title>{Encoded(caption.Length == 0 ? "image" : caption)}</title>");
        svg.Append(CultureInfo.InvariantCulture, $"<image x=\"{left}\" y=\"{top}\" width=\"{width:0.##}\" height=\"{height:0.##}\" ");
        svg.Append(CultureInfo.InvariantCulture, $"style=\"image-rendering:pixelated\" href=\"{PngEncoder.DataAddress(image)}\"/>");
        if (image.SameClassAsQuery is { } same)
        {
            string stroke = same ? "stroke=\"#128a54\"" : "stroke=\"#d3382c\" stroke-dasharray=\"4 3\"";
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<rect x=\"{left - 1}\" y=\"{top - 1}\" width=\"{width + 2:0.##}\" height=\"{height + 2:0.##}\" ");
            svg.Append(CultureInfo.InvariantCulture, $"fill=\"none\" stroke-width=\"2\" {stroke}/>");
        }

        int line = top + side + Line;
        foreach (string text in new[] { image.Name, image.Distance is { } distance ? NumberText.Value(distance) : null }.OfType<string>())
        {
            // Some five units for a letter: the end of a longer name is cut off.
            string shown = 5 * text.Length <= side + Gap ? text : text[..Math.Max(1, ((side + Gap) / 5) - 1)] + "…";
            svg.Append(
                CultureInfo.InvariantCulture, $"<text x=\"{left}\" y=\"{line}\" font-size=\"9\" fill=\"#5b6577\">{Encoded(shown)}</text>");
            line += Line;
        }

        svg.Append("</g>");
    }

    private static string Encoded(string text) => WebUtility.HtmlEncode(CleanText.Of(text));
}
