using SkiaSharp;

namespace InfoMax.Datasets;

/// <summary>A decoded image: rows of red, green and blue, laid on a gray where it is transparent.</summary>
/// <param name="width">Pixels in a row.</param>
/// <param name="height">Rows.</param>
/// <param name="scale">The value of full red, green or blue.</param>
internal abstract class Raster(int width, int height, double scale) : IDisposable
{
    /// <summary>Pixels in a row.</summary>
    public int Width { get; } = width;

    /// <summary>Rows.</summary>
    public int Height { get; } = height;

    /// <summary>The value of full red, green or blue.</summary>
    public double Scale { get; } = scale;

    /// <summary>
    /// Width and height of the picture in pixels divided by <see cref="Denominator"/>. A decoder that reduces rounds the number of pixels
    /// up: the last ones then reach beyond the picture.
    /// </summary>
    public (long Width, long Height) Extent { get; init; } = (width, height);

    /// <summary>Unit of <see cref="Extent"/>.</summary>
    public int Denominator { get; init; } = 1;

    /// <summary>Whether any pixel is transparent.</summary>
    public abstract bool IsTransparent { get; }

    /// <summary>Reads a row: red, green and blue of each pixel, from 0 to <see cref="Scale"/>.</summary>
    public abstract void Read(int row, Span<double> colors);

    public virtual void Dispose()
    {
    }
}

/// <summary>An image of 8 bits per sample.</summary>
/// <param name="bitmap">Red, green, blue and alpha, premultiplied; the raster owns it.</param>
/// <param name="background">What shows through.</param>
/// <param name="opaque">Whether to ignore alpha.</param>
internal sealed class ByteRaster(SKBitmap bitmap, byte background, bool opaque) : Raster(bitmap.Width, bitmap.Height, 255 * 255)
{
    private bool? _transparent;

    public override bool IsTransparent => _transparent ??= !opaque && HasAlpha(bitmap.GetPixelSpan());

    public override void Read(int row, Span<double> colors)
    {
        ReadOnlySpan<byte> pixels = bitmap.GetPixelSpan().Slice(row * bitmap.RowBytes, 4 * Width);
        for (int x = 0; x < Width; x++)
        {
            int under = opaque ? 0 : background * (255 - pixels[(4 * x) + 3]);
            for (int c = 0; c < 3; c++)
            {
                colors[(3 * x) + c] = (255 * pixels[(4 * x) + c]) + under;
            }
        }
    }

    public override void Dispose()
    {
        bitmap.Dispose();
        base.Dispose();
    }

    private static bool HasAlpha(ReadOnlySpan<byte> pixels)
    {
        for (int at = 3; at < pixels.Length; at += 4)
        {
            if (pixels[at] != 255)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>An image of 16 bits per sample.</summary>
/// <param name="png">Its samples.</param>
/// <param name="background">What shows through, from 0 to <paramref name="max"/>.</param>
/// <param name="max">The sample of full red, green or blue.</param>
internal sealed class SampleRaster(PngSamples png, double background, int max)
    : Raster(png.Width, png.Height, (double)max * ushort.MaxValue)
{
    public override bool IsTransparent => png.IsTransparent;

    public override void Read(int row, Span<double> colors)
    {
        for (int x = 0; x < Width; x++)
        {
            (int alpha, int pixel) = (png.Alpha(x, row), (row * Width) + x);
            double under = background * (ushort.MaxValue - alpha);
            for (int c = 0; c < 3; c++)
            {
                colors[(3 * x) + c] = ((double)png.Color(pixel, c) * alpha) + under;
            }
        }
    }
}
