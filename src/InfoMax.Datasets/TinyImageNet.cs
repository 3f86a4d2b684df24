namespace InfoMax.Datasets;

/// <summary>Reads Tiny ImageNet from its official folders: 100,000 + 10,000 + 10,000 color images of 64×64 pixels in 200 classes.</summary>
/// <remarks>The set of Stanford's course CS231n. Also reads other sets of the same folders, of any number and size of images.</remarks>
public static class TinyImageNet
{
    private const string FolderName = "tiny-imagenet-200";
    private const int LongestList = 1 << 26;

    /// <summary>Reads one part of the set.</summary>
    /// <param name="path">
    /// The folder with <c>wnids.txt</c>, or the folder above it that holds it as <c>tiny-imagenet-200</c>. It holds <c>train/CLASS/images</c>;
    /// <c>val/images</c> with <c>val/val_annotations.txt</c>, or <c>val/CLASS</c> as some rearrange it; and <c>test/images</c>.
    /// </param>
    /// <param name="part">Which images.</param>
    /// <param name="options">
    /// Size, channels and what to do about bad files, as for <see cref="ImageFolder"/>; by default 64×64 in three channels. Labels and class names
    /// come from the set.
    /// </param>
    /// <param name="progress">Told after every few hundred files, on the calling thread.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <returns>
    /// A new set, images <c>[N, C, H, W]</c> in ordinal order of their paths; no labels for <see cref="TinyImageNetPart.Test"/>. The caller disposes it.
    /// </returns>
    /// <remarks>
    /// Classes have the order of <c>wnids.txt</c>. Their names are those of <c>words.txt</c> (such as "goldfish, Carassius auratus") where they are
    /// there, else the identifiers themselves.
    /// </remarks>
    /// <exception cref="ArgumentException">The options name classes, or say where labels come from.</exception>
    /// <exception cref="DatasetException">
    /// A list, folder or image is missing, unreadable or damaged; a class is not in <c>wnids.txt</c> or has no training image; the annotations do
    /// not name exactly the images that are there; or the images do not fit into the memory of the machine.
    /// </exception>
    /// <exception cref="OperationCanceledException">Reading was canceled.</exception>
    public static ImageSet Read(
        string path,
        TinyImageNetPart part,
        ImageFolderOptions? options = null,
        IProgress<DatasetProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        options ??= new ImageFolderOptions();
        (string folder, FolderPlan plan) = Plan(path, part, options, cancellation);
        return ImageFiles.Read(folder, plan.Names, plan.Label, plan.ClassNames, plan.Skipped, options, progress, cancellation);
    }

    /// <summary>Opens one part of the set as a source that decodes a batch when it is fetched, for machines that cannot hold it: 1.2 GB of training images at 64×64.</summary>
    /// <param name="path">The folder, as for <see cref="Read"/>.</param>
    /// <param name="part">Which images.</param>
    /// <param name="options">As for <see cref="Read"/>.</param>
    /// <param name="check">Whether to decode every file once now, as for <see cref="ImageFolderSource.Open"/>.</param>
    /// <param name="progress">Told after every few hundred files checked, on the calling thread.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <returns>The source, whose batches are bit by bit those of the set that <see cref="Read"/> gives.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Read"/>; or bad files are to be skipped, or duplicates to be found, and files not to be checked.</exception>
    /// <exception cref="DatasetException">As <see cref="Read"/> throws, but for memory.</exception>
    /// <exception cref="OperationCanceledException">Opening was canceled.</exception>
    public static ImageFolderSource Open(
        string path,
        TinyImageNetPart part,
        ImageFolderOptions? options = null,
        bool check = true,
        IProgress<DatasetProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        options ??= new ImageFolderOptions();
        ImageFolderSource.RequireCheck(options, check);
        (string folder, FolderPlan plan) = Plan(path, part, options, cancellation);
        return ImageFolderSource.Of(folder, plan, options, check, progress, cancellation);
    }

