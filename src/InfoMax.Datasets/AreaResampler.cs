namespace InfoMax.Datasets;

/// <summary>
/// Resampling by exact area average where an image shrinks and by linear interpolation where it grows: plain arithmetic, the same bits on every
/// system. It works on the stored (gamma-coded) values.
/// </summary>
internal static class AreaResampler
{
    private const int SourceChannels = 4;

    /// <summary>Resamples a centered window of an image and lays it on a gray.</summary>
    /// <param name="pixels">Premultiplied red, green, blue, alpha, row after row.</param>
    /// <param name="source">Width and height of the image.</param>
    /// <param name="window">Width and height of the window, at most those of the image.</param>
    /// <param name="target">Width and height of the result.</param>
    /// <param name="background">What shows through.</param>
    /// <returns>Red, green, blue in [0, 255], row after row.</returns>
    public static float[] Resample(
        ReadOnlySpan<byte> pixels, (int Width, int Height) source, (double Width, double Height) window, (int Width, int Height) target, byte background)
    {
        Taps[] columns = TapsFor(source.Width, window.Width, target.Width);
        Taps[] rows = TapsFor(source.Height, window.Height, target.Height);
        float[] result = new float[target.Width * target.Height * 3];
        float[] line = new float[target.Width * 3];
        for (int y = 0; y < target.Height; y++)
        {
            Span<float> into = result.AsSpan(y * line.Length, line.Length);
            for (int t = 0; t < rows[y].Weights.Length; t++)
            {
                int stride = source.Width * SourceChannels;
                Line(pixels.Slice((rows[y].First + t) * stride, stride), columns, line, background / 255f);
                float weight = rows[y].Weights[t];
                for (int i = 0; i < line.Length; i++)
                {
                    into[i] += weight * line[i];
                }
            }
        }

        return result;
    }

    private static void Line(ReadOnlySpan<byte> pixels, Taps[] columns, float[] line, float background)
    {
        for (int x = 0; x < columns.Length; x++)
        {
            float red = 0, green = 0, blue = 0, clear = 0;
            float[] weights = columns[x].Weights;
            ReadOnlySpan<byte> covered = pixels.Slice(columns[x].First * SourceChannels, weights.Length * SourceChannels);
            for (int t = 0; t < weights.Length; t++)
            {
                ReadOnlySpan<byte> pixel = covered.Slice(t * SourceChannels, SourceChannels);
                red += weights[t] * pixel[0];
                green += weights[t] * pixel[1];
                blue += weights[t] * pixel[2];
                clear += weights[t] * (255 - pixel[3]);
            }

            line[3 * x] = red + (background * clear);
            line[(3 * x) + 1] = green + (background * clear);
            line[(3 * x) + 2] = blue + (background * clear);
        }
    }

    private static Taps[] TapsFor(int length, double window, int target)
    {
        double scale = window / target;
        double start = (length - window) / 2;
        var taps = new Taps[target];
        for (int i = 0; i < target; i++)
        {
            taps[i] = scale >= 1
                ? Area(start + (i * scale), start + ((i + 1) * scale), length)
                : Linear(start + ((i + 0.5) * scale) - 0.5, length);
        }

        return taps;
    }

    private static Taps Area(double from, double to, int length)
    {
        // A sliver below this is rounding of the borders, not coverage.
        const double Sliver = 1e-6;
        int first = Math.Clamp((int)Math.Floor(from + Sliver), 0, length - 1);
        int last = Math.Clamp((int)Math.Ceiling(to - Sliver) - 1, first, length - 1);
        float[] weights = new float[last - first + 1];
        for (int i = first; i <= last; i++)
        {
            weights[i - first] = (float)((Math.Min(to, i + 1) - Math.Max(from, i)) / (to - from));
        }

        return new Taps(first, weights);
    }

    private static Taps Linear(double center, int length)
    {
        double clamped = Math.Clamp(center, 0, length - 1);
        int first = Math.Min((int)clamped, Math.Max(0, length - 2));
        float second = (float)(clamped - first);
        return length == 1 ? new Taps(0, [1f]) : new Taps(first, [1f - second, second]);
    }

    private readonly record struct Taps(int First, float[] Weights);
}
