using System.Text;

namespace InfoMax.Datasets;

/// <summary>Names that look alike and are stored in another way: "é" is one code point, or "e" and an accent.</summary>
internal static class NormalForm
{
    // Where an application runs without the data of ICU, the base class library decomposes nothing. This is for most European names.
    private static readonly (char Mark, string Composed, string Letters)[] Marks =
    [
        ('\u0300', "ÀÈÌÒÙàèìòùǸǹ", "AEIOUaeiouNn"),
        ('\u0301', "ÁÉÍÓÚÝáéíóúýĆćĹĺŃńŔŕŚśŹźάέήίόύώΆΈΉΊΌΎΏЃѓЌќ", "AEIOUYaeiouyCcLlNnRrSsZzαεηιουωΑΕΗΙΟΥΩГгКк"),
        ('\u0302', "ÂÊÎÔÛâêîôûĈĉĜĝĤĥĴĵŜŝŴŵŶŷ", "AEIOUaeiouCcGgHhJjSsWwYy"),
        ('\u0303', "ÃÑÕãñõĨĩŨũ", "ANOanoIiUu"),
        ('\u0304', "ĀāĒēĪīŌōŪū", "AaEeIiOoUu"),
        ('\u0306', "ĂăĔĕĞğĬĭŎŏŬŭЙйЎў", "AaEeGgIiOoUuИиУу"),
        ('\u0307', "ĊċĖėĠġİŻż", "CcEeGgIZz"),
        ('\u0308', "ÄËÏÖÜäëïöüÿŸЁёЇї", "AEIOUaeiouyYЕеІі"),
        ('\u030A', "ÅåŮů", "AaUu"),
        ('\u030B', "ŐőŰű", "OoUu"),
        ('\u030C', "ČčĎďĚěŇňŘřŠšŤťŽžĽľ", "CcDdEeNnRrSsTtZzLl"),
        ('\u0327', "ÇçĢĶķĻļŅņŖŗŞşŢţ", "CcGKkLlNnRrSsTt"),
        ('\u0328', "ĄąĘęĮįŲų", "AaEeIiUu"),
        ('\u3099', "がぎぐげござじずぜぞだぢづでどばびぶべぼガギグゲゴザジズゼゾダヂヅデドバビブベボヴ",
            "かきくけこさしすせそたちつてとはひふへほカキクケコサシスセソタチツテトハヒフヘホウ"),
        ('\u309A', "ぱぴぷぺぽパピプペポ", "はひふへほハヒフヘホ"),
    ];

    private static readonly Dictionary<char, string> Parts =
        Marks.SelectMany(m => m.Composed.Zip(m.Letters, (composed, letter) => (composed, $"{letter}{m.Mark}"))).ToDictionary();

    /// <summary>A key that names have in common that differ in their normal form alone.</summary>
    public static string Key(string name)
    {
        if (name.All(char.IsAscii))
        {
            return name;
        }

        try
        {
            name = name.Normalize(NormalizationForm.FormD);
        }
        catch (ArgumentException)
        {
            // Half a surrogate pair: such a name equals itself alone.
        }

        return string.Concat(name.Select(Decomposed));
    }

    /// <summary>Whether two names differ, and in their normal form alone.</summary>
    public static bool Differs(string first, string second) => first != second && Key(first) == Key(second);

    /// <summary>The code points by which a name differs from another, for a message.</summary>
    public static string Difference(string name, string other)
    {
        int start = 0, end = 0, shorter = Math.Min(name.Length, other.Length);
        while (start < shorter && name[start] == other[start])
        {
            start++;
        }

        while (end < shorter - start && name[^(end + 1)] == other[^(end + 1)])
        {
            end++;
        }

        return string.Join(' ', name[start..^end].EnumerateRunes().Select(rune => $"U+{rune.Value:X4}"));
    }

    private static string Decomposed(char letter)
    {
        const int Hangul = 0xAC00, Syllables = 11172, Vowels = 21, Finals = 28;
        if (Parts.TryGetValue(letter, out string? parts))
        {
            return parts;
        }

        int syllable = letter - Hangul;
        if (syllable is < 0 or >= Syllables)
        {
            return letter.ToString();
        }

        (int first, int vowel, int final) = (syllable / (Vowels * Finals), syllable / Finals % Vowels, syllable % Finals);
        string open = $"{(char)(0x1100 + first)}{(char)(0x1161 + vowel)}";
        return final == 0 ? open : open + (char)(0x11A7 + final);
    }
}
