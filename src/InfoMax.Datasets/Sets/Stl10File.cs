using InfoMax.Data;
using static TorchSharp.torch;

namespace InfoMax.Datasets;

/// <summary>A file of STL-10 images: 27,648 bytes each, channel by channel, each channel column by column.</summary>
internal sealed class Stl10File
{
    private const int Side = 96;
    private const int ImageLength = 3 * Side * Side;
    private const int ImagesAtOnce = 256;

    private Stl10File(string path, int count)
    {
        FilePath = path;
        Count = count;
    }

    /// <summary>Number of images in the file.</summary>
    public int Count { get; }

    private string FilePath { get; }

    /// <summary>Checks the length of a file of images.</summary>
    /// <param name="path">The file.</param>
    /// <param name="official">The number of images that the file must hold; null to accept any whole number.</param>
    public static Stl10File Open(string path, int? official) => DatasetFile.Read(path, file =>
    {
        if (official is int wanted && file.Length != (long)wanted * ImageLength)
        {
            throw new DatasetException(
                path,
                $"expected {(long)wanted * ImageLength} bytes ({wanted} images of {ImageLength}), found {file.Length}. {Guess(file)}");
        }

        return file.Length % ImageLength == 0 && file.Length / ImageLength <= int.MaxValue
            ? new Stl10File(path, (int)(file.Length / ImageLength))
            : throw new DatasetException(
                path, $"expected a whole number of images of {ImageLength} bytes, found {file.Length} bytes. {Guess(file)}");
    });

    /// <summary>Reads a file of labels, one byte each, and makes them start at 0.</summary>
    public static int[] Labels(string path, int count) => DatasetFile.Read(path, file =>
    {
        if (file.Length != count)
        {
            throw new DatasetException(path, $"expected one label for each of {count} images, found {file.Length}.");
        }

        byte[] bytes = new byte[count];
        file.ReadExactly(bytes);
        int bad = Array.FindIndex(bytes, label => label is < 1 or > 10);
        return bad < 0
            ? Array.ConvertAll(bytes, label => label - 1)
            : throw new DatasetException(path, $"expected labels from 1 to 10, found {bytes[bad]} at position {bad}.");
    });

    /// <summary>Reads images into the rows of a tensor, a few hundred at a time.</summary>
    /// <param name="rows">The images to read.</param>
    /// <param name="images">The tensor <c>[N, 3, size, size]</c>.</param>
    /// <param name="firstRow">Row of the tensor for the first image.</param>
    /// <param name="size">Width and height of the tensor's images.</param>
    /// <param name="progress">Receives the number of filled rows.</param>
    /// <param name="cancellationToken">Stops between chunks.</param>
    public void Read(
        int[] rows,
        Tensor images,
        int firstRow,
        int size,
        IProgress<DatasetProgress>? progress,
        CancellationToken cancellationToken) => DatasetFile.Read(FilePath, file =>
    {
        byte[] stored = new byte[ImageLength];
        for (int start = 0; start < rows.Length; start += ImagesAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(ImagesAtOnce, rows.Length - start);
            using var scope = NewDisposeScope();
            Tensor target = images.narrow(0, firstRow + start, count);
            Tensor whole = size == Side ? target : empty([count, 3, Side, Side], ScalarType.Byte);
            Span<byte> pixels = whole.bytes;
            for (int i = 0; i < count; i++)
            {
                // Rows mostly follow each other, and seeking discards the buffer.
                long at = (long)rows[start + i] * ImageLength;
                if (file.Position != at)
                {
                    file.Position = at;
                }

                file.ReadExactly(stored);
                Transpose(stored, pixels.Slice(i * ImageLength, ImageLength));
            }

            if (size != Side)
            {
                target.copy_(ImageResizing.Resize(whole, size));
            }

            progress?.Report(DatasetProgress.Reading(firstRow + start + count, (int)images.shape[0]));
        }

        return true;
    });

    private static void Transpose(ReadOnlySpan<byte> stored, Span<byte> image)
    {
        for (int channel = 0; channel < ImageLength; channel += Side * Side)
        {
            ReadOnlySpan<byte> from = stored.Slice(channel, Side * Side);
            Span<byte> to = image.Slice(channel, Side * Side);
            for (int x = 0; x < Side; x++)
            {
                for (int y = 0; y < Side; y++)
                {
                    to[(y * Side) + x] = from[(x * Side) + y];
                }
            }
        }
    }

    private static string Guess(FileStream file)
    {
        Span<byte> start = stackalloc byte[4];
        int read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        string kind = DatasetFile.Kind(start[..read]);
        return kind.Contains('(', StringComparison.Ordinal)
            ? $"The file begins with {kind}."
            : "The file is truncated or of another format.";
    }
}
