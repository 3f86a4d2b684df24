using InfoMax.Data;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Datasets;

/// <summary>A folder of images as a source that decodes the files of a batch when it is fetched: for folders that do not fit into memory.</summary>
/// <remarks>
/// <para>Files, labels, order and pixels are those of <see cref="ImageFolder"/>, and a batch is bit by bit that of the set it would have read. Each batch is decoded anew, on all cores, with no cache but the system's.</para>
/// <para>Nothing is held open and no tensor is owned: there is nothing to dispose.</para>
/// </remarks>
public sealed class ImageFolderSource : IBatchSource
{
    private readonly string _root;
    private readonly ImageDecoder _decoder;
    private readonly string[] _names;
    private readonly int[]? _labels;
    private readonly ReadingReport _report;
    private readonly ScalarType _type;

    private ImageFolderSource(string root, ImageFolderOptions options, IReadOnlyList<string> names, FolderPlan plan, ReadingReport report)
    {
        (_root, _decoder, _names, _report, _type) = (root, new ImageDecoder(options), [.. names], report, options.Depth == DepthPolicy.Keep ? ScalarType.Float32 : ScalarType.Byte);
        _labels = plan.Label is { } label ? [.. names.Select(label)] : null;
        ClassNames = plan.ClassNames ?? [];
        ExampleShape = [options.Channels, options.Height, options.Width];
    }

    /// <inheritdoc/>
    public int Count => _names.Length;

    /// <inheritdoc/>
    public IReadOnlyList<long> ExampleShape { get; }

    /// <summary>True: several threads may fetch at once.</summary>
    public bool IsThreadSafe => true;

    /// <summary>The class of each image, from 0 to the number of classes − 1; null if there are none.</summary>
    public IReadOnlyList<int>? Labels => _labels;

    /// <summary>Names of the classes in the order of their labels; empty if the images have no labels.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The path of each image relative to the folder, with '/' between the parts.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Files that were left out, in reading order.</summary>
    public IReadOnlyList<SkippedFile> Skipped => _report.Skipped;

    /// <summary>Files whose bytes are those of another, if <see cref="ImageFolderOptions.OnDuplicate"/> asks for them.</summary>
    public IReadOnlyList<DuplicateFile> Duplicates => _report.Duplicates;

    /// <summary>Files that are read, but not with all that is in them, if files were checked: see <see cref="ImageSet.Losses"/>.</summary>
    public IReadOnlyList<LossyFile> Losses => _report.Losses;

    /// <summary>Opens a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">How to read; by default 64×64 in three channels, failing on the first bad file.</param>
    /// <param name="check">
    /// Whether to decode every file once now, so that bad files and duplicates are found before training. Without it, opening takes no more than listing the folder, and a bad file is an exception when it is fetched.
    /// </param>
    /// <param name="progress">Told after every few hundred files checked, on the calling thread.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <returns>The source.</returns>
    /// <exception cref="ArgumentException">Bad files are to be skipped, or duplicates to be found, and files not to be checked.</exception>
    /// <exception cref="DatasetException">As <see cref="ImageFolder.Read"/> throws, but for memory.</exception>
    /// <exception cref="OperationCanceledException">Opening was canceled.</exception>
    public static ImageFolderSource Open(string path, ImageFolderOptions? options = null, bool check = true, IProgress<DatasetProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new ImageFolderOptions();
        RequireCheck(options, check);
        return Of(path, FolderPlan.Of(path, options, cancellation), options, check, progress, cancellation);
    }

    /// <inheritdoc/>
    /// <exception cref="DatasetException">A file is gone, or cannot be read as an image (any more).</exception>
    public Tensor GetBatch(ReadOnlySpan<int> indices)
    {
        BatchIndices.Check(indices, Count);
        int[] files = indices.ToArray();
        int length = _decoder.ImageLength;
        byte[] pixels = new byte[files.Length * length];
        var found = new Decoding[files.Length];
        Parallel.For(
            0,
            files.Length,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            i => found[i] = _decoder.Decode(Path.Combine(_root, _names[files[i]]), pixels.AsSpan(i * length, length)));
        int bad = Array.FindIndex(found, file => file.Fault is not null);
        if (bad >= 0)
        {
            throw new DatasetException(Path.Combine(_root, _names[files[bad]]), found[bad].Fault!);
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor images = empty([files.Length, .. ExampleShape], _type);
        pixels.CopyTo(images.bytes);
        return scope.MoveToOuter(_type == ScalarType.Byte ? InMemorySource.Scaled(images) : images);
    }

    /// <summary>The images with their labels, for probes.</summary>
    /// <returns>Labeled data over this source.</returns>
    /// <exception cref="InvalidOperationException">The images have no labels.</exception>
    public LabeledData ToLabeled() => _labels is null
        ? throw new InvalidOperationException("These images have no labels. Open a folder of class folders, or use the source itself.")
        : new LabeledData(this, _labels, ClassNames);

    /// <summary>Throws if options ask for what can be known only once files are decoded.</summary>
    internal static void RequireCheck(ImageFolderOptions options, bool check)
    {
        if (!check && (options.OnBadFile == BadFilePolicy.Skip || options.OnDuplicate != DuplicatePolicy.Ignore))
        {
            throw new ArgumentException("Expected files to be checked, since bad ones are to be skipped or duplicates to be found: that must be known before indices are given out.", nameof(check));
        }
    }

    /// <summary>A source of files that are known already.</summary>
    internal static ImageFolderSource Of(string root, FolderPlan plan, ImageFolderOptions options, bool check, IProgress<DatasetProgress>? progress, CancellationToken cancellation)
    {
        NativeBackend.EnsureLoadable();
        var scan = new ImageScan(root, options, plan.Skipped);
        if (check)
        {
            scan.Run(plan.Names, (_, _) => { }, progress, cancellation);
        }

        return new ImageFolderSource(root, options, check ? scan.Kept : plan.Names, plan, new ReadingReport(scan.Skipped, scan.Duplicates, scan.Losses));
    }
}