    private static (string Folder, FolderPlan Plan) Plan(string path, TinyImageNetPart part, ImageFolderOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (options.ClassNames is not null || options.Labels != FolderLabels.Auto)
        {
            throw new ArgumentException("Expected options without class names and with labels left at Auto: both come from the set.", nameof(options));
        }

        DatasetFile.RequireFolder(path);
        string root = !File.Exists(Path.Combine(path, "wnids.txt")) && Directory.Exists(Path.Combine(path, FolderName)) ? Path.Combine(path, FolderName) : path;
        Dictionary<string, int> classes = Classes(Path.Combine(root, "wnids.txt"));
        string folder = Path.Combine(root, part switch { TinyImageNetPart.Train => "train", TinyImageNetPart.Validation => "val", _ => "test" });
        FolderListing listing = FolderListing.Of(folder, options, cancellation);
        if (listing.Images.Count == 0)
        {
            throw new DatasetException(folder, $"expected images, found {listing.Others()}.");
        }

        List<string> names = [.. listing.Images];
        if (part == TinyImageNetPart.Test)
        {
            return (folder, new FolderPlan(names, null, null, [.. listing.Skipped]));
        }

        string annotations = Path.Combine(folder, "val_annotations.txt");
        Dictionary<string, int> labels = part == TinyImageNetPart.Validation && File.Exists(annotations)
            ? Annotated(annotations, names, classes)
            : FromFolders(folder, names, classes, every: part == TinyImageNetPart.Train);
        string[] classNames = Words(Path.Combine(root, "words.txt"), classes);
        return (folder, new FolderPlan(names, classNames, name => labels[name], [.. listing.Skipped]));
    }

    private static Dictionary<string, int> Classes(string path)
    {
        var classes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string line in DatasetFile.Lines(path))
        {
            if (line.Any(c => !char.IsAsciiLetterOrDigit(c)))
            {
                throw new DatasetException(path, $"expected identifiers of classes, one to a line, found {DatasetFile.Shown(line)} in line {classes.Count + 1}.");
            }

            if (!classes.TryAdd(line, classes.Count))
            {
                throw new DatasetException(path, $"expected every class once, found {line} twice.");
            }
        }

        return classes.Count > 0 ? classes : throw new DatasetException(path, "expected identifiers of classes, one to a line, found none.");
    }

    private static string[] Words(string path, Dictionary<string, int> classes)
    {
        string[] names = [.. classes.Keys];
        if (!File.Exists(path))
        {
            return names;
        }

        foreach (string line in DatasetFile.Lines(path, LongestList))
        {
            int tab = line.IndexOf('\t', StringComparison.Ordinal);
            if (tab <= 0)
            {
                throw new DatasetException(path, $"expected an identifier, a tab and words in every line, found {DatasetFile.Shown(line)}.");
            }

            if (classes.TryGetValue(line[..tab], out int label))
            {
                names[label] = line[(tab + 1)..].Trim();
            }
        }

        return names;
    }

    private static Dictionary<string, int> FromFolders(string folder, List<string> images, Dictionary<string, int> classes, bool every)
    {
        var labels = new Dictionary<string, int>(StringComparer.Ordinal);
        var found = new HashSet<int>();
        foreach (string image in images)
        {
            string name = image[..Math.Max(0, image.IndexOf('/', StringComparison.Ordinal))];
            if (!classes.TryGetValue(name, out int label))
            {
                throw new DatasetException(folder, $"expected images in folders of the classes of wnids.txt, found {DatasetFile.Shown(image)}.");
            }

            labels.Add(image, label);
            found.Add(label);
        }

        string? missing = every ? classes.FirstOrDefault(c => !found.Contains(c.Value)).Key : null;
        return missing is null ? labels : throw new DatasetException(folder, $"expected images of every class of wnids.txt, found none of {missing}.");
    }

    /// <summary>Lines of a file name, a class and four numbers, which are not needed, separated by tabs.</summary>
    private static Dictionary<string, int> Annotated(string path, List<string> images, Dictionary<string, int> classes)
    {
        var labels = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string line in DatasetFile.Lines(path, LongestList))
        {
            string[] fields = line.Split('\t');
            if (fields.Length < 2 || !classes.TryGetValue(fields[1], out int label))
            {
                throw new DatasetException(path, $"expected a file name and a class of wnids.txt in every line, found {DatasetFile.Shown(line)}.");
            }

            if (!labels.TryAdd($"images/{fields[0]}", label))
            {
                throw new DatasetException(path, $"expected one line for each image, found two for {DatasetFile.Shown(fields[0])}.");
            }
        }

        if (images.Find(image => !labels.ContainsKey(image)) is string unknown)
        {
            throw new DatasetException(path, $"expected a line for each image, found none for {DatasetFile.Shown(unknown)}.");
        }

        string? missing = labels.Keys.Except(images).FirstOrDefault();
        return missing is null ? labels : throw new DatasetException(path, $"expected an image for each line, found none for {DatasetFile.Shown(missing)}.");
    }
}
