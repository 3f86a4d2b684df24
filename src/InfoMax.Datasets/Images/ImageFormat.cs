using SkiaSharp;

namespace InfoMax.Datasets;

/// <summary>The formats that are read, told by the first bytes of a file.</summary>
internal static class ImageFormat
{
    private static readonly byte[] JpegEnd = [0xFF, 0xD9];
    private static readonly byte[] PngEnd = [.. "IEND"u8, 0xAE, 0x42, 0x60, 0x82];

    /// <summary>The format whose mark the bytes begin with; null for none.</summary>
    public static SKEncodedImageFormat? Of(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xD8, ..] => SKEncodedImageFormat.Jpeg,
        [0x89, 0x50, 0x4E, 0x47, ..] => SKEncodedImageFormat.Png,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => SKEncodedImageFormat.Gif,
        [(byte)'B', (byte)'M', ..] => SKEncodedImageFormat.Bmp,
        _ when bytes.StartsWith("RIFF"u8) && bytes.Length >= 12 && bytes[8..].StartsWith("WEBP"u8) => SKEncodedImageFormat.Webp,
        _ => null,
    };

    /// <summary>Whether a format is one of those.</summary>
    public static bool IsRead(SKEncodedImageFormat format) => format is SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png
        or SKEncodedImageFormat.Bmp or SKEncodedImageFormat.Gif or SKEncodedImageFormat.Webp;

    /// <summary>The name as people write it.</summary>
    public static string Name(SKEncodedImageFormat format) =>
        format == SKEncodedImageFormat.Webp ? "WebP" : format.ToString().ToUpperInvariant();

    /// <summary>
    /// Whether the end mark is missing. Decoders invent the pixels of a file that is cut after a full row, so the mark must be checked.
    /// </summary>
    public static bool LacksEnd(SKEncodedImageFormat format, byte[] bytes) => format switch
    {
        SKEncodedImageFormat.Jpeg => bytes.AsSpan().LastIndexOf(JpegEnd) < 0,
        SKEncodedImageFormat.Png => bytes.AsSpan().LastIndexOf(PngEnd) < 0,
        _ => false,
    };
}
