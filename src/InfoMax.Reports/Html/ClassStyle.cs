using InfoMax.Reports.Foundation;

namespace InfoMax.Reports.Html;

/// <summary>The style rules of the classes.</summary>
internal static class ClassStyle
{
    /// <summary>The style rules: the color of each class, and that pointing at a class anywhere fades the others everywhere.</summary>
    public static void Write(HtmlWriter html, int classes)
    {
        Colors(html, ClassMarks.Light, classes);
        html.Literal("@media (prefers-color-scheme: dark) {\n");
        Colors(html, ClassMarks.Dark, classes);
        html.Literal("}\n");
        for (int i = 0; i < classes; i++)
        {
            html.Add($".maps:has(.k{i}:hover) .mark:not(.k{i}) {{ opacity: .07; }}\n");
        }
    }

    private static void Colors(HtmlWriter html, string[] colors, int classes)
    {
        for (int i = 0; i < classes; i++)
        {
            html.Add($".k{i} {{ --mark: {colors[i % colors.Length]}; }}\n");
        }
    }
}
