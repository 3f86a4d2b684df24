using System.Buffers.Binary;
using System.Text;

namespace InfoMax.Datasets;

/// <summary>A chunk of a PNG file.</summary>
/// <param name="Name">Four letters.</param>
/// <param name="Data">Its content.</param>
/// <param name="IsIntact">Whether its checksum is right.</param>
internal readonly record struct PngChunk(string Name, ReadOnlyMemory<byte> Data, bool IsIntact)
{
    private const int Mark = 8;

    /// <summary>The chunks of a file up to its end, or to where it is damaged.</summary>
    public static IEnumerable<PngChunk> All(byte[] file)
    {
        for (int at = Mark; at + 12 <= file.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - 12)
            {
                yield break;
            }

            int data = at + 8, end = data + (int)length;
            var checksum = default(Crc32);
            checksum.Add(file.AsSpan(at + 4, (int)length + 4));
            bool intact = checksum.Value == BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(end));
            yield return new PngChunk(Encoding.Latin1.GetString(file, at + 4, 4), file.AsMemory(data, (int)length), intact);
            at = end + 4;
        }
    }
}
