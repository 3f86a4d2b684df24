using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SkiaSharp;

namespace InfoMax.Datasets.Tests;

public sealed class ImageHeaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, byte> Orientations
    {
        get
        {
            var data = new TheoryData<string, byte>();
            foreach (string kind in new[] { "eXIf", "eXIf at the end", "eXIf little-endian", "tEXt", "zTXt", "webp", "webp marked" })
            {
                for (byte orientation = 1; orientation <= 8; orientation++)
                {
                    data.Add(kind, orientation);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Read_CameraHeldOtherwise_IsTurnedInEveryFormat(string kind, byte orientation)
    {
        byte[] png = Make.Encode(Make.FourQuarters(32, 16));
        byte[] file = kind switch
        {
            "eXIf" => MakePng.With(png, "eXIf", MakePng.Exif(orientation)),
            "eXIf at the end" => MakePng.With(png, "eXIf", MakePng.Exif(orientation), atEnd: true),
            "eXIf little-endian" => MakePng.With(png, "eXIf", MakePng.Exif(orientation, big: false)),
            "tEXt" => MakePng.With(png, "tEXt", [.. "Raw profile type APP1\0"u8, .. Hexadecimal(orientation)]),
            "zTXt" => MakePng.With(png, "zTXt", [.. "Raw profile type exif\0\0"u8, .. Packed(Hexadecimal(orientation))]),
            "webp" => WebP(MakePng.Exif(orientation)),
            _ => WebP([.. "Exif\0\0"u8, .. MakePng.Exif(orientation)]),
        };
        Read(file).Should().Equal(Read(Make.Turned(Make.FourQuarters(32, 16), orientation)));
    }

    [Theory]
    [InlineData("eXIf", new byte[0])]
    [InlineData("eXIf", new byte[] { 77, 77, 0, 42, 0xFF, 0xFF, 0xFF, 0xFF, 0, 1 })]
    [InlineData("eXIf", new byte[] { 73, 73, 42, 0, 8, 0, 0, 0, 0xFF, 0xFF, 1, 2, 3 })]
    [InlineData("zTXt", new byte[] { 82, 97, 119 })]
    public void Read_DamagedExif_ReadsThePicture(string name, byte[] data) =>
        Read(MakePng.With(Make.Encode(Make.FourQuarters(32, 16)), name, data)).Should().Equal(Read(Make.Encode(Make.FourQuarters(32, 16))));

    [Fact]
    public void Read_ProfileThatIsNotSrgbAndFrames_AreListedAsLosses()
    {
        // A gamma of 1 in place of the 2.2 of sRGB; primaries of wide gamut.
        byte[] gamma = new byte[4], primaries = new byte[32];
        BinaryPrimitives.WriteUInt32BigEndian(gamma, 100_000);
        foreach ((uint value, int i) in new uint[] { 31270, 32900, 73500, 26500, 11500, 82600, 15700, 1800 }.Select((v, i) => (v, i)))
        {
            BinaryPrimitives.WriteUInt32BigEndian(primaries.AsSpan(4 * i), value);
        }

        byte[] png = Make.Encode(Make.FourQuarters());
        // Without the mark of sRGB, which overrules both.
        _folder.Write("profile.png", MakePng.With(MakePng.With(Without(png, "sRGB"), "gAMA", gamma), "cHRM", primaries));
        _folder.Write("frames.gif", Make.Gif());
        _folder.Write("plain.png", png);
        _folder.Write("plain.jpg", Make.Encode(Make.FourQuarters(), SKEncodedImageFormat.Jpeg));
        _folder.Write("plain.webp", Make.Encode(Make.FourQuarters(), SKEncodedImageFormat.Webp));
        _folder.Write("animated.png", MakePng.With(png, "acTL", [0, 0, 0, 7, 0, 0, 0, 0]));
        using ImageSet set = ImageFolder.Read(_folder.Path, new ImageFolderOptions { Size = 4 });
        set.Losses.Select(file => (file.Name, file.Reason)).Should().Equal(
            ("animated.png", "only the first of 7 frames was read."),
            ("frames.gif", "only the first of 2 frames was read."),
            ("profile.png", "the color profile, which is not sRGB, was not applied."));
        ImageFolderSource.Open(_folder.Path, new ImageFolderOptions { Size = 4 }).Losses.Should().HaveCount(3);
    }

    [Theory]
    [InlineData(DepthPolicy.Fail)]
    [InlineData(DepthPolicy.Reduce)]
    public void Read_JpegOfTwelveBits_SaysSo(DepthPolicy depth)
    {
        byte[] jpeg = Make.Encode(Make.FourQuarters(), SKEncodedImageFormat.Jpeg);
        int frame = jpeg.AsSpan().IndexOf(new byte[] { 0xFF, 0xC0 });
        jpeg[frame + 4] = 12;
        _folder.Write("deep.jpg", jpeg);
        Assert.Throws<DatasetException>(() => ImageFolder.Read(_folder.Path, new ImageFolderOptions { Depth = depth })).Message
            .Should().Contain("expected 8 bits per sample, found 12");
    }

    private static byte[] Without(byte[] png, string name)
    {
        int at = png.AsSpan().IndexOf(Encoding.ASCII.GetBytes(name));
        return at < 0 ? png : [.. png[..(at - 4)], .. png[(at + 8 + BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at - 4)))..]];
    }

    private static byte[] Hexadecimal(byte orientation)
    {
        byte[] exif = [.. "Exif\0\0"u8, .. MakePng.Exif(orientation)];
        string lines = string.Join('\n', Convert.ToHexStringLower(exif).Chunk(72).Select(line => new string(line)));
        return Encoding.ASCII.GetBytes($"\nexif\n{exif.Length,8}\n{lines}\n");
    }

    private static byte[] Packed(byte[] text)
    {
        using var memory = new MemoryStream();
        using (var zlib = new ZLibStream(memory, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(text);
        }

        return memory.ToArray();
    }

    private static byte[] WebP(byte[] exif)
    {
        byte[] image = Make.Encode(Make.FourQuarters(32, 16), SKEncodedImageFormat.Webp), length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, exif.Length);
        byte[] body =
        [
            .. "WEBPVP8X"u8, 10, 0, 0, 0, 8, 0, 0, 0, 31, 0, 0, 15, 0, 0, .. image[12..],
            .. "EXIF"u8, .. length, .. exif, .. new byte[exif.Length % 2],
        ];
        BinaryPrimitives.WriteInt32LittleEndian(length, body.Length);
        return [.. "RIFF"u8, .. length, .. body];
    }

    /// <summary>Which quarter is where, and the shape by how the image is cropped.</summary>
    private int[] Read(byte[] file)
    {
        _folder.Write("one.png", file);
        using ImageSet set = ImageFolder.Read(_folder.Path, new ImageFolderOptions { Width = 2, Height = 4, Fit = ImageFit.Stretch });
        byte[] pixels = set.Images.bytes.ToArray();
        int Distance(SKColor color, int i) =>
            Math.Abs(color.Red - pixels[i]) + Math.Abs(color.Green - pixels[8 + i]) + Math.Abs(color.Blue - pixels[16 + i]);
        return [.. Enumerable.Range(0, 8).Select(i => Array.FindIndex(Make.Quarters, q => Distance(q, i) < 60))];
    }
}
