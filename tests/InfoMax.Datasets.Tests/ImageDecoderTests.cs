using System.Buffers.Binary;
using SkiaSharp;

namespace InfoMax.Datasets.Tests;

public sealed class ImageDecoderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Formats => new("png", "jpeg", "webp", "bmp", "gif");

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_EachFormatUnderAForeignExtension_GivesItsPixels(string format)
    {
        (byte, byte, byte)[] quarters = Quarters(Read(File(format), 2));
        for (int q = 0; q < 4; q++)
        {
            (byte red, byte green, byte blue) = quarters[q];
            SKColor expected = Make.Quarters[q];
            int tolerance = format is "jpeg" or "webp" ? 8 : 0;
            Math.Abs(red - expected.Red).Should().BeLessThanOrEqualTo(tolerance);
            Math.Abs(green - expected.Green).Should().BeLessThanOrEqualTo(tolerance);
            Math.Abs(blue - expected.Blue).Should().BeLessThanOrEqualTo(tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_FileCutShort_Fails(string format)
    {
        byte[] whole = File(format);

        // A GIF or a WebP may end in bytes that carry nothing.
        int slack = format switch { "gif" => whole.Length / 2, "webp" => 4, _ => 1 };
        int step = Math.Max(1, whole.Length / 150);
        IEnumerable<int> cuts = Enumerable.Range(0, whole.Length - slack + 1).Where(n => n % step == 0 || n > whole.Length - 20);
        Fuzz.EveryCutFails(whole, cuts, bytes => Read(bytes, 4));
    }

    [Theory]
    [InlineData("jpeg", "JPEG")]
    [InlineData("png", "PNG")]
    [InlineData("webp", "WebP")]
    [InlineData("bmp", "BMP")]
    [InlineData("gif", "GIF")]
    public void Read_FirstBytesOfAnImage_SaysThatItIsTruncated(string format, string name) =>
        FluentActions.Invoking(() => Read(File(format)[..12], 4)).Should().Throw<DatasetException>()
            .WithMessage($"*expected a whole {name} image, found the beginning of one without a header that can be read in 12 bytes. " +
                "The file is truncated or damaged.*");

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_Damaged_ThrowsOnlyDatasetExceptions(string format) =>
        Fuzz.OnlyDatasetExceptions(File(format), 200, bytes => Read(bytes, 4));

    [Theory]
    [InlineData(1, 0, 1, 2, 3)]
    [InlineData(2, 1, 0, 3, 2)]
    [InlineData(3, 3, 2, 1, 0)]
    [InlineData(4, 2, 3, 0, 1)]
    [InlineData(5, 0, 2, 1, 3)]
    [InlineData(6, 2, 0, 3, 1)]
    [InlineData(7, 3, 1, 2, 0)]
    [InlineData(8, 1, 3, 0, 2)]
    public void Read_CameraHeldOtherwise_IsTurnedUpright(byte orientation, params int[] order)
    {
        (byte Red, byte Green, byte Blue)[] quarters =
            Quarters(Read(Make.Turned(Make.FourQuarters(32, 16), orientation), 2, ImageFit.Stretch));
        for (int q = 0; q < 4; q++)
        {
            SKColor expected = Make.Quarters[order[q]];
            Math.Abs(quarters[q].Red - expected.Red).Should().BeLessThan(10);
            Math.Abs(quarters[q].Blue - expected.Blue).Should().BeLessThan(10);
        }
    }

    [Fact]
    public void Read_TurnedToAnotherShape_FillsWidthAndHeight()
    {
        _folder.Write("x.jpg", Make.Turned(Make.FourQuarters(40, 20), 6));
        using ImageSet set = ImageFolder.Read(_folder.Path, new ImageFolderOptions { Width = 10, Height = 20 });
        set.Images.shape.Should().Equal(1, 3, 20, 10);
        set.Images.bytes[2 * 200].Should().BeInRange(190, 210, "the bottom left, blue, is turned to the top left");
    }

    [Theory]
    [InlineData(255, 255)]
    [InlineData(0, 0)]
    [InlineData(100, 100)]
    public void Read_Transparent_LiesOnTheBackground(byte background, byte expected)
    {
        _folder.Write("clear.png", Make.Encode(Make.Plain(new SKColor(10, 20, 30, 0))));
        _folder.Write("half.png", Make.Encode(Make.Plain(new SKColor(200, 0, 0, 128))));
        using ImageSet set = ImageFolder.Read(_folder.Path, new ImageFolderOptions { Size = 4, Background = background });
        byte[] pixels = set.Images.bytes.ToArray();
        pixels[..48].Should().AllBeEquivalentTo(expected);
        double half = 128 / 255.0;
        ((double)pixels[48]).Should().BeApproximately((200 * half) + (background * (1 - half)), 1);
        ((double)pixels[48 + 16]).Should().BeApproximately(background * (1 - half), 1);
    }

    [Fact]
    public void Read_OneChannel_IsRec601Gray()
    {
        _folder.Write("x.png", Make.Encode(Make.Plain(new SKColor(200, 100, 50))));
        using ImageSet set = ImageFolder.Read(_folder.Path, new ImageFolderOptions { Size = 3, Channels = 1 });
        set.Images.shape.Should().Equal(1, 1, 3, 3);
        set.Images.bytes.ToArray().Should().AllBeEquivalentTo((byte)124); // 59.8 + 58.7 + 5.7 = 124.2
    }

    [Fact]
    public void Read_GrayFile_GivesThreeEqualChannels()
    {
        var bitmap = new SKBitmap(new SKImageInfo(8, 8, SKColorType.Gray8, SKAlphaType.Opaque));
        bitmap.Erase(new SKColor(90, 90, 90));
        (byte, byte, byte)[] quarters = Quarters(Read(Make.Encode(bitmap), 2));
        quarters.Should().AllBeEquivalentTo(((byte)90, (byte)90, (byte)90));
    }

    [Fact]
    public void Read_SameSize_ChangesNothing()
    {
        SKBitmap noise = Noise(17, 17);
        SKColor[] colors = noise.Pixels;
        byte[] pixels = Read(Make.Encode(noise), 17);
        pixels[..(17 * 17)].Should().Equal(colors.Select(c => c.Red));
        pixels[(2 * 17 * 17)..].Should().Equal(colors.Select(c => c.Blue));
    }

    [Theory]
    [InlineData(20, 7)]
    [InlineData(64, 28)]
    [InlineData(9, 9)]
    public void Read_Smaller_IsTheAreaAverage(int from, int to)
    {
        SKBitmap noise = Noise(from, from);
        SKColor[] colors = noise.Pixels;
        byte[] pixels = Read(Make.Encode(noise), to);
        double scale = (double)from / to;
        for (int y = 0; y < to; y++)
        {
            for (int x = 0; x < to; x++)
            {
                // On a grid of 1/to pixels both images are whole squares.
                double sum = 0;
                for (int v = y * from; v < (y + 1) * from; v++)
                {
                    for (int u = x * from; u < (x + 1) * from; u++)
                    {
                        sum += colors[(v / to * from) + (u / to)].Green;
                    }
                }

                ((double)pixels[(to * to) + (y * to) + x]).Should().BeApproximately(sum / from / from, 0.51, "scale {0}", scale);
            }
        }
    }

    [Fact]
    public void Read_Larger_InterpolatesLinearly()
    {
        var bitmap = new SKBitmap(new SKImageInfo(2, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.SetPixel(0, 0, new SKColor(0, 0, 0));
        bitmap.SetPixel(1, 0, new SKColor(200, 200, 200));
        byte[] pixels = Read(Make.Encode(bitmap), 4, ImageFit.Stretch);
        pixels[..4].Should().Equal(0, 50, 150, 200);
    }

    [Fact]
    public void Read_WideImage_IsCroppedOrStretched()
    {
        byte[] wide = Make.Encode(Make.FourQuarters(64, 16));
        Quarters(Read(wide, 2, ImageFit.CenterCrop))[0].Should().Be((200, 20, 20));
        byte[] cropped = Read(wide, 16, ImageFit.CenterCrop);
        cropped[7].Should().Be(200);
        cropped[8].Should().Be(20);
        byte[] stretched = Read(wide, 16, ImageFit.Stretch);
        stretched[..16].Should().Equal(cropped[..16], "the border of the quarters is in the middle either way");
    }

    [Fact]
    public void Read_LargeJpeg_IsCloseToTheAreaAverage()
    {
        byte[] jpeg = Make.Encode(Make.FourQuarters(1200, 800), SKEncodedImageFormat.Jpeg);
        byte[] pixels = Read(jpeg, 32);
        ((int)pixels[0]).Should().BeInRange(196, 204);
        ((int)pixels[(32 * 32) + 31]).Should().BeInRange(196, 204);
    }

    [Theory]
    [InlineData(9_000, 8_000, 0, "image of 9000 × 8000, as the header says, found 822 bytes, which cannot hold them")]
    [InlineData(30_000, 20_000, 60_000, "at most 100000000 pixels, found 30000 × 20000")]
    public void Read_HeaderClaimsTooManyPixels_IsRefusedUndecoded(int width, int height, int padding, string message)
    {
        byte[] bmp = Make.Bmp(Make.FourQuarters());
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), height);
        Assert.Throws<DatasetException>(() => Read([.. bmp, .. new byte[padding]], 4)).Message.Should().Contain(message);
    }

    [Fact]
    public void Read_Twice_GivesTheSameBytes()
    {
        for (int i = 0; i < 60; i++)
        {
            _folder.Write($"{i}.jpg", Make.Encode(Noise(30 + i, 90 - i), SKEncodedImageFormat.Jpeg));
        }

        using ImageSet first = ImageFolder.Read(_folder.Path);
        using ImageSet second = ImageFolder.Read(_folder.Path);
        first.Images.bytes.SequenceEqual(second.Images.bytes).Should().BeTrue();
    }

    private static byte[] File(string format) => format switch
    {
        "png" => Make.Encode(Make.FourQuarters()),
        "jpeg" => Make.Encode(Make.FourQuarters(), SKEncodedImageFormat.Jpeg),
        "webp" => Make.Encode(Make.FourQuarters(), SKEncodedImageFormat.Webp),
        "bmp" => Make.Bmp(Make.FourQuarters()),
        _ => Make.Gif(),
    };

    private static SKBitmap Noise(int width, int height)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        byte[] values = Make.Noise(3 * width * height);
        bitmap.Pixels = [.. values.Chunk(3).Select(c => new SKColor(c[0], c[1], c[2]))];
        return bitmap;
    }

    private static (byte Red, byte Green, byte Blue)[] Quarters(byte[] pixels) =>
        [.. Enumerable.Range(0, 4).Select(q => (pixels[q], pixels[4 + q], pixels[8 + q]))];

    private byte[] Read(byte[] file, int size, ImageFit fit = ImageFit.CenterCrop)
    {
        _folder.Write("one.png", file);
        using ImageSet set = ImageFolder.Read(_folder.Path, new ImageFolderOptions { Size = size, Fit = fit });
        return set.Images.bytes.ToArray();
    }
}
