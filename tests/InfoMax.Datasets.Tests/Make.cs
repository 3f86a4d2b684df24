using System.Buffers.Binary;
using System.IO.Compression;
using SkiaSharp;

namespace InfoMax.Datasets.Tests;

/// <summary>Small files of every kind.</summary>
internal static class Make
{
    public static readonly SKColor[] Quarters = [new(200, 20, 20), new(20, 200, 20), new(20, 20, 200), new(220, 220, 220)];

    public static byte[] Idx(byte type, uint[] dimensions, byte[] values)
    {
        byte[] file = new byte[4 + (4 * dimensions.Length) + values.Length];
        file[2] = type;
        file[3] = (byte)dimensions.Length;
        for (int d = 0; d < dimensions.Length; d++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(4 + (4 * d)), dimensions[d]);
        }

        values.CopyTo(file, 4 + (4 * dimensions.Length));
        return file;
    }

    public static byte[] IdxImages(int count, int height = 4, int width = 5) =>
        Idx(8, [(uint)count, (uint)height, (uint)width], Noise(count * height * width));

    public static byte[] IdxLabels(params byte[] labels) => Idx(8, [(uint)labels.Length], labels);

    public static byte[] Gzip(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return memory.ToArray();
    }

    public static byte[] Noise(int length, int seed = 1)
    {
        byte[] noise = new byte[length];
        new Random(seed).NextBytes(noise);
        return noise;
    }

    /// <summary>Records of label bytes below 10 and noise.</summary>
    public static byte[] Cifar(int count, int labelBytes = 1)
    {
        byte[] file = Noise(count * (labelBytes + 3072));
        for (int r = 0; r < count; r++)
        {
            for (int l = 0; l < labelBytes; l++)
            {
                file[(r * (labelBytes + 3072)) + l] = (byte)((r + l) % 10);
            }
        }

        return file;
    }

    /// <summary>An image of four quarters: red, green; blue, light gray.</summary>
    public static SKBitmap FourQuarters(int width = 16, int height = 16)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        int Quarter(int i) => (i / width < height / 2 ? 0 : 2) + (i % width < width / 2 ? 0 : 1);
        bitmap.Pixels = [.. Enumerable.Range(0, width * height).Select(i => Quarters[Quarter(i)])];
        return bitmap;
    }

    public static SKBitmap Plain(SKColor color, int width = 8, int height = 8)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Erase(color);
        return bitmap;
    }

    public static byte[] Encode(SKBitmap bitmap, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using (bitmap)
        using (SKData data = bitmap.Encode(format, 100))
        {
            return data.ToArray();
        }
    }

    /// <summary>A JPEG that says how the camera was held.</summary>
    public static byte[] Turned(SKBitmap bitmap, byte orientation)
    {
        byte[] jpeg = Encode(bitmap, SKEncodedImageFormat.Jpeg);
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, 0, 1,
            0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }

    /// <summary>A BMP of 24 bits, rows from the bottom.</summary>
    public static byte[] Bmp(SKBitmap bitmap)
    {
        using (bitmap)
        {
            int stride = ((bitmap.Width * 3) + 3) / 4 * 4;
            byte[] file = new byte[54 + (stride * bitmap.Height)];
            "BM"u8.CopyTo(file);
            int[] header = [file.Length, 0, 54, 40, bitmap.Width, bitmap.Height, 1 | (24 << 16), 0, stride * bitmap.Height];
            for (int i = 0; i < header.Length; i++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2 + (4 * i)), header[i]);
            }

            for (int y = 0; y < bitmap.Height; y++)
            {
                for (int x = 0; x < bitmap.Width; x++)
                {
                    SKColor color = bitmap.GetPixel(x, bitmap.Height - 1 - y);
                    int at = 54 + (y * stride) + (3 * x);
                    (file[at], file[at + 1], file[at + 2]) = (color.Blue, color.Green, color.Red);
                }
            }

            return file;
        }
    }

    /// <summary>A GIF of two frames of 16×16, the first of <see cref="Quarters"/>, the second plain red.</summary>
    public static byte[] Gif()
    {
        var file = new List<byte>([.. "GIF89a"u8, 16, 0, 16, 0, 0xF1, 0, 0]);
        file.AddRange(Quarters.SelectMany(c => new[] { c.Red, c.Green, c.Blue }));
        file.AddRange(Frame((x, y) => (byte)((y < 8 ? 0 : 2) + (x < 8 ? 0 : 1))));
        file.AddRange(Frame((x, y) => 0));
        file.Add(0x3B);
        return [.. file];
    }

    // LZW with codes of 3 bits that never grow: a clear code (4) before every second pixel.
    private static List<byte> Frame(Func<int, int, byte> index)
    {
        var bits = new List<bool>();
        void Code(int code) => bits.AddRange([(code & 1) != 0, (code & 2) != 0, (code & 4) != 0]);
        for (int p = 0; p < 256; p++)
        {
            if (p % 2 == 0)
            {
                Code(4);
            }

            Code(index(p % 16, p / 16));
        }

        Code(5);
        byte[] data = new byte[(bits.Count + 7) / 8];
        for (int b = 0; b < bits.Count; b++)
        {
            data[b / 8] |= (byte)(bits[b] ? 1 << (b % 8) : 0);
        }

        var frame = new List<byte>([0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 16, 0, 16, 0, 0, 2]);
        foreach (byte[] block in data.Chunk(255))
        {
            frame.Add((byte)block.Length);
            frame.AddRange(block);
        }

        frame.Add(0);
        return frame;
    }
}
