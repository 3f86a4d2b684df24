using SkiaSharp;

namespace InfoMax.QuickStart.Report;

/// <summary>Makes of a picture's pixels a PNG file in a data address.</summary>
internal static class PngEncoder
{
    /// <exception cref="ArgumentException">The picture is empty, has neither one nor three channels, or not as many bytes as its size says.</exception>
    public static string DataAddress(ReportImage image)
    {
        int area = checked(image.Width * image.Height);
        if (image.Width < 1 || image.Height < 1 || image.Channels is not (1 or 3) || image.Pixels.Length != area * image.Channels)
        {
            throw new ArgumentException(
                $"{image.Pixels.Length} bytes are not an image of {image.Channels} × {image.Height} × {image.Width}; it takes 1 or 3 channels.",
                nameof(image));
        }

        byte[] interleaved = new byte[4 * area];
        for (int i = 0; i < area; i++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                interleaved[(4 * i) + channel] = image.Pixels[(Math.Min(channel, image.Channels - 1) * area) + i];
            }

            interleaved[(4 * i) + 3] = byte.MaxValue;
        }

        var info = new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKImage picture = SKImage.FromPixelCopy(info, interleaved);
        using SKData png = picture.Encode(SKEncodedImageFormat.Png, 100);
        return "data:image/png;base64," + Convert.ToBase64String(png.AsSpan());
    }
}
