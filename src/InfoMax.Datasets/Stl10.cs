using InfoMax.Numerics;
using static TorchSharp.torch;

namespace InfoMax.Datasets;

/// <summary>
/// Reads STL-10 in its binary version: 5,000 + 8,000 colour images of 96×96 pixels in ten classes, and 100,000 without labels, which is what it
/// was made for.
/// </summary>
/// <remarks>A. Coates, H. Lee, A. Y. Ng. An Analysis of Single-Layer Networks in Unsupervised Feature Learning, AISTATS 2011.</remarks>
public static class Stl10
{
    private const string FolderName = "stl10_binary";
    private const int TrainCount = 5000;
    private const int TestCount = 8000;
    private const int UnlabelledCount = 100_000;
    private const int FoldLength = 1000;
    private static readonly string[] WellKnownNames = ["airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck"];

    /// <summary>Reads one part of the set.</summary>
    /// <param name="path">
    /// The folder with <c>train_X.bin</c>, <c>train_y.bin</c>, <c>test_X.bin</c>, <c>test_y.bin</c>, <c>unlabeled_X.bin</c> and, for folds,
    /// <c>fold_indices.txt</c>, or the folder above it that holds it as <c>stl10_binary</c>. Only the files of the part need be there.
    /// </param>
    /// <param name="part">Which images.</param>
    /// <param name="options">How many, which fold and at which size; by default all, at 96×96.</param>
    /// <param name="progress">Told after every few hundred images, on the calling thread.</param>
    /// <param name="cancellation">Stops between a few hundred images.</param>
    /// <returns>
    /// A new set, images <c>[N, 3, S, S]</c> in the order of the files or of the fold, named <c>train/0</c>, <c>test/0</c>, <c>unlabeled/0</c> and
    /// so on; labels from 0 to 9 (the files count from 1), none for <see cref="Stl10Part.Unlabelled"/>. The caller disposes it.
    /// </returns>
    /// <remarks>The names of the classes come from <c>class_names.txt</c> beside the images if it is there.</remarks>
    /// <exception cref="ArgumentException">A fold is asked of a part without training images.</exception>
    /// <exception cref="DatasetException">
    /// A file is missing, unreadable or of the wrong length; holds a label outside 1 to 10 or a fold with an index outside the training images; or
    /// the images do not fit into the memory of the machine.
    /// </exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public static ImageSet Read(
        string path, Stl10Part part, Stl10Options? options = null, IProgress<DatasetProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new Stl10Options();
        bool training = part is Stl10Part.Train or Stl10Part.TrainAndUnlabelled;
        if (options.Fold is not null && !training)
        {
            throw new ArgumentException($"Expected no fold of the part {part}: only training images have folds.", nameof(options));
        }

        NativeBackend.EnsureLoadable();
        string folder = Folder(path, training ? "train_X.bin" : part == Stl10Part.Test ? "test_X.bin" : "unlabeled_X.bin");
        Stl10File? unlabelled = part is Stl10Part.Unlabelled or Stl10Part.TrainAndUnlabelled
            ? Stl10File.Open(Path.Combine(folder, "unlabeled_X.bin"), options.OfficialCounts ? UnlabelledCount : null)
            : null;
        int[] unlabelledRows = unlabelled is null ? [] : First(unlabelled.Count, options.Count);
        if (part == Stl10Part.Unlabelled)
        {
            return Assemble(folder, [(unlabelled!, unlabelledRows, "unlabeled")], null, options, progress, cancellation);
        }

        string name = training ? "train" : "test";
        int official = training ? TrainCount : TestCount;
        Stl10File images = Stl10File.Open(Path.Combine(folder, $"{name}_X.bin"), options.OfficialCounts ? official : null);
        int[] labels = Stl10File.Labels(Path.Combine(folder, $"{name}_y.bin"), images.Count);
        int[] rows = options.Fold is int fold ? Folds(folder, images.Count, options.OfficialCounts)[fold] : First(images.Count, null);
        rows = part == Stl10Part.TrainAndUnlabelled ? rows : [.. rows.Take(options.Count ?? rows.Length)];
        int[] wanted = [.. rows.Select(row => labels[row]), .. Enumerable.Repeat(ImageSet.Unlabelled, unlabelledRows.Length)];
        return Assemble(
            folder,
            unlabelled is null ? [(images, rows, name)] : [(images, rows, name), (unlabelled, unlabelledRows, "unlabeled")],
            wanted,
            options,
            progress,
            cancellation);
    }

    private static ImageSet Assemble(
        string folder,
        (Stl10File File, int[] Rows, string Name)[] parts,
        int[]? labels,
        Stl10Options options,
        IProgress<DatasetProgress>? progress,
        CancellationToken cancellation)
    {
        int count = parts.Sum(part => part.Rows.Length);
        DatasetFile.RequireMemory(folder, count * 3L * options.Size * options.Size);
        string[]? classes = labels is null ? null : ClassList.FromFile(Path.Combine(folder, "class_names.txt"), WellKnownNames);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor images = empty([count, 3, options.Size, options.Size], ScalarType.Byte);
        var names = new List<string>(count);
        foreach ((Stl10File file, int[] rows, string name) in parts)
        {
            file.Read(rows, images, names.Count, options.Size, progress, cancellation);
            names.AddRange(rows.Select(row => $"{name}/{row}"));
        }

        return new ImageSet(images, labels, classes, names);
    }

    private static string Folder(string path, string wanted)
    {
        DatasetFile.RequireFolder(path);
        string below = Path.Combine(path, FolderName);
        string folder = !File.Exists(Path.Combine(path, wanted)) && Directory.Exists(below) ? below : path;
        if (!File.Exists(Path.Combine(folder, wanted)))
        {
            string hint = DatasetFile.Names(folder).FirstOrDefault(name => name.Contains(".tar", StringComparison.OrdinalIgnoreCase)) is string archive
                ? $" but {archive}: unpack it first"
                : DatasetFile.Names(folder).FirstOrDefault(name => name.EndsWith(".mat", StringComparison.OrdinalIgnoreCase)) is string matlab
                ? $" but {matlab}, which is of the version for Matlab"
                : string.Empty;
            throw new DatasetException(folder, $"expected the binary version of STL-10, found no {wanted}{hint}.");
        }

        return folder;
    }

    private static int[] First(int count, int? limit) => [.. Enumerable.Range(0, Math.Min(count, limit ?? count))];

    /// <summary>Ten lines of indices, from 0, separated by spaces.</summary>
    private static int[][] Folds(string folder, int images, bool official)
    {
        string path = Path.Combine(folder, "fold_indices.txt");
        string[] lines = DatasetFile.Lines(path);
        if (lines.Length != Stl10Options.FoldCount)
        {
            throw new DatasetException(path, $"expected {Stl10Options.FoldCount} lines, one for each fold, found {lines.Length}.");
        }

        int[][] folds = new int[lines.Length][];
        for (int f = 0; f < lines.Length; f++)
        {
            string[] numbers = lines[f].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (official && numbers.Length != FoldLength)
            {
                throw new DatasetException(path, $"expected {FoldLength} indices in fold {f}, found {numbers.Length}.");
            }

            folds[f] = Array.ConvertAll(numbers, number => DatasetFile.Index(number, images) is int index
                ? index
                : throw new DatasetException(path, $"expected indices from 0 to {images - 1} in fold {f}, found {DatasetFile.Shown(number)}."));
        }

        return folds;
    }
}
