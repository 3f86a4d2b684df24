using Google.Protobuf;
using Tensorboard;
using TorchSharp.Utils;

namespace InfoMax.Training;

/// <summary>Appends to event files of TensorBoard what TorchSharp's writer cannot: its histograms fail on their own integer counts (0.107).</summary>
internal static class EventRecords
{
    private const int Bins = 30;

    /// <summary>The event file of a folder that was made last; null if there is none.</summary>
    public static string? Newest(string folder) => Directory.EnumerateFiles(folder, "events.out.tfevents.*").OrderByDescending(File.GetCreationTimeUtc).ThenByDescending(file => file, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>Appends a histogram of the finite values, in bins of equal width from the least to the greatest.</summary>
    public static void Histogram(string file, string tag, IReadOnlyList<double> values, long step, long seconds)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length == 0)
        {
            return;
        }

        double least = finite.Min(), most = finite.Max(), width = most > least ? (most - least) / Bins : 1;
        double[] counts = new double[Bins];
        foreach (double value in finite)
        {
            counts[Math.Min(Bins - 1, (int)((value - least) / width))]++;
        }

        var histogram = new HistogramProto { Min = least, Max = most, Num = finite.Length, Sum = finite.Sum(), SumSquares = finite.Sum(v => v * v) };
        histogram.Bucket.AddRange(counts);
        histogram.BucketLimit.AddRange(Enumerable.Range(1, Bins).Select(bin => bin == Bins && most > least ? most : least + (bin * width)));
        var summary = new Summary();
        summary.Value.Add(new Summary.Types.Value { Tag = tag, Histo = histogram });
        Append(file, new Event { Step = step, WallTime = seconds, Summary = summary });
    }

    /// <summary>A record: length, its masked checksum, data, their masked checksum, as TFRecord has them.</summary>
    private static void Append(string file, Event entry)
    {
        byte[] data = entry.ToByteArray(), length = BitConverter.GetBytes((long)data.Length);
        using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.Read);
        stream.Write([.. length, .. Masked(length), .. data, .. Masked(data)]);
    }

    private static byte[] Masked(byte[] data)
    {
        uint crc = CRC32C.process(data);
        return BitConverter.GetBytes(((crc >> 15) | (crc << 17)) + 0xA282EAD8u);
    }
}
