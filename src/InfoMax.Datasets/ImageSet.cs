using InfoMax.Data;
using InfoMax.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Datasets;

/// <summary>Images in memory, with labels if there are any. Every reader returns one.</summary>
/// <remarks>
/// The set owns <see cref="Images"/>: dispose the set, not the tensor. The tensor is in no dispose scope. Objects made from a set
/// (by <see cref="ToSource"/>, <see cref="Subset"/> and others) own their memory, and may outlive the set.
/// </remarks>
public sealed class ImageSet : IDisposable
{
    /// <summary>The label of an image without one, in a set where others have labels.</summary>
    public const int Unlabeled = -1;

    private readonly Tensor _images;
    private readonly long[] _shape;
    private readonly int[]? _labels;
    private readonly string[] _classNames;
    private readonly string[] _names;
    private readonly ReadingReport _report;

    /// <summary>
    /// Creates a set over a tensor, without a copy. The set takes its own reference: the caller still disposes the argument.
    /// </summary>
    /// <param name="images">Images <c>[N, C, H, W]</c>, uint8 or float32 in [−1, 1], on the CPU, no dimension empty.</param>
    /// <param name="labels">
    /// One class per image, from 0 to the number of classes − 1; null for no labels. <see cref="Unlabeled"/> is allowed where class names
    /// are given and at least one image has a class.
    /// </param>
    /// <param name="classNames">Names of the classes in the order of their labels; by default their numbers. Only with labels.</param>
    /// <param name="names">A name for each image, for reports; by default its index.</param>
    /// <exception cref="ArgumentException">
    /// The tensor is of another shape, dtype, range or device; a count differs from N; a label has no class; class names come without
    /// labels.
    /// </exception>
    public ImageSet(
        Tensor images,
        IReadOnlyList<int>? labels = null,
        IReadOnlyList<string>? classNames = null,
        IReadOnlyList<string>? names = null)
        : this(images, labels, classNames, names, ReadingReport.Empty)
    {
    }

    internal ImageSet(
        Tensor images, IReadOnlyList<int>? labels, IReadOnlyList<string>? classNames, IReadOnlyList<string>? names, ReadingReport report)
    {
        NativeBackend.EnsureLoadable();
        TensorGuard.NotDisposed(images);
        bool known = images.dtype is ScalarType.Byte or ScalarType.Float32 && images.device_type == DeviceType.CPU;
        if (images.dim() != 4 || images.numel() == 0 || !known)
        {
            throw new ArgumentException(
                $"Expected uint8 or float32 images [N, C, H, W] on the CPU, at least one, got {TensorGuard.Describe(images)}.",
                nameof(images));
        }

        ImageSetChecks.RequireRange(images);

        Count = checked((int)images.shape[0]);
        _shape = images.shape[1..];
        _labels = labels is null ? null : [.. labels];
        _names = names is null ? ClassList.Numbers(Count) : [.. names];
        if (_names.Length != Count)
        {
            throw new ArgumentException($"Expected one name for each of {Count} images, got {_names.Length}.", nameof(names));
        }

        LabeledCount = _labels?.Count(label => label != Unlabeled) ?? 0;
        _classNames = ImageSetChecks.CheckLabels(_labels, classNames, Count);
        _report = report;
        _images = images.detach().DetachFromDisposeScope();
    }

    /// <summary>
    /// The images <c>[N, C, H, W]</c> on the CPU: uint8, or float32 in [−1, 1] with <see cref="DepthPolicy.Keep"/>. They belong to the set.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The set has been disposed.</exception>
    public Tensor Images
    {
        get
        {
            ObjectDisposedException.ThrowIf(_images.IsInvalid, this);
            return _images;
        }
    }

    /// <summary>
    /// The class of each image, an index into <see cref="ClassNames"/> or <see cref="Unlabeled"/>; null if no image has a label.
    /// </summary>
    public IReadOnlyList<int>? Labels => _labels;

    /// <summary>Names of the classes in the order of their labels; empty if the images have no labels.</summary>
    public IReadOnlyList<string> ClassNames => _classNames;

    /// <summary>A name for each image: its path relative to the folder read, with '/' between the parts, or its index.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Files, links and folders that the reader left out, in reading order. Empty for sets made from other sets.</summary>
    public IReadOnlyList<FileNote> Skipped => _report.Skipped;

    /// <summary>
    /// Files with the bytes of an earlier one, in reading order, if <see cref="ImageFolderOptions.OnDuplicate"/> asks for them. Empty for
    /// sets made from other sets.
    /// </summary>
    public IReadOnlyList<DuplicateFile> Duplicates => _report.Duplicates;

    /// <summary>
    /// Files that were read, but not with everything in them, in reading order. The reasons name what was lost: transparency, a color
    /// profile that is not sRGB, further frames, bits, inks. Empty for sets made from other sets.
    /// </summary>
    public IReadOnlyList<FileNote> Losses => _report.Losses;

    /// <summary>Number of images, N, at least 1.</summary>
    public int Count { get; }

    /// <summary>Whether at least one image has a label.</summary>
    public bool HasLabels => _labels is not null;

    /// <summary>Number of images with a label, from 0 to <see cref="Count"/>.</summary>
    public int LabeledCount { get; }

    /// <summary>The images as a source of batches, without the labels.</summary>
    /// <returns>A new source that shares the memory of this set; the caller disposes it.</returns>
    /// <exception cref="ObjectDisposedException">The set has been disposed.</exception>
    public InMemorySource ToSource() => new(Images);

