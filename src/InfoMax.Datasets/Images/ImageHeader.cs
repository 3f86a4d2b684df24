using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using System.Text;
using SkiaSharp;

namespace InfoMax.Datasets;

/// <summary>What the headers of an image file say that the decoder does not tell.</summary>
/// <param name="Bits">The most bits of a sample.</param>
/// <param name="Orientation">How the camera was held, by EXIF, from 1 to 8; 1 if nothing is said.</param>
/// <param name="Frames">Number of frames of an animated PNG; else 1.</param>
/// <param name="IsCmyk">Whether it is a JPEG of four inks.</param>
internal sealed record ImageHeader(int Bits = 8, int Orientation = 1, int Frames = 1, bool IsCmyk = false)
{
    private const int LongestText = 1 << 20;

    /// <summary>Reads the headers of a file.</summary>
    public static ImageHeader Of(byte[] file) => ImageFormat.Of(file) switch
    {
        SKEncodedImageFormat.Png => Png(file),
        SKEncodedImageFormat.Jpeg => Jpeg(file),
        SKEncodedImageFormat.Bmp => Bmp(file),
        SKEncodedImageFormat.Webp => WebP(file),
        _ => new ImageHeader(),
    };

    private static ImageHeader Png(byte[] file)
    {
        var header = new ImageHeader();
        foreach (PngChunk chunk in PngChunk.All(file))
        {
            ReadOnlySpan<byte> data = chunk.Data.Span;
            header = chunk.Name switch
            {
                "IHDR" when data.Length == 13 => header with { Bits = Math.Max(8, (int)data[8]) },
                "acTL" when data.Length == 8 => header with { Frames = Math.Max(1, BinaryPrimitives.ReadInt32BigEndian(data)) },
                "eXIf" => header with { Orientation = Exif.Orientation(data) },
                "tEXt" or "zTXt" when header.Orientation == 1 => header with { Orientation = ProfileText(chunk.Name == "zTXt", data) },
                _ => header,
            };
        }

        return header;
    }

    /// <summary>EXIF as older programs store it: a text of hexadecimal digits, after the name and the length of the profile.</summary>
    private static int ProfileText(bool packed, ReadOnlySpan<byte> data)
    {
        int end = data.IndexOf((byte)0);
        if (end < 0 || !(data[..end].SequenceEqual("Raw profile type exif"u8) || data[..end].SequenceEqual("Raw profile type APP1"u8)))
        {
            return 1;
        }

        try
        {
            byte[] text = data[(end + 1)..].ToArray();
            if (packed)
            {
                using var unpacked = new ZLibStream(new MemoryStream(text, 1, text.Length - 1), CompressionMode.Decompress);
                byte[] room = new byte[LongestText];
                text = room[..unpacked.ReadAtLeast(room, room.Length, throwOnEndOfStream: false)];
            }

            const StringSplitOptions Clean = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
            string[] lines = Encoding.Latin1.GetString(text).Split('\n', Clean);
            return Exif.Orientation(Convert.FromHexString(string.Concat(lines.Skip(2))));
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or ArgumentException)
        {
            return 1;
        }
    }

    /// <summary>Precision and number of components are in the header of the frame.</summary>
    private static ImageHeader Jpeg(byte[] file)
    {
        for (int at = 2; at + 9 < file.Length && file[at] == 0xFF;)
        {
            byte marker = file[at + 1];
            if (marker is 0xFF or 0x01 or (>= 0xD0 and <= 0xD8))
            {
                at += marker == 0xFF ? 1 : 2;
                continue;
            }

            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return new ImageHeader(Bits: Math.Max(8, (int)file[at + 4]), IsCmyk: file[at + 9] == 4);
            }

            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 2));
        }

        return new ImageHeader();
    }

    /// <summary>Where masks say which bits are which color, one may have more than 8.</summary>
    private static ImageHeader Bmp(byte[] file)
    {
        const int Masks = 54, BitFields = 3;
        if (file.Length < Masks + 12 || BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(30)) != BitFields)
        {
            return new ImageHeader();
        }

        return new ImageHeader(Bits: Enumerable.Range(0, 3)
            .Select(c => BitOperations.PopCount(BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(Masks + (4 * c)))))
            .Append(8)
            .Max());
    }

    private static ImageHeader WebP(byte[] file)
    {
        for (long at = 12; at + 8 <= file.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan((int)at + 4));
            ReadOnlySpan<byte> data = file.AsSpan((int)at + 8);
            if (file.AsSpan((int)at, 4).SequenceEqual("EXIF"u8))
            {
                return new ImageHeader(Orientation: Exif.Orientation(data[..(int)Math.Min(length, data.Length)]));
            }

            at += 8 + length + (length & 1);
        }

        return new ImageHeader();
    }
}
