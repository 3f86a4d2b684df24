using System.Security.Cryptography;
using SkiaSharp;

namespace InfoMax.Datasets;

/// <summary>Turns the bytes of an image file into pixels of the wanted size. Thread-safe.</summary>
internal sealed class ImageDecoder(ImageFolderOptions options)
{
    private const long LongestFile = 1L << 30;

    // No format packs more pixels of a picture into a byte. Only claims that would cost much memory are held against it.
    private const long PixelsPerByte = 10_000;
    private const long ManyPixels = 1 << 24;

    /// <summary>Bytes of one decoded image.</summary>
    public int ImageLength => options.ExampleBytes;

    /// <summary>Decodes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">Receives the image, channel by channel: bytes, or float32 where the depth is kept.</param>
    /// <param name="digest">Receives the SHA-256 of the file, if there is room for it.</param>
    public Decoding Decode(string path, Span<byte> target, Span<string?> digest = default)
    {
        try
        {
            long length = DatasetFile.Length(path);
            return length switch
            {
                0 => new("expected an image, found an empty file."),
                > LongestFile => new($"expected an image file of at most {LongestFile} bytes, found {length}."),
                _ => Decode(File.ReadAllBytes(path), target, digest),
            };
        }
        catch (DatasetException e)
        {
            return new(e.InnerException?.Message ?? e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new($"expected a readable file, and reading failed: {e.Message}");
        }
    }

    private Decoding Decode(byte[] bytes, Span<byte> target, Span<string?> digest)
    {
        if (!digest.IsEmpty)
        {
            digest[0] = Convert.ToHexStringLower(SHA256.HashData(bytes));
        }

        ImageHeader header = ImageHeader.Of(bytes);
        using SKData data = SKData.CreateCopy(bytes);
        using SKCodec? codec = SKCodec.Create(data);
        if ((Undecodable(bytes, header, codec) ?? TooLarge(bytes, codec!) ?? TooDeep(codec!, header)) is { } fault)
        {
            return new(fault);
        }

        var origin = (SKEncodedOrigin)(codec!.EncodedOrigin == SKEncodedOrigin.TopLeft ? header.Orientation : (int)codec.EncodedOrigin);
        bool turned = origin >= SKEncodedOrigin.LeftTop;
        (int Width, int Height) size = turned ? (options.Height, options.Width) : (options.Width, options.Height);
        bool deep = codec.EncodedFormat == SKEncodedImageFormat.Png && header.Bits > 8;
        Raster? raster = deep ? Samples(bytes, out string? problem) : ByteDecoding.Decode(codec, size, options.Background, out problem);
        if (raster is null)
        {
            return new($"expected {Described(codec)}, found {problem}.");
        }

        using (raster)
        {
            new ImagePlacement(options, size, origin).Resize(raster, target);
            return new(null, Loss(codec, header, raster.IsTransparent));
        }
    }

    private static string? Undecodable(byte[] bytes, ImageHeader header, SKCodec? codec)
    {
        if (codec is not null && ImageFormat.IsRead(codec.EncodedFormat))
        {
            return null;
        }

        if (header.Bits > 8)
        {
            return $"expected 8 bits per sample, found {header.Bits} in a format of which only 8 are read. Convert the file to PNG.";
        }

        return ImageFormat.Of(bytes) is { } known
            ? $"expected a whole {ImageFormat.Name(known)} image, found the beginning of one without a header that can be read " +
                $"in {bytes.Length} bytes. The file is truncated or damaged."
            : $"expected an image (JPEG, PNG, BMP, GIF or WebP), found {DatasetFile.Kind(bytes)}.";
    }

    private string? TooLarge(byte[] bytes, SKCodec codec)
    {
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        long pixels = (long)width * height;
        if (pixels > ManyPixels && pixels / PixelsPerByte > bytes.Length)
        {
            return $"expected the data of an image of {width} × {height}, as the header says, found {bytes.Length} bytes, " +
                "which cannot hold them.";
        }

        if (pixels < 1 || pixels > options.MaxPixels)
        {
            return $"expected an image of at most {options.MaxPixels} pixels, found {width} × {height} in the header.";
        }

        return ImageFormat.LacksEnd(codec.EncodedFormat, bytes)
            ? $"expected {Described(codec)}, found no end mark in {bytes.Length} bytes. The file is truncated."
            : null;
    }

    private string? TooDeep(SKCodec codec, ImageHeader header) => options.Depth switch
    {
        DepthPolicy.Keep when header.Bits > 8 && codec.EncodedFormat != SKEncodedImageFormat.Png =>
            $"expected 8 bits per sample, or a PNG of 16, found {header.Bits} in a {ImageFormat.Name(codec.EncodedFormat)}.",
        DepthPolicy.Keep when header.Bits <= 8 && options.MaxSample != ushort.MaxValue =>
            $"expected 16 bits per sample, since {nameof(options.MaxSample)} is {options.MaxSample}, found 8.",
        DepthPolicy.Fail when header.Bits > 8 =>
            $"expected 8 bits per sample, found {header.Bits}, of which {header.Bits - 8} would be lost. " +
            $"Set {nameof(ImageFolderOptions)}.{nameof(options.Depth)} to {nameof(DepthPolicy.Keep)} or {nameof(DepthPolicy.Reduce)}.",
        _ => null,
    };

    private SampleRaster? Samples(byte[] bytes, out string? problem)
    {
        try
        {
            PngSamples png = PngSamples.Read(bytes);
            bool fits = png.MaxColor <= options.MaxSample;
            problem = fits ? null : $"a sample of {png.MaxColor}, above {nameof(options.MaxSample)} = {options.MaxSample}";
            return fits ? new SampleRaster(png, options.Background * options.MaxSample / 255.0, options.MaxSample) : null;
        }
        catch (InvalidDataException e)
        {
            problem = $"damaged data ({e.Message})";
            return null;
        }
    }

    private string? Loss(SKCodec codec, ImageHeader header, bool transparent)
    {
        List<string> losses = [];
        void Add(bool lost, string what) => losses.AddRange(lost ? [what] : []);
        int frames = Math.Max(header.Frames, codec.FrameCount);
        Add(header.Bits > 8 && options.Depth == DepthPolicy.Reduce, $"{header.Bits} bits per sample were reduced to 8");
        Add(transparent, $"transparent pixels were laid on gray {options.Background}");
        Add(header.IsCmyk, "four inks (CMYK) were converted to red, green and blue");
        Add(codec.Info.ColorSpace is { IsSrgb: false }, "the color profile, which is not sRGB, was not applied");
        Add(frames > 1, $"only the first of {frames} frames was read");
        return losses.Count == 0 ? null : $"{string.Join("; ", losses)}.";
    }

    private static string Described(SKCodec codec) =>
        $"a {ImageFormat.Name(codec.EncodedFormat)} image of {codec.Info.Width} × {codec.Info.Height}";
}
