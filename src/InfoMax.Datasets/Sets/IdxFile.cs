using System.Buffers.Binary;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Datasets;

/// <summary>
/// Reads IDX files of unsigned bytes, the format of MNIST and its family: a big-endian header (two zero bytes, the type, the number of
/// dimensions, each dimension in four bytes) and the values. Plain or gzip, decided by content.
/// </summary>
/// <remarks>Memory grows with the content of the file, not with what its header claims. The file must end where its header says.</remarks>
public static class IdxFile
{
    private const int ImageDimensions = 3;

    /// <summary>Reads gray images.</summary>
    /// <param name="path">A file of unsigned bytes in three dimensions (magic number 0x00000803).</param>
    /// <returns>
    /// A new uint8 tensor <c>[N, 1, H, W]</c> on the CPU, N at least 1; it belongs to the caller (or to the caller's dispose scope).
    /// </returns>
    /// <exception cref="DatasetException">
    /// The file is missing, unreadable, truncated, too long, empty, or of another format, type or rank.
    /// </exception>
    public static Tensor ReadImages(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        NativeBackend.EnsureLoadable();
        using var chunks = new ByteChunks();
        int[] dimensions = Read(path, ImageDimensions, "images", chunks);
        using var scope = NewDisposeScope();
        Tensor images = empty([dimensions[0], 1, dimensions[1], dimensions[2]], ScalarType.Byte);
        chunks.CopyTo(images.bytes);
        return scope.MoveToOuter(images);
    }

    /// <summary>Reads labels.</summary>
    /// <param name="path">A file of unsigned bytes in one dimension (magic number 0x00000801).</param>
    /// <returns>The labels, from 0 to 255, at least one.</returns>
    /// <exception cref="DatasetException">
    /// The file is missing, unreadable, truncated, too long, empty, or of another format, type or rank.
    /// </exception>
    public static int[] ReadLabels(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var chunks = new ByteChunks();
        int[] dimensions = Read(path, 1, "labels", chunks);
        byte[] labels = new byte[dimensions[0]];
        chunks.CopyTo(labels);
        return Array.ConvertAll(labels, label => (int)label);
    }

    private static int[] Read(string path, int rank, string kind, ByteChunks chunks) => DatasetFile.Read(path, file =>
    {
        using Stream content = DatasetFile.Decompressed(file, out bool gzip);
        Span<byte> header = stackalloc byte[4 + (4 * rank)];
        int read = content.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        CheckMagic(path, header[..read], rank, kind);
        if (read < header.Length)
        {
            throw new DatasetException(
                path, $"expected a header of {header.Length} bytes, found the end after {read}. The file is truncated.");
        }

        int[] dimensions = new int[rank];
        Int128 size = 1;
        for (int d = 0; d < rank; d++)
        {
            uint dimension = BinaryPrimitives.ReadUInt32BigEndian(header[(4 + (4 * d))..]);
            size *= dimension;
            if (dimension == 0 || size > Array.MaxLength)
            {
                throw new DatasetException(
                    path, $"expected {kind} of at least 1 and at most {Array.MaxLength} bytes, found a header that says {Sizes(header)}.");
            }

            dimensions[d] = (int)dimension;
        }

        long wanted = (long)size;
        long possible = gzip ? DatasetFile.MaxFromGzip(file.Length) : file.Length - header.Length;
        if (wanted > possible)
        {
            throw new DatasetException(path, gzip
                ? $"expected {wanted} bytes of {kind} ({Sizes(header)}), found a gzip file of {file.Length} bytes, which cannot hold them."
                : $"expected {wanted} bytes of {kind} ({Sizes(header)}), found {possible}. The file is truncated.");
        }

        long found = chunks.Fill(content, wanted);
        if (found < wanted)
        {
            throw new DatasetException(path, $"expected {wanted} bytes of {kind} ({Sizes(header)}), found {found}. The file is truncated.");
        }

        if (content.ReadByte() >= 0)
        {
            throw new DatasetException(path, $"expected the end after {wanted} bytes of {kind} ({Sizes(header)}), found more.");
        }

        if (gzip)
        {
            DatasetFile.CheckGzipEnd(path, file, header.Length + wanted);
        }

        return dimensions;
    });

    private static string Sizes(ReadOnlySpan<byte> header)
    {
        var sizes = new List<uint>();
        for (int at = 4; at + 4 <= header.Length; at += 4)
        {
            sizes.Add(BinaryPrimitives.ReadUInt32BigEndian(header[at..]));
        }

        return string.Join(" × ", sizes);
    }

    private static void CheckMagic(string path, ReadOnlySpan<byte> header, int rank, string kind)
    {
        string expected = $"expected an IDX file of {kind} (first bytes 00 00 08 {rank:X2})";
        if (header.Length < 4)
        {
            throw new DatasetException(path, $"{expected}, found only {header.Length} bytes. The file is truncated.");
        }

        if (header[0] == 0 && header[1] == 0 && header[2] == 8 && header[3] == rank)
        {
            return;
        }

        string found = (header[0], header[1], header[2], header[3]) switch
        {
            (0, 0, 8, 1) => "an IDX file of labels",
            (0, 0, 8, ImageDimensions) => "an IDX file of images",
            (0, 0, 8, var dimensions) => $"an IDX file of {dimensions} dimensions",
            (0, 0, 0x09 or 0x0B or 0x0C or 0x0D or 0x0E, _) => $"an IDX file whose values are not unsigned bytes (type {header[2]:X2})",
            _ => DatasetFile.Kind(header),
        };
        throw new DatasetException(path, $"{expected}, found {found}.");
    }
}
