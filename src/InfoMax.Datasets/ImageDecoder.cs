using System.Security.Cryptography;
using SkiaSharp;

namespace InfoMax.Datasets;

/// <summary>Turns the bytes of an image file into pixels of the wanted size. Thread-safe.</summary>
internal sealed class ImageDecoder(ImageFolderOptions options)
{
    private const long LongestFile = 1L << 30;

    // More than any of the formats reaches on a picture; asked only of claims that would cost much memory.
    private const long PixelsPerByte = 10_000;
    private const long ManyPixels = 1 << 24;
    private static readonly byte[] JpegEnd = [0xFF, 0xD9];
    private static readonly byte[] PngEnd = [.. "IEND"u8, 0xAE, 0x42, 0x60, 0x82];

    /// <summary>Bytes of one decoded image.</summary>
    public int ImageLength => options.Channels * options.Height * options.Width;

    /// <summary>Decodes a file into <paramref name="target"/>, channel by channel; returns why that cannot be done, or null. Gives the SHA-256 of its bytes if there is room for it.</summary>
    public string? Decode(string path, Span<byte> target, Span<string?> digest = default)
    {
        try
        {
            long length = DatasetFile.Length(path);
            return length switch
            {
                0 => "expected an image, found an empty file.",
                > LongestFile => $"expected an image file of at most {LongestFile} bytes, found {length}.",
                _ => Decode(File.ReadAllBytes(path), target, digest),
            };
        }
        catch (DatasetException e)
        {
            return e.InnerException?.Message ?? e.Message;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"expected a readable file, and reading failed: {e.Message}";
        }
    }

    private string? Decode(byte[] bytes, Span<byte> target, Span<string?> digest)
    {
        if (!digest.IsEmpty)
        {
            digest[0] = Convert.ToHexStringLower(SHA256.HashData(bytes));
        }

        using SKData data = SKData.CreateCopy(bytes);
        using SKCodec? codec = SKCodec.Create(data);
        if (codec is null || codec.EncodedFormat is not (SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png or SKEncodedImageFormat.Bmp or SKEncodedImageFormat.Gif or SKEncodedImageFormat.Webp))
        {
            return KnownFormat(bytes) is { } format
                ? $"expected a whole {format} image, found the beginning of one without a header that can be read in {bytes.Length} bytes. The file is truncated or damaged."
                : $"expected an image (JPEG, PNG, BMP, GIF or WebP), found {DatasetFile.Kind(bytes)}.";
        }

        SKImageInfo info = codec.Info;
        long pixels = (long)info.Width * info.Height;
        if (pixels > ManyPixels && pixels / PixelsPerByte > bytes.Length)
        {
            return $"expected the data of an image of {info.Width} × {info.Height}, as the header says, found {bytes.Length} bytes, which cannot hold them.";
        }

        if (pixels < 1 || pixels > options.PixelLimit)
        {
            return $"expected an image of at most {options.PixelLimit} pixels, found {info.Width} × {info.Height} in the header.";
        }

        if (LacksEnd(codec.EncodedFormat, bytes))
        {
            return $"expected a whole {codec.EncodedFormat} image of {info.Width} × {info.Height}, found no end mark in {bytes.Length} bytes. The file is truncated.";
        }

        bool turned = codec.EncodedOrigin >= SKEncodedOrigin.LeftTop;
        (int Width, int Height) size = turned ? (options.Height, options.Width) : (options.Width, options.Height);
        SKSizeI decoded = DecodedSize(codec, size);
        using var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(new SKImageInfo(decoded.Width, decoded.Height, SKColorType.Rgba8888, SKAlphaType.Premul)))
        {
            return $"expected memory for an image of {decoded.Width} × {decoded.Height} pixels, found too little.";
        }

        SKCodecResult result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
        {
            string fault = result == SKCodecResult.IncompleteInput ? "only a part of it. The file is truncated or damaged" : $"damaged data ({result})";
            return $"expected a {codec.EncodedFormat} image of {info.Width} × {info.Height}, found {fault}.";
        }