    /// <summary>The images with their labels, for probes.</summary>
    /// <returns>New labeled data that share the memory of this set; the caller disposes them.</returns>
    /// <exception cref="InvalidOperationException">Some images have no label.</exception>
    /// <exception cref="ObjectDisposedException">The set has been disposed.</exception>
    public LabeledData ToLabeled() => _labels is null
        ? throw new InvalidOperationException("These images have no labels. Read a folder of class folders, or use ToSource().")
        : LabeledCount < Count
        ? throw new InvalidOperationException(
            $"Only {LabeledCount} of these {Count} images have labels. Take them with OnlyLabeled(), or use ToSource().")
        : new LabeledData(Images, _labels, _classNames);

    /// <summary>The images that have a label, in the order of the set.</summary>
    /// <returns>A new set with a copy of the images; the caller disposes it.</returns>
    /// <exception cref="InvalidOperationException">No image has a label.</exception>
    /// <exception cref="ObjectDisposedException">The set has been disposed.</exception>
    public ImageSet OnlyLabeled() => _labels is null
        ? throw new InvalidOperationException("These images have no labels.")
        : Subset([.. Enumerable.Range(0, Count).Where(i => _labels[i] != Unlabeled)]);

    /// <summary>
    /// Some of the images, in the given order, with their names and labels. All class names stay, unless no image of the part has a label.
    /// </summary>
    /// <param name="indices">Indices in <c>[0, Count)</c>, at least one; repeats are allowed.</param>
    /// <returns>A new set with a copy of the images; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">No index is given.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the set.</exception>
    /// <exception cref="ObjectDisposedException">The set has been disposed.</exception>
    public ImageSet Subset(IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        int[] chosen = [.. indices];
        if (chosen.Length == 0)
        {
            throw new ArgumentException("Expected at least one index.", nameof(indices));
        }

        BatchIndices.Check(chosen, Count);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor rows = Images.index_select(0, tensor(chosen, ScalarType.Int64));
        bool labeled = _labels is not null && Array.Exists(chosen, i => _labels[i] != Unlabeled);
        return new ImageSet(
            rows,
            labeled ? Array.ConvertAll(chosen, i => _labels![i]) : null,
            labeled ? _classNames : null,
            Array.ConvertAll(chosen, i => _names[i]));
    }

    /// <summary>
    /// Splits the set at random into two disjoint parts. Labeled sets are split class by class: both parts have the proportions of the set,
    /// to one image per class. Each part keeps the order of the set.
    /// </summary>
    /// <param name="fraction">Share of the first part, between 0 and 1; it gets <c>round(fraction · Count)</c> images.</param>
    /// <param name="seed">Seed of the draw. Equal seeds give equal parts.</param>
    /// <returns>Two new sets with copies of the images; the caller disposes both.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1, or leaves a part without images.</exception>
    /// <exception cref="ObjectDisposedException">The set has been disposed.</exception>
    public (ImageSet First, ImageSet Second) Split(double fraction, int seed)
    {
        double images = Math.Round(fraction * Count);
        if (!(images >= 1 && images <= Count - 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(fraction), fraction, $"Expected a fraction that leaves at least one of {Count} images on each side.");
        }

        bool[] drawn = StratifiedDraw.Draw(_labels, Count, (int)images, seed);
        int[] all = [.. Enumerable.Range(0, Count)];
        ImageSet first = Subset(Array.FindAll(all, i => drawn[i]));
        try
        {
            return (first, Subset(Array.FindAll(all, i => !drawn[i])));
        }
        catch
        {
            first.Dispose();
            throw;
        }
    }

    /// <summary>Some images at random, without repeats, drawn class by class like <see cref="Split"/>, in the order of the set.</summary>
    /// <param name="count">Number of images, from 1 to <see cref="Count"/>.</param>
    /// <param name="seed">Seed of the draw. Equal seeds give equal images.</param>
    /// <returns>A new set with a copy of the images; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is outside its range.</exception>
    /// <exception cref="ObjectDisposedException">The set has been disposed.</exception>
    public ImageSet Take(int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        bool[] drawn = StratifiedDraw.Draw(_labels, Count, count, seed);
        return Subset(Array.FindAll([.. Enumerable.Range(0, Count)], i => drawn[i]));
    }

    /// <summary>
    /// The images at another size. A side that shrinks is averaged over exact areas; a side that grows is interpolated linearly.
    /// </summary>
    /// <remarks>Every reader of images resizes by this rule, to the bit. Bytes are rounded, halves to the even number.</remarks>
    /// <param name="size">New width and height, from 1 to 4096. Images that are not square are distorted.</param>
    /// <returns>A new set; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is outside its range.</exception>
    /// <exception cref="ObjectDisposedException">The set has been disposed.</exception>
    public ImageSet Resize(int size)
    {
        using Tensor resized = ImageResizing.Resize(Images, ImageFolderOptions.CheckedSize(size, nameof(size)));
        return new ImageSet(resized, _labels, _labels is null ? null : _classNames, _names, _report);
    }

    /// <summary>Releases this set's reference to the images.</summary>
    public void Dispose() => _images.Dispose();

    /// <summary>For instance <c>1000 images of 3 × 64 × 64 in 10 classes, 2 files skipped</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{ClassList.Text(Count, _shape, _classNames.Length)}{_report}";
}
