using SkiaSharp;

namespace InfoMax.Reports.Model;

/// <summary>Makes of a picture's pixels a PNG file in a data address.</summary>
internal static class PngEncoder
{
    public static string DataAddress(ExampleImage image)
    {
        int area = checked(image.Width * image.Height);
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
