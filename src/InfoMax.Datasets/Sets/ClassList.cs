using System.Globalization;

namespace InfoMax.Datasets;

/// <summary>Names of classes.</summary>
internal static class ClassList
{
    private const int LongestFile = 1 << 16;

    /// <summary>The numbers from 0 as names.</summary>
    public static string[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The names in a file, one per line, if the file exists; else the well-known names.</summary>
    public static string[] FromFile(string path, string[] wellKnown)
    {
        if (!File.Exists(path))
        {
            return wellKnown;
        }

        string[] names = DatasetFile.Lines(path, LongestFile);
        return names.Length == wellKnown.Length
            ? names
            : throw new DatasetException(path, $"expected {wellKnown.Length} names of classes, one per line, found {names.Length}.");
    }

    /// <summary>For instance <c>1000 images of 3 × 64 × 64 in 10 classes</c>.</summary>
    public static string Text(int count, IReadOnlyList<long> shape, int classes) =>
        $"{count} {(count == 1 ? "image" : "images")} of {string.Join(" × ", shape)}" +
        $"{(classes == 0 ? string.Empty : classes == 1 ? " in 1 class" : $" in {classes} classes")}";
}
