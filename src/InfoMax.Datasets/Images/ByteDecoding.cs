using SkiaSharp;

namespace InfoMax.Datasets;

/// <summary>Decodes images of 8 bits per sample.</summary>
internal static class ByteDecoding
{
    private const int Eighths = 8;
    private const long Kept = 4;

    /// <summary>Decodes an image, at a fraction of its size where that is enough.</summary>
    /// <param name="codec">The file.</param>
    /// <param name="size">The size that is wanted, before the image is turned.</param>
    /// <param name="background">What shows through.</param>
    /// <param name="problem">What was found in place of a whole image.</param>
    public static ByteRaster? Decode(SKCodec codec, (int Width, int Height) size, byte background, out string? problem)
    {
        int eighths = Reduced(codec, size);
        SKSizeI whole = codec.Info.Size, pixels = eighths == Eighths ? whole : codec.GetScaledDimensions(eighths / (float)Eighths);
        var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(new SKImageInfo(pixels.Width, pixels.Height, SKColorType.Rgba8888, SKAlphaType.Premul)))
        {
            bitmap.Dispose();
            problem = "too little memory";
            return null;
        }

        SKCodecResult result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
        {
            bitmap.Dispose();
            problem = result == SKCodecResult.IncompleteInput
                ? "only a part of it. The file is truncated or damaged"
                : $"damaged data ({result})";
            return null;
        }

        bool opaque = codec.EncodedFormat == SKEncodedImageFormat.Bmp && HasNoAlpha(codec, bitmap);
        problem = null;
        return new ByteRaster(bitmap, background, opaque)
        {
            Extent = ((long)whole.Width * eighths, (long)whole.Height * eighths),
            Denominator = Eighths,
        };
    }

    /// <summary>
    /// A JPEG much larger than wanted is decoded at an eighth, a quarter or half of its size, for a fraction of the time. At least four
    /// times the wanted size is kept: with less, sharp edges are off by more than coding costs.
    /// </summary>
    private static int Reduced(SKCodec codec, (int Width, int Height) size)
    {
        (long width, long height) = (codec.Info.Width, codec.Info.Height);
        int eighths = codec.EncodedFormat == SKEncodedImageFormat.Jpeg ? 1 : Eighths;
        while (eighths < Eighths && (width * eighths < Kept * Eighths * size.Width || height * eighths < Kept * Eighths * size.Height))
        {
            eighths *= 2;
        }

        SKSizeI pixels = codec.GetScaledDimensions(eighths / (float)Eighths);
        return pixels.Width == Ceiling(width * eighths) && pixels.Height == Ceiling(height * eighths) ? eighths : Eighths;
    }

    private static long Ceiling(long eighths) => (eighths + Eighths - 1) / Eighths;

    /// <summary>Many programs leave the fourth byte of a BMP's pixels at zero. Such an image is not invisible: it has no alpha.</summary>
    private static bool HasNoAlpha(SKCodec codec, SKBitmap bitmap)
    {
        ReadOnlySpan<byte> pixels = bitmap.GetPixelSpan();
        for (int at = 3; at < pixels.Length; at += 4)
        {
            if (pixels[at] != 0)
            {
                return false;
            }
        }

        return codec.GetPixels(bitmap.Info.WithAlphaType(SKAlphaType.Unpremul), bitmap.GetPixels()) == SKCodecResult.Success;
    }
}
