using System.Text;

namespace InfoMax.Reports.Foundation;

/// <summary>Text that a page or a picture may hold.</summary>
internal static class CleanText
{
    /// <summary>
    /// The text with the sign for an unknown character in place of those that neither HTML nor XML allows: control characters and halves of
    /// surrogate pairs.
    /// </summary>
    public static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return string.Empty;
        }

        var clean = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            // Halves come as the replacement already.
            clean.Append(
                rune.Value is < 0x20 and not ('\t' or '\n' or '\r') or (>= 0x7F and < 0xA0) or 0xFFFE or 0xFFFF
                    ? Rune.ReplacementChar.ToString()
                    : rune.ToString());
        }

        return clean.ToString();
    }
}
