namespace InfoMax.Datasets;

/// <summary>The images of STL-10 to read, file by file, with their classes.</summary>
internal sealed class Stl10Plan
{
    private const string FolderName = "stl10_binary";
    private const int TrainCount = 5000;
    private const int TestCount = 8000;
    private const int UnlabeledCount = 100_000;
    private const int FoldLength = 1000;
    private static readonly string[] WellKnownNames = ["airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck"];

    private Stl10Plan(string folder, (Stl10File File, int[] Rows, string Name)[] parts, int[]? labels)
    {
        (Folder, Parts, Labels) = (folder, parts, labels);
        ClassNames = labels is null ? null : ClassList.FromFile(Path.Combine(folder, "class_names.txt"), WellKnownNames);
    }

    /// <summary>The folder that the files are in.</summary>
    public string Folder { get; }

    /// <summary>Files, the rows to read of each, and the first part of the names of their images.</summary>
    public IReadOnlyList<(Stl10File File, int[] Rows, string Name)> Parts { get; }

    /// <summary>The class of each image, or <see cref="ImageSet.Unlabeled"/>; null if there are none.</summary>
    public int[]? Labels { get; }

    /// <summary>The classes; null without labels.</summary>
    public string[]? ClassNames { get; }

    /// <summary>Number of images.</summary>
    public int Count => Parts.Sum(part => part.Rows.Length);

    /// <summary>Checks the files of a part and reads labels and folds.</summary>
    public static Stl10Plan Of(string path, Stl10Part part, Stl10Options options)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Enum.IsDefined(part))
        {
            throw new ArgumentException($"Expected one of {string.Join(", ", Enum.GetNames<Stl10Part>())}, got {part}.", nameof(part));
        }

        bool training = part is Stl10Part.Train or Stl10Part.TrainAndUnlabeled;
        if (options.Fold is not null && !training)
        {
            throw new ArgumentException($"Expected no fold for the part {part}: only training images have folds.", nameof(options));
        }

        string folder = Find(path, training ? "train_X.bin" : part == Stl10Part.Test ? "test_X.bin" : "unlabeled_X.bin");
        Stl10File? unlabeled = part is Stl10Part.Unlabeled or Stl10Part.TrainAndUnlabeled
            ? Stl10File.Open(Path.Combine(folder, "unlabeled_X.bin"), options.RequireOfficialCounts ? UnlabeledCount : null)
            : null;
        int[] unlabeledRows = unlabeled is null ? [] : First(unlabeled.Count, options.MaxCount);
        if (part == Stl10Part.Unlabeled)
        {
            return new Stl10Plan(folder, [(unlabeled!, unlabeledRows, "unlabeled")], null);
        }

        string name = training ? "train" : "test";
        int official = training ? TrainCount : TestCount;
        Stl10File images = Stl10File.Open(Path.Combine(folder, $"{name}_X.bin"), options.RequireOfficialCounts ? official : null);
        int[] labels = Stl10File.Labels(Path.Combine(folder, $"{name}_y.bin"), images.Count);
        int[] rows = options.Fold is int fold
            ? Folds(folder, images.Count, options.RequireOfficialCounts)[fold]
            : First(images.Count, null);
        rows = part == Stl10Part.TrainAndUnlabeled ? rows : [.. rows.Take(options.MaxCount ?? rows.Length)];
        int[] wanted = [.. rows.Select(row => labels[row]), .. Enumerable.Repeat(ImageSet.Unlabeled, unlabeledRows.Length)];
        return new Stl10Plan(
            folder, unlabeled is null ? [(images, rows, name)] : [(images, rows, name), (unlabeled, unlabeledRows, "unlabeled")], wanted);
    }

    /// <summary>The names of the images: <c>train/0</c> and so on.</summary>
    public List<string> Names() => [.. Parts.SelectMany(part => part.Rows.Select(row => $"{part.Name}/{row}"))];

    private static string Find(string path, string wanted)
    {
        DatasetFile.RequireFolder(path);
        string below = Path.Combine(path, FolderName);
        string folder = !File.Exists(Path.Combine(path, wanted)) && Directory.Exists(below) ? below : path;
        if (!File.Exists(Path.Combine(folder, wanted)))
        {
            string hint = DatasetFile.FirstName(folder, ".tar") is { } archive
                ? $" but {archive}: unpack it first"
                : DatasetFile.FirstName(folder, ".mat") is { } matlab
                ? $" but {matlab}, which is of the version for Matlab"
                : string.Empty;
            throw new DatasetException(folder, $"expected the binary version of STL-10, found no {wanted}{hint}.");
        }

        return folder;
    }

    private static int[] First(int count, int? limit) => [.. Enumerable.Range(0, Math.Min(count, limit ?? count))];

    /// <summary>Reads ten lines of indices, from 0, separated by spaces.</summary>
    private static int[][] Folds(string folder, int images, bool official)
    {
        string path = Path.Combine(folder, "fold_indices.txt");
        string[] lines = DatasetFile.Lines(path);
        if (lines.Length != Stl10Options.FoldCount)
        {
            throw new DatasetException(path, $"expected {Stl10Options.FoldCount} lines, one per fold, found {lines.Length}.");
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
                : throw new DatasetException(
                    path, $"expected indices from 0 to {images - 1} in fold {f}, found {DatasetFile.Shown(number)}."));
        }

        return folds;
    }
}
