using InfoMax.Reports.Foundation;
using InfoMax.Reports.Model;

namespace InfoMax.Reports.Html;

/// <summary>Images and their nearest neighbors by each representation.</summary>
internal static class NeighborSection
{
    public static void Write(HtmlWriter html, NeighborTable table)
    {
        table.Check(nameof(table));
        bool known = table.Rows.Any(row => row.Neighbors.Any(images => images.Any(image => image.SameClassAsQuery is not null)));
        html.Literal("<section aria-labelledby=\"neighbors\"><h2 id=\"neighbors\">Which images the codes put close together</h2>\n");
        html.Literal(
            "<p class=\"note\">Each row is one image and the images with the nearest codes, nearest first, each with its distance. ");
        html.Either(
            known,
            "<span class=\"key same\">Solid green</span> is the class of the query, <span class=\"key other\">dashed red</span> "
            + "another one.</p>\n",
            "No labels were given, so judge by eye.</p>\n");
        html.Literal("<table class=\"neighbors\"><thead><tr><th scope=\"col\">Query</th>");
        for (int i = 0; i < table.Representations.Count; i++)
        {
            Heading(html, table.Representations[i], [.. table.Rows.SelectMany(row => row.Neighbors[i])]);
        }

        html.Literal("</tr></thead>\n<tbody>\n");
        foreach (NeighborRow row in table.Rows)
        {
            html.Literal("<tr><th scope=\"row\" class=\"query\">");
            Picture(html, row.Query, "Query");
            html.Add($"<span>{row.Query.Caption()}</span></th>\n");
            foreach (IReadOnlyList<ExampleImage> images in row.Neighbors)
            {
                Side(html, images);
            }

            html.Literal("</tr>\n");
        }

        html.Literal("</tbody></table></section>\n");
    }

    private static void Heading(HtmlWriter html, string title, ExampleImage[] images)
    {
        html.Add($"<th scope=\"col\">{title}");
        int known = images.Count(image => image.SameClassAsQuery is not null);
        if (known > 0)
        {
            int same = images.Count(image => image.SameClassAsQuery == true);
            html.Add($" <span class=\"share\">{same} of {known} of the same class</span>");
        }

        html.Literal("</th>");
    }

    private static void Side(HtmlWriter html, IReadOnlyList<ExampleImage> images)
    {
        html.Literal("<td><div class=\"thumbs\">");
        for (int i = 0; i < images.Count; i++)
        {
            html.Literal("<figure class=\"thumb\">");
            Picture(html, images[i], FormattableString.Invariant($"Neighbor {i + 1}"));
            html.Literal("<figcaption>");
            if (images[i].Name is { } name)
            {
                html.Add($"<span>{name}</span>");
            }

            if (images[i].Distance is { } distance)
            {
                html.Add($"<span>{NumberText.Value(distance)}</span>");
            }

            html.Literal("</figcaption></figure>");
        }

        html.Literal("</div></td>\n");
    }

    private static void Picture(HtmlWriter html, ExampleImage image, string role)
    {
        (string frame, string verdict) = image.SameClassAsQuery switch
        {
            true => ("same", ", same class"),
            false => ("other", ", other class"),
            null => ("neutral", ""),
        };
        string caption = image.Caption(), far = image.Distance is { } distance ? ", distance " + NumberText.Value(distance) : "";
        string text = role + (caption.Length == 0 ? "" : ": " + caption) + verdict + far;
        html.Add($"<img class=\"{frame}\" src=\"{PngEncoder.DataAddress(image)}\" width=\"{image.Width}\" height=\"{image.Height}\" ");
        html.Add($"alt=\"{text}\" title=\"{text}\">");
    }
}
