using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using InfoMax.Weights;

namespace InfoMax.Datasets;

/// <summary>Opens files so that every failure is a <see cref="DatasetException"/> that names the path.</summary>
internal static class DatasetFile
{
    // The best of deflate is 258 bytes in 2 bits.
    private const long DeflateRatio = 1032;

    /// <summary>
    /// Opens a file and reads it. Turns failures of the file system and of decompression into <see cref="DatasetException"/>s.
    /// </summary>
    public static T Read<T>(string path, Func<FileStream, T> read)
    {
        RequireFile(path);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            Span<byte> start = stackalloc byte[PointerFile.Length];
            if (PointerFile.Kind(start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]) is { } pointer)
            {
                throw new DatasetException(path, $"expected data, found {pointer}.");
            }

            file.Position = 0;
            return read(file);
        }
        catch (InvalidDataException e)
        {
            throw new DatasetException(path, $"expected an intact gzip file, found damaged or truncated data ({e.Message})", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(path, $"expected a readable file, and reading failed: {e.Message}", e);
        }
    }

    /// <summary>Throws unless the path is a file that is not empty.</summary>
    public static void RequireFile(string path)
    {
        if (Directory.Exists(path))
        {
            throw new DatasetException(path, "expected a file, found a folder.");
        }

        if (!File.Exists(path))
        {
            throw new DatasetException(path, "expected a file, found nothing there.");
        }

        // This also refuses pipes and devices, which have no length and may never end.
        if (Length(path) == 0)
        {
            throw new DatasetException(path, "expected data, found an empty file.");
        }
    }

    /// <summary>The length of a file, or of the target of a link.</summary>
    public static long Length(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return file.LinkTarget is null ? file.Length : new FileInfo(file.ResolveLinkTarget(returnFinalTarget: true)!.FullName).Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(path, $"expected a readable file, and reading failed: {e.Message}", e);
        }
    }

    /// <summary>Throws unless the path is a folder.</summary>
    public static void RequireFolder(string path)
    {
        if (File.Exists(path))
        {
            throw new DatasetException(path, "expected a folder, found a file.");
        }

        if (!Directory.Exists(path))
        {
            throw new DatasetException(path, "expected a folder, found nothing there.");
        }
    }

    /// <summary>Throws if images do not fit into memory.</summary>
    public static void RequireMemory(string path, long needed)
    {
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (needed > available)
        {
            throw new DatasetException(
                path,
                $"expected images that fit into memory ({available} bytes), found files that need {needed} at this size. " +
                    "Read a part, or a smaller size.");
        }
    }

    /// <summary>The lines of a text file that are not blank, trimmed.</summary>
    public static string[] Lines(string path, int longest = 1 << 20) => Read(path, file =>
    {
        if (file.Length > longest)
        {
            throw new DatasetException(path, $"expected a text of at most {longest} bytes, found a file of {file.Length}.");
        }

        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    });

    /// <summary>An index from 0 to below a count, in plain digits; null if the text is not one.</summary>
    public static int? Index(string text, int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < count ? index : null;

    /// <summary>A text from a file, shortened and made printable for a message.</summary>
    public static string Shown(string text) =>
        $"\"{string.Concat(text.EnumerateRunes().Take(60).Select(rune => Rune.IsControl(rune) ? "?" : rune.ToString()))}" +
        $"{(text.EnumerateRunes().Count() > 60 ? "…" : string.Empty)}\"";

    /// <summary>The names of the files in a folder.</summary>
    public static IEnumerable<string> Names(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(folder, $"expected a readable folder, and reading failed: {e.Message}", e);
        }
    }

    /// <summary>The first file of a folder whose name contains a text, in letters of either case; null if there is none.</summary>
    public static string? FirstName(string folder, string part) =>
        Names(folder).FirstOrDefault(name => name.Contains(part, StringComparison.OrdinalIgnoreCase));

    /// <summary>The content of a file, decompressed if it begins like gzip. The stream does not close the file.</summary>
    public static Stream Decompressed(FileStream file, out bool gzip)
    {
        gzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return gzip ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : new BufferedStream(file);
    }

    /// <summary>The most bytes that a gzip file of this length can hold.</summary>
    public static long MaxFromGzip(long length) => length * DeflateRatio;

    /// <summary>Throws if the length at the end of a gzip file is not the length of its content.</summary>
    public static void CheckGzipEnd(string path, FileStream file, long contentLength)
    {
        Span<byte> end = stackalloc byte[4];
        file.Position = file.Length - end.Length;
        file.ReadExactly(end);
        uint stated = BinaryPrimitives.ReadUInt32LittleEndian(end);
        if (stated != (uint)contentLength)
        {
            throw new DatasetException(
                path,
                $"expected a gzip file that ends with the length of its content, {contentLength}, found {stated}. " +
                    "The file is truncated, or has something after its end.");
        }
    }

    /// <summary>What a file of another format is, by its first bytes.</summary>
    public static string Kind(ReadOnlySpan<byte> start)
    {
        string bytes = Convert.ToHexString(start[..Math.Min(4, start.Length)]);
        string? name = start switch
        {
            [0x1F, 0x8B, ..] => "gzip, twice compressed or not expected here",
            [0x50, 0x4B, ..] => "a zip archive: unpack it first",
            [0xFD, 0x37, 0x7A, 0x58, ..] => "an xz file: unpack it first",
            [0x42, 0x5A, 0x68, ..] => "a bzip2 file: unpack it first",
            [0x89, 0x50, 0x4E, 0x47, ..] => "a PNG image",
            [0xFF, 0xD8, ..] => "a JPEG image",
            [0x80, <= 5, ..] => "a Python pickle",
            _ when PointerFile.Kind(start) is { } pointer => pointer,
            [(byte)'<', ..] => "a web page or XML, perhaps of a failed download",
            _ => null,
        };
        return name is null ? $"bytes {bytes}" : $"bytes {bytes} ({name})";
    }
}
