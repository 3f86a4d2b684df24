using System.Runtime.InteropServices;
using InfoMax.Data;
using SkiaSharp;

namespace InfoMax.Datasets;

/// <summary>Brings a decoded image to the wanted size, turns it upright and writes it channel by channel.</summary>
/// <param name="options">What is wanted.</param>
/// <param name="size">Width and height before the image is turned.</param>
/// <param name="origin">How the camera was held.</param>
internal sealed class ImagePlacement(ImageFolderOptions options, (int Width, int Height) size, SKEncodedOrigin origin)
{
    // Rec. 601, in thousandths: sums of whole numbers stay exact.
    private static readonly double[] Gray = [299, 587, 114];

    /// <summary>Writes an image to bytes, or to float32 in [−1, 1] where the depth is kept.</summary>
    public void Resize(Raster raster, Span<byte> target)
    {
        (AxisWeights columns, AxisWeights rows) = Axes(raster);
        double total = columns.Total * rows.Total * raster.Scale;
        double[] colors = new double[size.Width * size.Height * 3];
        ImageResizing.Resize(
            raster.Width, 3, columns, rows, raster.Read, (row, sums) => sums.CopyTo(colors.AsSpan(row * 3 * size.Width)));
        int plane = options.Height * options.Width;
        Span<float> deep = options.Depth == DepthPolicy.Keep ? MemoryMarshal.Cast<byte, float>(target) : default;
        for (int at = 0; at < plane; at++)
        {
            (int column, int row) = Source(at % options.Width, at / options.Width);
            ReadOnlySpan<double> color = colors.AsSpan(3 * ((row * size.Width) + column), 3);
            for (int c = 0; c < options.Channels; c++)
            {
                (double sum, double whole) = options.Channels == 1
                    ? ((Gray[0] * color[0]) + (Gray[1] * color[1]) + (Gray[2] * color[2]), 1000 * total)
                    : (color[c], total);
                if (deep.IsEmpty)
                {
                    target[(c * plane) + at] = ImageResizing.ToByte(255 * sum, whole);
                }
                else
                {
                    deep[(c * plane) + at] = (float)((2 * sum / whole) - 1);
                }
            }
        }
    }

    /// <summary>The part of the image that is shown, in pixels of the raster divided by a common denominator.</summary>
    private (AxisWeights Columns, AxisWeights Rows) Axes(Raster raster)
    {
        (long width, long height) = raster.Extent;
        if (options.Fit == ImageFit.Stretch || width * size.Height == height * size.Width)
        {
            return (AxisWeights.Of(raster.Width, 0, width, raster.Denominator, size.Width),
                AxisWeights.Of(raster.Height, 0, height, raster.Denominator, size.Height));
        }

        // The centered window takes all of one side, and as much of the other as the proportions ask for.
        bool wide = width * size.Height > height * size.Width;
        (long side, long other, int part, int whole) = wide
            ? (width, height, size.Width, size.Height)
            : (height, width, size.Height, size.Width);
        AxisWeights All(int pixels, int target) => AxisWeights.Of(pixels, 0, other, raster.Denominator, target);
        AxisWeights Middle(int pixels, int target) =>
            AxisWeights.Of(pixels, (side * whole) - (other * part), 2 * other * part, 2L * raster.Denominator * whole, target);
        return wide
            ? (Middle(raster.Width, size.Width), All(raster.Height, size.Height))
            : (All(raster.Width, size.Width), Middle(raster.Height, size.Height));
    }

    private (int Column, int Row) Source(int x, int y)
    {
        (int right, int bottom) = (size.Width - 1, size.Height - 1);
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
}
