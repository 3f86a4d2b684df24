using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using InfoMax.Reports.Foundation;

namespace InfoMax.Reports.Html;

/// <summary>Collects markup. Whatever is filled into an interpolated string is escaped; only literal text is taken as it stands.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>Adds markup that is fixed in the source.</summary>
    public HtmlWriter Literal([ConstantExpected] string markup)
    {
        _text.Append(markup);
        return this;
    }

    /// <summary>Adds one of two pieces of markup that are fixed in the source.</summary>
    public HtmlWriter Either(bool condition, [ConstantExpected] string markup, [ConstantExpected] string otherwise)
    {
        _text.Append(condition ? markup : otherwise);
        return this;
    }

    /// <summary>Adds a template whose holes are escaped.</summary>
    public HtmlWriter Add([InterpolatedStringHandlerArgument("")] HtmlTemplate template)
    {
        _ = template;
        return this;
    }

    public override string ToString() => _text.ToString();

    internal void Markup(string literal) => _text.Append(literal);

    internal void Escaped(string? value) => _text.Append(WebUtility.HtmlEncode(CleanText.Of(value)));

    internal void Number(IFormattable value, string? format) => _text.Append(value.ToString(format, CultureInfo.InvariantCulture));
}
