using System.Buffers.Binary;
using SkiaSharp;

namespace InfoMax.Datasets.Tests;

public sealed class ByteDecodingTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(512, 512, 32)]
    [InlineData(513, 513, 32)]
    [InlineData(519, 300, 32)]
    [InlineData(300, 519, 32)]
    [InlineData(1025, 777, 30)]
    [InlineData(777, 2049, 64)]
    [InlineData(131, 131, 7)]
    [InlineData(4097, 260, 8)]
    [InlineData(2053, 2051, 61)]
    public void Decode_JpegReduced_IsNotStretched(int width, int height, int size)
    {
        foreach (bool vertical in new[] { true, false })
        {
            foreach (ImageFit fit in Enum.GetValues<ImageFit>())
            {
                using SKBitmap stripes = Stripes(width, height, vertical);
                byte[] jpeg = Encoded(stripes, SKEncodedImageFormat.Jpeg), png = Encoded(stripes, SKEncodedImageFormat.Png);
                Difference(Read(jpeg, size, fit), Read(png, size, fit))
                    .Should().BeLessThan(18, "{0}×{1}, vertical {2}, {3}", width, height, vertical, fit);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(8)]
    public void Decode_JpegReducedAndTurned_IsNotStretched(byte orientation)
    {
        using SKBitmap stripes = Stripes(513, 349, vertical: true);
        byte[] turned = Make.Turned(stripes.Copy(), orientation);
        byte[] whole = MakePng.With(Encoded(stripes, SKEncodedImageFormat.Png), "eXIf", MakePng.Exif(orientation));
        Difference(Read(turned, 16, ImageFit.Stretch), Read(whole, 16, ImageFit.Stretch)).Should().BeLessThan(18);
    }

    [Fact]
    public void Open_JpegReduced_IsNotStretched()
    {
        using SKBitmap stripes = Stripes(513, 513, vertical: true);
        _folder.Write("1.jpg", Encoded(stripes, SKEncodedImageFormat.Jpeg));
        _folder.Write("2.png", Encoded(stripes, SKEncodedImageFormat.Png));
        using TorchSharp.torch.Tensor batch = ImageFolderSource.Open(_folder.Path, new ImageFolderOptions { Size = 32 }).GetBatch([0, 1]);
        batch[0].sub(batch[1]).abs().max().item<float>().Should().BeLessThan(18 / 127.5f);
    }

    [Theory]
    [InlineData(108, 0, 255, 20)]
    [InlineData(124, 0, 255, 20)]
    [InlineData(124, 255, 255, 20)]
    public void Decode_BmpWhoseAlphaWasNeverFilledIn_ShowsThePicture(int header, byte alpha, byte background, byte green)
    {
        byte[] pixels = Read(Bmp(header, [alpha, alpha, alpha, alpha]), 2, ImageFit.Stretch, background, out string? loss);
        pixels.Should().Equal(200, 200, 200, 200, green, green, green, green, 10, 10, 10, 10);
        loss.Should().BeNull();
    }

    [Fact]
    public void Decode_BmpWithAlpha_LiesOnTheBackground()
    {
        byte[] pixels = Read(Bmp(124, [0, 255, 0, 255]), 2, ImageFit.Stretch, 99, out string? loss);
        pixels[..4].Should().Equal(99, 200, 99, 200);
        loss.Should().Be("transparent pixels were laid on gray 99.");
    }

    private static SKBitmap Stripes(int width, int height, bool vertical)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        SKColor[] grays = [new(30, 30, 30), new(225, 225, 225)];
        bitmap.Pixels =
            [.. Enumerable.Range(0, width * height).Select(i => grays[(vertical ? i % width * 16 / width : i / width * 16 / height) % 2])];
        return bitmap;
    }

    private static byte[] Encoded(SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using SKData data = bitmap.Encode(format, 100);
        return data.ToArray();
    }

    private static int Difference(byte[] first, byte[] second) => first.Zip(second, (a, b) => Math.Abs(a - b)).Max();

    /// <summary>A BMP of 2×2 and 32 bits with a mask for alpha.</summary>
    private static byte[] Bmp(int header, byte[] alphas)
    {
        byte[] file = new byte[14 + header + 16];
        "BM"u8.CopyTo(file);
        void Put(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);
        uint[] fields = [(uint)file.Length, 0, 14u + (uint)header, (uint)header, 2, 2, 1u | (32 << 16), 3];
        uint[] masks = [0xFF0000, 0xFF00, 0xFF, 0xFF000000];
        for (int i = 0; i < fields.Length; i++)
        {
            Put(2 + (4 * i), fields[i]);
        }

        for (int i = 0; i < masks.Length; i++)
        {
            Put(54 + (4 * i), masks[i]);
        }

        for (int p = 0; p < 4; p++)
        {
            // Rows from the bottom.
            new byte[] { 10, 20, 200, alphas[p ^ 2] }.CopyTo(file, 14 + header + (4 * p));
        }

        return file;
    }

    private byte[] Read(byte[] file, int size, ImageFit fit) => Read(file, size, fit, 255, out _);

    private byte[] Read(byte[] file, int size, ImageFit fit, byte background, out string? loss)
    {
        _folder.Write("one.png", file);
        using ImageSet set = ImageFolder.Read(_folder.Path, new ImageFolderOptions { Size = size, Fit = fit, Background = background });
        loss = set.Losses.SingleOrDefault()?.Reason;
        return set.Images.bytes.ToArray();
    }
}