        float[] colors = AreaResampler.Resample(bitmap.GetPixelSpan(), (decoded.Width, decoded.Height), Window(decoded, size), size, options.Background);
        Place(colors, size, codec.EncodedOrigin, target);
        return null;
    }

    /// <summary>The format whose mark the bytes begin with, of those that are read; null for none.</summary>
    private static string? KnownFormat(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xD8, ..] => "JPEG",
        [0x89, 0x50, 0x4E, 0x47, ..] => "PNG",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "GIF",
        [(byte)'B', (byte)'M', ..] => "BMP",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "WebP",
        _ => null,
    };

    /// <summary>Decoders invent what is missing after the last full row, so a file that has lost its very end must be looked at.</summary>
    private static bool LacksEnd(SKEncodedImageFormat format, byte[] bytes) => format switch
    {
        SKEncodedImageFormat.Jpeg => bytes.AsSpan().LastIndexOf(JpegEnd) < 0,
        SKEncodedImageFormat.Png => bytes.AsSpan().LastIndexOf(PngEnd) < 0,
        _ => false,
    };

    /// <summary>
    /// A JPEG much larger than wanted can be decoded at a fraction of its size, for a fraction of the time. At least twice the wanted size is
    /// kept, so that the area average still has the last word.
    /// </summary>
    private static SKSizeI DecodedSize(SKCodec codec, (int Width, int Height) size)
    {
        var full = new SKSizeI(codec.Info.Width, codec.Info.Height);
        float scale = Math.Max(2f * size.Width / full.Width, 2f * size.Height / full.Height);
        if (codec.EncodedFormat != SKEncodedImageFormat.Jpeg || scale >= 1)
        {
            return full;
        }

        SKSizeI scaled = codec.GetScaledDimensions(scale);
        return scaled.Width >= 2 * size.Width && scaled.Height >= 2 * size.Height ? scaled : full;
    }

    private (double Width, double Height) Window(SKSizeI image, (int Width, int Height) size)
    {
        if (options.Fit == ImageFit.Stretch)
        {
            return (image.Width, image.Height);
        }

        double scale = Math.Min((double)image.Width / size.Width, (double)image.Height / size.Height);
        return (Math.Min(image.Width, scale * size.Width), Math.Min(image.Height, scale * size.Height));
    }

    /// <summary>Turns the image as the camera was held (EXIF) and writes it channel by channel.</summary>
    private void Place(float[] colors, (int Width, int Height) size, SKEncodedOrigin origin, Span<byte> target)
    {
        int plane = options.Height * options.Width;
        for (int y = 0; y < options.Height; y++)
        {
            for (int x = 0; x < options.Width; x++)
            {
                (int column, int row) = Source(x, y, size, origin);
                ReadOnlySpan<float> color = colors.AsSpan(3 * ((row * size.Width) + column), 3);
                int at = (y * options.Width) + x;
                if (options.Channels == 1)
                {
                    target[at] = ToByte((0.299f * color[0]) + (0.587f * color[1]) + (0.114f * color[2]));
                    continue;
                }

                for (int c = 0; c < 3; c++)
                {
                    target[(c * plane) + at] = ToByte(color[c]);
                }
            }
        }
    }

    private static (int Column, int Row) Source(int x, int y, (int Width, int Height) size, SKEncodedOrigin origin)
    {
        int right = size.Width - 1;
        int bottom = size.Height - 1;
        return origin switch
        {
            SKEncodedOrigin.TopRight => (right - x, y),
            SKEncodedOrigin.BottomRight => (right - x, bottom - y),
            SKEncodedOrigin.BottomLeft => (x, bottom - y),
            SKEncodedOrigin.LeftTop => (y, x),
            SKEncodedOrigin.RightTop => (y, bottom - x),
            SKEncodedOrigin.RightBottom => (right - y, bottom - x),
            SKEncodedOrigin.LeftBottom => (right - y, x),
            _ => (x, y),
        };
    }

    private static byte ToByte(float value) => (byte)Math.Clamp(MathF.Round(value), 0f, 255f);
}
