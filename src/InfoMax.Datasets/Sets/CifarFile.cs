using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Datasets;

/// <summary>The binary batches of CIFAR: records of one or two label bytes and 3,072 bytes of pixels, channel by channel.</summary>
internal sealed class CifarFile
{
    private const int Pixels = 3 * 32 * 32;
    private const int RecordsAtOnce = 500;

    /// <summary>Describes a format.</summary>
    /// <param name="labelLimits">How many values each label byte of a record can take.</param>
    /// <param name="usedLabel">Index of the label byte to read.</param>
    public CifarFile(int[] labelLimits, int usedLabel)
    {
        LabelLimits = labelLimits;
        UsedLabel = usedLabel;
    }

    private int[] LabelLimits { get; }

    private int UsedLabel { get; }

    private int RecordLength => LabelLimits.Length + Pixels;

    /// <summary>Reads files into one set.</summary>
    /// <param name="paths">The files, in order.</param>
    /// <param name="records">The number of records that each file must hold; null to accept any whole number.</param>
    /// <param name="classNames">The names of the classes.</param>
    public ImageSet Read(string[] paths, int? records, string[] classNames)
    {
        NativeBackend.EnsureLoadable();
        int[] counts = Array.ConvertAll(paths, path => Count(path, records));
        int[] labels = new int[counts.Sum()];
        using var scope = NewDisposeScope();
        Tensor images = empty([labels.Length, 3, 32, 32], ScalarType.Byte);
        int at = 0;
        for (int f = 0; f < paths.Length; f++)
        {
            Read(paths[f], images, labels.AsMemory(at, counts[f]), at);
            at += counts[f];
        }

        return new ImageSet(images, labels, classNames);
    }

    private int Count(string path, int? records) => DatasetFile.Read(path, file =>
    {
        if (records is int wanted && file.Length != (long)wanted * RecordLength)
        {
            throw new DatasetException(
                path,
                $"expected {(long)wanted * RecordLength} bytes ({wanted} records of {RecordLength}), found {file.Length}. {Guess(file)}");
        }

        return file.Length % RecordLength == 0 && file.Length / Pixels <= Array.MaxLength / Pixels
            ? (int)(file.Length / RecordLength)
            : throw new DatasetException(
                path, $"expected a whole number of records of {RecordLength} bytes, found {file.Length} bytes. {Guess(file)}");
    });

    private string Guess(FileStream file)
    {
        Span<byte> start = stackalloc byte[4];
        int read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return read > 0 && start[0] >= LabelLimits[0]
            ? $"The file begins with {DatasetFile.Kind(start[..read])}."
            : "The file is truncated or of another format.";
    }

    private void Read(string path, Tensor images, Memory<int> labels, int firstRow) => DatasetFile.Read(path, file =>
    {
        byte[] buffer = new byte[RecordsAtOnce * RecordLength];
        for (int done = 0; done < labels.Length; done += RecordsAtOnce)
        {
            int count = Math.Min(RecordsAtOnce, labels.Length - done);
            file.ReadExactly(buffer, 0, count * RecordLength);
            using Tensor rows = images.narrow(0, firstRow + done, count);
            Span<byte> pixels = rows.bytes;
            for (int r = 0; r < count; r++)
            {
                ReadOnlySpan<byte> record = buffer.AsSpan(r * RecordLength, RecordLength);
                labels.Span[done + r] = Label(path, record, done + r);
                record[LabelLimits.Length..].CopyTo(pixels[(r * Pixels)..]);
            }
        }

        return true;
    });

    private int Label(string path, ReadOnlySpan<byte> record, int index)
    {
        for (int l = 0; l < LabelLimits.Length; l++)
        {
            if (record[l] >= LabelLimits[l])
            {
                throw new DatasetException(
                    path,
                    $"expected labels from 0 to {LabelLimits[l] - 1}, found {record[l]} in record {index}. " +
                        "The file is damaged or of another format.");
            }
        }

        return record[UsedLabel];
    }
}
