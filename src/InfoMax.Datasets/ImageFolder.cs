using InfoMax.Numerics;
using static TorchSharp.torch;

namespace InfoMax.Datasets;

/// <summary>
/// Reads folders of images: class folders, whose names are the labels, or images without labels. JPEG, PNG, BMP, GIF (the first frame) and
/// WebP, told apart by content, whatever the extension says.
/// </summary>
/// <remarks>
/// <para>
/// Files with the extension of an image are read; others (a licence, <c>Thumbs.db</c>), hidden ones and <c>__MACOSX</c> are passed over. A file
/// with such an extension that holds no image, a damaged one or one of a format that is not read is a bad file: see
/// <see cref="ImageFolderOptions.OnBadFile"/>.
/// </para>
/// <para>
/// Images are in the ordinal order of their relative paths, whatever the file system's. They are turned as EXIF says, laid on
/// <see cref="ImageFolderOptions.Background"/> where they are transparent, and resized by area average. Colour profiles are not applied. The same
/// files give the same bytes on every run; decoding uses all cores.
/// </para>
/// </remarks>
public static class ImageFolder
{
    private const long ChunkBytes = 1 << 26;
    private const int ChunkFiles = 512;

    /// <summary>Reads a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">How to read; by default 64×64 in three channels, failing on the first bad file.</param>
    /// <param name="progress">Told after every few hundred files, on the calling thread.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <returns>A new set, images <c>[N, C, H, W]</c>; the caller disposes it.</returns>
    /// <exception cref="DatasetException">
    /// The folder is missing or unreadable; holds no image, or only bad ones; holds a bad file and the policy is to fail; mixes images and class
    /// folders, or has a class that is not expected; or the images do not fit into the memory of the machine.
    /// </exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public static ImageSet Read(string path, ImageFolderOptions? options = null, IProgress<DatasetProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        NativeBackend.EnsureLoadable();
        options ??= new ImageFolderOptions();
        FolderListing listing = FolderListing.Of(path, cancellation);
        if (listing.Images.Count == 0)
        {
            throw new DatasetException(path, $"expected images (JPEG, PNG, BMP, GIF or WebP), found {listing.Others()}.");
        }

        ClassFolders? classes = ClassFolders.Of(path, listing.Images, options);
        var skipped = new List<SkippedFile>();
        var names = new List<string>(listing.Images.Count);
        foreach (string name in listing.Images)
        {
            if (classes is not null && classes.Label(name) is null)
            {
                skipped.Add(new SkippedFile(name, "expected in a class folder, found beside them."));
            }
            else
            {
                names.Add(name);
            }
        }

        return Decode(path, names, classes, skipped, options, progress, cancellation);
    }

    private static ImageSet Decode(
        string root, List<string> names, ClassFolders? classes, List<SkippedFile> skipped, ImageFolderOptions options, IProgress<DatasetProgress>? progress, CancellationToken cancellation)
    {
        var decoder = new ImageDecoder(options);
        RequireMemory(root, (long)names.Count * decoder.ImageLength);
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
        int[]? labels = classes is null ? null : [.. kept.Select(name => classes.Label(name)!.Value)];
        return new ImageSet(images.narrow(0, 0, kept.Count), labels, classes?.ClassNames, kept, [.. skipped]);
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

    private static void RequireMemory(string root, long needed)
    {
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (needed > available)
        {
            throw new DatasetException(root, $"expected images that fit into memory ({available} bytes), found files that need {needed} at this size. Read a part, or a smaller size.");
        }
    }
}
