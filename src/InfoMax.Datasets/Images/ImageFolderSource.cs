using InfoMax.Data;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Datasets;

/// <summary>A folder of images that is read batch by batch: for folders that do not fit into memory.</summary>
/// <remarks>
/// <para>
/// Files, labels, order and pixels are those of <see cref="ImageFolder"/>, bit by bit. Every batch is decoded anew, on all cores. Several
/// threads may fetch batches at once.
/// </para>
/// <para>The source holds no open file and owns no tensor, so there is nothing to dispose.</para>
/// </remarks>
public sealed class ImageFolderSource : IBatchSource
{
    private readonly string _root;
    private readonly ImageDecoder _decoder;
    private readonly ScalarType _type;
    private readonly string[] _names;
    private readonly int[]? _labels;
    private readonly ReadingReport _report;

    private ImageFolderSource(string root, ImageFolderOptions options, IReadOnlyList<string> names, FolderPlan plan, ReadingReport report)
    {
        (_root, _decoder, _names, _report) = (root, new ImageDecoder(options), [.. names], report);
        _type = options.Depth == DepthPolicy.Keep ? ScalarType.Float32 : ScalarType.Byte;
        _labels = plan.Label is { } label ? [.. names.Select(label)] : null;
        ClassNames = plan.ClassNames ?? [];
        ExampleShape = [options.Channels, options.Height, options.Width];
    }

    /// <summary>Number of images, at least 1.</summary>
    public int Count => _names.Length;

    /// <summary>Shape of one image, <c>[C, H, W]</c>.</summary>
    public IReadOnlyList<long> ExampleShape { get; }

    /// <summary>The class of each image, an index into <see cref="ClassNames"/>; null if the images have no labels.</summary>
    public IReadOnlyList<int>? Labels => _labels;

    /// <summary>Names of the classes in the order of their labels; empty if the images have no labels.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The path of each image relative to the folder, with '/' between the parts.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Files, links and folders that were left out, in reading order.</summary>
    public IReadOnlyList<FileNote> Skipped => _report.Skipped;

    /// <summary>Files with the bytes of an earlier one, if <see cref="ImageFolderOptions.OnDuplicate"/> asks for them.</summary>
    public IReadOnlyList<DuplicateFile> Duplicates => _report.Duplicates;

    /// <summary>
    /// Files that are read, but not with everything in them: see <see cref="ImageSet.Losses"/>. Empty if files were not checked.
    /// </summary>
    public IReadOnlyList<FileNote> Losses => _report.Losses;

    bool IBatchSource.IsThreadSafe => true;

    /// <summary>Opens a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">How to read; by default 64×64 in three channels, failing on the first bad file.</param>
    /// <param name="check">
    /// Whether to decode every file once now, so that bad files and duplicates are found before training. Without the check, opening only
    /// lists the folder, and a bad file throws when its batch is fetched.
    /// </param>
    /// <param name="progress">Receives a report after every few hundred checked files, on the calling thread; null for no reports.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    /// <returns>The source.</returns>
    /// <exception cref="ArgumentException">
    /// The options skip bad files or look for duplicates, and <paramref name="check"/> is false.
    /// </exception>
    /// <exception cref="DatasetException">The cases of <see cref="ImageFolder.Read"/>, except for memory.</exception>
    /// <exception cref="OperationCanceledException">Opening was canceled.</exception>
    public static ImageFolderSource Open(
        string path,
        ImageFolderOptions? options = null,
        bool check = true,
        IProgress<DatasetProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new ImageFolderOptions();
        RequireCheck(options, check);
        return Of(path, FolderPlan.Of(path, options, cancellationToken), options, check, progress, cancellationToken);
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

    /// <summary>For instance <c>1000 images of 3 × 64 × 64 in 10 classes, 2 files skipped</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{ClassList.Text(Count, ExampleShape, ClassNames.Count)}{_report}";

    /// <summary>Throws if the options ask for what is known only after files are decoded.</summary>
    internal static void RequireCheck(ImageFolderOptions options, bool check)
    {
        if (!check && (options.OnBadFile == BadFilePolicy.Skip || options.OnDuplicate != DuplicatePolicy.Ignore))
        {
            throw new ArgumentException(
                "Expected files to be checked, since bad files are skipped or duplicates are looked for: indices count what remains.",
                nameof(check));
        }
    }

    /// <summary>A source over the files of a plan.</summary>
    internal static ImageFolderSource Of(
        string root,
        FolderPlan plan,
        ImageFolderOptions options,
        bool check,
        IProgress<DatasetProgress>? progress,
        CancellationToken cancellationToken)
    {
        NativeBackend.EnsureLoadable();
        var scan = new ImageScan(root, options, plan.Skipped);
        if (check)
        {
            scan.Run(plan.Names, (_, _) => { }, progress, cancellationToken);
        }

        return new ImageFolderSource(root, options, check ? scan.Kept : plan.Names, plan, scan.Report);
    }
}
