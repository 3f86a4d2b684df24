
namespace InfoMax.Datasets;

/// <summary>Decodes a list of image files on all cores and sorts them into good files, bad files and duplicates.</summary>
internal sealed class ImageScan(string root, ImageFolderOptions options, List<FileNote> skipped)
{
    private const long ChunkBytes = 1 << 26;
    private const int ChunkFiles = 512;

    private readonly ImageDecoder _decoder = new(options);
    private readonly Dictionary<string, string> _firsts = new(StringComparer.Ordinal);
    private readonly List<string> _kept = [];
    private readonly List<DuplicateFile> _duplicates = [];
    private readonly List<FileNote> _losses = [];

    /// <summary>Receives a good image: its position among the good ones and its pixels.</summary>
    public delegate void Keep(int place, ReadOnlySpan<byte> pixels);

    /// <summary>The good files, in order.</summary>
    public IReadOnlyList<string> Kept => _kept;

    /// <summary>What there is to report, each list in order.</summary>
    public ReadingReport Report => new([.. skipped.OrderBy(file => file.Name, StringComparer.Ordinal)], _duplicates, _losses);

    /// <summary>Decodes all files. Throws if none is good.</summary>
    public void Run(List<string> names, Keep keep, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        int length = _decoder.ImageLength;
        int chunk = (int)Math.Clamp(ChunkBytes / length, 1, ChunkFiles);
        byte[] pixels = new byte[Math.Min(chunk, names.Count) * length];
        var found = new Decoding[chunk];
        string?[]? digests = options.OnDuplicate == DuplicatePolicy.Ignore ? null : new string?[chunk];
        var parallel = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        for (int start = 0; start < names.Count; start += chunk)
        {
            int count = Math.Min(chunk, names.Count - start);
            int first = start;
            Parallel.For(0, count, parallel, i => found[i] = _decoder.Decode(
                Path.Combine(root, names[first + i]), pixels.AsSpan(i * length, length), digests is null ? default : digests.AsSpan(i, 1)));
            for (int i = 0; i < count; i++)
            {
                string name = names[start + i];
                if (!IsGood(name, found[i].Fault, digests?[i]))
                {
                    continue;
                }

                keep(_kept.Count, pixels.AsSpan(i * length, length));
                _kept.Add(name);
                if (found[i].Loss is { } loss)
                {
                    _losses.Add(new FileNote(name, loss));
                }
            }

            progress?.Report(DatasetProgress.Reading(start + count, names.Count));
        }

        if (_kept.Count == 0)
        {
            FileNote worst = Report.Skipped[0];
            throw new DatasetException(
                root, $"expected images, found only files that cannot be read as such, {skipped.Count} in all. The first, {worst}");
        }
    }

    private bool IsGood(string name, string? fault, string? digest)
    {
        if (fault is not null)
        {
            skipped.Add(options.OnBadFile == BadFilePolicy.Skip ? new FileNote(name, fault) : throw new DatasetException(
                Path.Combine(root, name), fault));
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

        skipped.Add(new FileNote(name, reason));
        return false;
    }
}
