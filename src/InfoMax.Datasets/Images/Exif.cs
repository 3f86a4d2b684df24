using System.Buffers.Binary;

namespace InfoMax.Datasets;

/// <summary>The one thing of EXIF that a picture cannot do without.</summary>
internal static class Exif
{
    private const int OrientationTag = 0x0112;

    /// <summary>How the camera was held, from 1 to 8; 1 if the data do not say it, or are damaged.</summary>
    /// <param name="data">EXIF data, with or without the mark that they have in a JPEG.</param>
    public static int Orientation(ReadOnlySpan<byte> data)
    {
        data = data.StartsWith("Exif\0\0"u8) ? data[6..] : data;
        bool big = data.StartsWith("MM\0*"u8);
        if (data.Length < 10 || !(big || data.StartsWith("II*\0"u8)))
        {
            return 1;
        }

        uint directory = big ? BinaryPrimitives.ReadUInt32BigEndian(data[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
        if (directory > data.Length - 2)
        {
            return 1;
        }

        int entries = Number(data, (int)directory, big);
        for (int e = 0, at = (int)directory + 2; e < entries && at + 12 <= data.Length; e++, at += 12)
        {
            if (Number(data, at, big) == OrientationTag)
            {
                return Number(data, at + 8, big) is >= 1 and <= 8 and int orientation ? orientation : 1;
            }
        }

        return 1;
    }

    private static int Number(ReadOnlySpan<byte> data, int at, bool big) =>
        big ? BinaryPrimitives.ReadUInt16BigEndian(data[at..]) : BinaryPrimitives.ReadUInt16LittleEndian(data[at..]);
}
