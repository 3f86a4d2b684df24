using System.Text;
using InfoMax.Reports.Model;

namespace InfoMax.Reports.Html;

/// <summary>
/// A section of pictures, side by side where there is room. Each is an image, so that its styles do not affect the page or other pictures.
/// </summary>
internal static class PictureSection
{
    public static void Write(HtmlWriter html, (string Heading, string Note, IReadOnlyList<Picture> Pictures) group, int number)
    {
        html.Add($"<section aria-labelledby=\"pictures{number}\"><h2 id=\"pictures{number}\">{group.Heading}</h2>\n");
        html.Add($"<p class=\"note\">{group.Note}</p>\n<div class=\"pictures\">\n");
        foreach (Picture picture in group.Pictures)
        {
            html.Add($"<figure class=\"picture\"><figcaption><b>{picture.Title}</b></figcaption><img alt=\"{picture.Description}\" ");
            html.Add($"src=\"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(picture.Svg))}\"></figure>\n");
        }

        html.Literal("</div></section>\n");
    }
}
