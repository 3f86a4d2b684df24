using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace InfoMax.Datasets.Tests;

/// <summary>PNG files that common encoders do not write.</summary>
internal static class MakePng
{
    private static readonly (int X, int Y, int StepX, int StepY)[] Interlaced =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>A PNG of 16 bits, its rows filtered in each of the five ways in turn.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="channels">1 gray, 2 gray and alpha, 3 color, 4 color and alpha.</param>
    /// <param name="samples">Samples, pixel by pixel.</param>
    /// <param name="interlace">Whether to interlace.</param>
    /// <param name="clear">The samples that are transparent.</param>
    public static byte[] Deep(int width, int channels, ushort[] samples, bool interlace = false, ushort[]? clear = null)
    {
        int height = samples.Length / channels / width;
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (16, (byte)(channels switch { 1 => 0, 2 => 4, 3 => 2, _ => 6 }), (byte)(interlace ? 1 : 0));
        using var rows = new MemoryStream();
        foreach ((int x, int y, int stepX, int stepY) in interlace ? Interlaced : [(0, 0, 1, 1)])
        {
            byte[]? above = null;
            for (int row = y; row < height && x < width; row += stepY)
            {
                IEnumerable<byte> Pixel(int column) => samples.Skip(((row * width) + column) * channels).Take(channels).SelectMany(Big);
                byte[] line = [.. Columns(x, width, stepX).SelectMany(Pixel)];
                int filter = row / stepY % 5;
                rows.WriteByte((byte)filter);
                rows.Write(Filter(filter, line, above ?? new byte[line.Length], 2 * channels));
                above = line;
            }
        }

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(rows.ToArray());
        }

        byte[] data = packed.ToArray();
        return
        [
            0x89, .. "PNG\r\n\x1A\n"u8, .. Chunk("IHDR", header), .. clear is null ? [] : Chunk("tRNS", [.. clear.SelectMany(Big)]),
            .. Chunk("IDAT", data[..(data.Length / 2)]), .. Chunk("IDAT", data[(data.Length / 2)..]), .. Chunk("IEND", []),
        ];
    }

    /// <summary>A PNG with a chunk more, after its header or before its end.</summary>
    public static byte[] With(byte[] png, string name, byte[] data, bool atEnd = false)
    {
        int at = atEnd ? png.Length - 12 : 33;
        return [.. png[..at], .. Chunk(name, data), .. png[at..]];
    }

    /// <summary>EXIF data that say how the camera was held, without the mark of a JPEG.</summary>
    public static byte[] Exif(byte orientation, bool big = true) => big
        ? [.. "MM\0*"u8, 0, 0, 0, 8, 0, 2, 0x01, 0x0F, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0,
            0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
        : [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];

    private static byte[] Chunk(string name, byte[] data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. data], length = new byte[4], checksum = new byte[4];
        var crc = default(Crc32);
        crc.Add(named);
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, crc.Value);
        return [.. length, .. named, .. checksum];
    }

    private static IEnumerable<int> Columns(int first, int width, int step) =>
        Enumerable.Range(0, (width - first + step - 1) / step).Select(i => first + (i * step));

    private static byte[] Big(ushort sample) => [(byte)(sample >> 8), (byte)sample];

    private static byte[] Filter(int filter, byte[] line, byte[] above, int bytes) => [.. line.Select((value, i) =>
    {
        int left = i < bytes ? 0 : line[i - bytes], up = above[i], corner = i < bytes ? 0 : above[i - bytes];
        int p = left + up - corner;
        int nearest = new[] { left, up, corner }.MinBy(v => Math.Abs(v - p));
        return (byte)(value - (filter switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, _ => nearest }));
    })];
}
