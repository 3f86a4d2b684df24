using System.Runtime.CompilerServices;

namespace InfoMax.Reports.Html;

/// <summary>
/// Takes an interpolated string apart for <see cref="HtmlWriter.Add"/>. There is a hole for text and for numbers, for nothing else.
/// </summary>
[InterpolatedStringHandler]
internal readonly ref struct HtmlTemplate
{
    private readonly HtmlWriter _writer;

    public HtmlTemplate(int literalLength, int formattedCount, HtmlWriter writer)
    {
        _ = (literalLength, formattedCount);
        _writer = writer;
    }

    public void AppendLiteral(string value) => _writer.Markup(value);

    public void AppendFormatted(string? value) => _writer.Escaped(value);

    public void AppendFormatted(int value) => _writer.Number(value, null);

    /// <summary>A coordinate or length: one decimal is finer than a pixel.</summary>
    public void AppendFormatted(double value, string format = "0.#") => _writer.Number(value, format);
}
