
namespace InfoMax.Datasets;

/// <summary>Decodes a list of image files, some at a time on all cores, and says which are good, which are not, and which are there twice.</summary>
internal sealed class ImageScan(string root, ImageFolderOptions options, List<SkippedFile> skipped)
{
    private const long ChunkBytes = 1 << 26;
    private const int ChunkFiles = 512;

    private readonly ImageDecoder _decoder = new(options);
    private readonly Dictionary<string, string> _firsts = new(StringComparer.Ordinal);
    private readonly List<string> _kept = [];
    private readonly List<DuplicateFile> _duplicates = [];
    private readonly List<LossyFile> _losses = [];

    /// <summary>What is done with a good image: its place among the good ones and its pixels.</summary>
    public delegate void Keep(int place, ReadOnlySpan<byte> pixels);

    /// <summary>The good files, in order.</summary>
    public IReadOnlyList<string> Kept => _kept;

    /// <summary>Those that are there twice, if asked for.</summary>
    public IReadOnlyList<DuplicateFile> Duplicates => _duplicates;

    /// <summary>Good files of which something was not kept, in order.</summary>
    public IReadOnlyList<LossyFile> Losses => _losses;

    /// <summary>What has been left out, in order.</summary>
    public SkippedFile[] Skipped => [.. skipped.OrderBy(file => file.Name, StringComparer.Ordinal)];

    /// <summary>Decodes all files; at least one is good.</summary>
    public void Run(List<string> names, Keep keep, IProgress<DatasetProgress>? progress, CancellationToken cancellation)
    {
        int length = _decoder.ImageLength;
        int chunk = (int)Math.Clamp(ChunkBytes / length, 1, ChunkFiles);
        byte[] pixels = new byte[Math.Min(chunk, names.Count) * length];
        var found = new Decoding[chunk];
        string?[]? digests = options.OnDuplicate == DuplicatePolicy.Ignore ? null : new string?[chunk];
        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        for (int start = 0; start < names.Count; start += chunk)
        {
            int count = Math.Min(chunk, names.Count - start);
            int first = start;
            Parallel.For(0, count, parallel, i => found[i] = _decoder.Decode(
                Path.Combine(root, names[first + i]), pixels.AsSpan(i * length, length), digests is null ? default : digests.AsSpan(i, 1)));
            for (int i = 0; i < count; i++)
            {
                if (Good(names[start + i], found[i].Fault, digests?[i]))
                {
                    if (found[i].Loss is { } loss)
                    {
                        _losses.Add(new LossyFile(names[start + i], loss));
                    }

                    keep(_kept.Count, pixels.AsSpan(i * length, length));
                    _kept.Add(names[start + i]);
                }
            }

            progress?.Report(new DatasetProgress(start + count, names.Count));
        }

        if (_kept.Count == 0)
        {
            throw new DatasetException(root, $"expected images, found only files that cannot be read as such, {skipped.Count} in all. The first, {Skipped[0].Name}: {Skipped[0].Reason}");
        }
    }

    private bool Good(string name, string? fault, string? digest)
    {
        if (fault is not null)
        {
            skipped.Add(options.OnBadFile == BadFilePolicy.Skip ? new SkippedFile(name, fault) : throw new DatasetException(Path.Combine(root, name), fault));
            return false;
        }

        if (digest is null || _firsts.TryAdd(digest, name))
        {
            return true;
        }

        string reason = $"expected every image once, found the bytes of {_firsts[digest]} again (SHA-256 {digest}).";
        if (options.OnDuplicate == DuplicatePolicy.Fail)
        {
            throw new DatasetException(Path.Combine(root, name), reason);
        }

        _duplicates.Add(new DuplicateFile(name, _firsts[digest], digest));
        if (options.OnDuplicate == DuplicatePolicy.Report)
        {
            return true;
        }

        skipped.Add(new SkippedFile(name, reason));
        return false;
    }
}
