using System.Globalization;

namespace InfoMax.Datasets;

/// <summary>Names of classes.</summary>
internal static class ClassList
{
    private const int LongestFile = 1 << 16;

    /// <summary>The numbers from 0 as names.</summary>
    public static string[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The names in a file, one to a line, if there is such a file; else the well-known ones.</summary>
    public static string[] FromFile(string path, string[] wellKnown)
    {
        if (!File.Exists(path))
        {
            return wellKnown;
        }

        string[] names = DatasetFile.Read(path, file =>
        {
            if (file.Length > LongestFile)
            {
                throw new DatasetException(path, $"expected {wellKnown.Length} names of classes, found a file of {file.Length} bytes.");
            }

            using var reader = new StreamReader(file);
            return reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        });
        return names.Length == wellKnown.Length
            ? names
            : throw new DatasetException(path, $"expected {wellKnown.Length} names of classes, one to a line, found {names.Length}.");
    }
}
