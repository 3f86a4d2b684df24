using InfoMax.Numerics;
using static TorchSharp.torch;

namespace InfoMax.Datasets;

/// <summary>Decodes a list of image files into one set, some at a time on all cores.</summary>
internal static class ImageFiles
{
    private const long ChunkBytes = 1 << 26;
    private const int ChunkFiles = 512;

    /// <summary>Decodes files into one set.</summary>
    /// <param name="root">The folder that the names are relative to.</param>
    /// <param name="names">The files, in order, with '/' between the parts.</param>
    /// <param name="label">The label of each file; null if there are none.</param>
    /// <param name="classNames">The classes; null without labels.</param>
    /// <param name="skipped">What has been left out before; more may be added.</param>
    /// <param name="options">Size, channels and what to do about bad files.</param>
    /// <param name="progress">Told after every chunk.</param>
    /// <param name="cancellation">Stops between files.</param>
    public static ImageSet Read(
        string root,
        List<string> names,
        Func<string, int>? label,
        IReadOnlyList<string>? classNames,
        List<SkippedFile> skipped,
        ImageFolderOptions options,
        IProgress<DatasetProgress>? progress,
        CancellationToken cancellation)
    {
        var decoder = new ImageDecoder(options);
        NativeBackend.EnsureLoadable();
        DatasetFile.RequireMemory(root, (long)names.Count * decoder.ImageLength);
        int chunk = (int)Math.Clamp(ChunkBytes / decoder.ImageLength, 1, ChunkFiles);
        byte[] pixels = new byte[Math.Min(chunk, names.Count) * decoder.ImageLength];
        string?[] faults = new string?[chunk];
        var kept = new List<string>(names.Count);
        using var scope = NewDisposeScope();
        Tensor images = empty([names.Count, options.Channels, options.Height, options.Width], ScalarType.Byte);
        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        for (int start = 0; start < names.Count; start += chunk)
        {
            int count = Math.Min(chunk, names.Count - start);
            int first = start;
            Parallel.For(0, count, parallel, i =>
                faults[i] = decoder.Decode(Path.Combine(root, names[first + i]), pixels.AsSpan(i * decoder.ImageLength, decoder.ImageLength)));
            Keep(root, names.GetRange(start, count), faults, pixels, images, kept, skipped, options.OnBadFile);
            progress?.Report(new DatasetProgress(start + count, names.Count));
        }

        if (kept.Count == 0)
        {
            throw new DatasetException(root, $"expected images, found only files that cannot be read as such, {skipped.Count} in all. The first, {skipped[0].Name}: {skipped[0].Reason}");
        }

        skipped.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        int[]? labels = label is null ? null : [.. kept.Select(label)];
        return new ImageSet(images.narrow(0, 0, kept.Count), labels, classNames, kept, [.. skipped]);
    }

    /// <summary>Moves the good images of a chunk to their place behind those kept before.</summary>
    private static void Keep(
        string root, List<string> names, string?[] faults, byte[] pixels, Tensor images, List<string> kept, List<SkippedFile> skipped, BadFilePolicy policy)
    {
        using Tensor rows = images.narrow(0, kept.Count, names.Count);
        Span<byte> target = rows.bytes;
        int length = target.Length / names.Count;
        for (int i = 0; i < names.Count; i++)
        {
            if (faults[i] is string fault)
            {
                skipped.Add(policy == BadFilePolicy.Skip
                    ? new SkippedFile(names[i], fault)
                    : throw new DatasetException(Path.Combine(root, names[i]), fault));
                continue;
            }

            pixels.AsSpan(i * length, length).CopyTo(target);
            target = target[length..];
            kept.Add(names[i]);
        }
    }
}
