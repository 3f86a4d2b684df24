namespace InfoMax.Datasets;

/// <summary>Reads Tiny ImageNet from its official folders: 100,000 + 10,000 + 10,000 color images of 64×64 pixels in 200 classes.</summary>
/// <remarks>
/// The set of Stanford's course CS231n. Other sets with this layout of folders are read too, of any number and size of images.
/// </remarks>
public static class TinyImageNet
{
    private const string FolderName = "tiny-imagenet-200";
    private const int LongestList = 1 << 26;

    /// <summary>Reads one part of the set.</summary>
    /// <param name="path">
    /// The folder with <c>wnids.txt</c>, or the folder above it, if it has the name <c>tiny-imagenet-200</c>. It holds
    /// <c>train/CLASS/images</c>; <c>val/images</c> with <c>val/val_annotations.txt</c>, or <c>val/CLASS</c>; and <c>test/images</c>.
    /// </param>
    /// <param name="part">Which images.</param>
    /// <param name="options">
    /// How to read, as for <see cref="ImageFolder"/>; by default 64×64 in three channels. Labels and class names come from the set.
    /// </param>
    /// <param name="progress">Receives a report after every few hundred files, on the calling thread; null for no reports.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    /// <returns>
    /// A new set, images <c>[N, C, H, W]</c> in ordinal order of their paths; no labels for <see cref="TinyImageNetPart.Test"/>. The caller
    /// disposes it.
    /// </returns>
    /// <remarks>
    /// Classes have the order of <c>wnids.txt</c>. Their names come from <c>words.txt</c> (such as "goldfish, Carassius auratus"); a class
    /// that is not listed there keeps its identifier.
    /// </remarks>
    /// <exception cref="ArgumentException">The options set class names or labels, or the part is not in the enumeration.</exception>
    /// <exception cref="DatasetException">
    /// A list, folder or image is missing, unreadable or damaged; a class is not in <c>wnids.txt</c> or has no training image; the
    /// annotations do not name exactly the images that exist; or the images do not fit into memory.
    /// </exception>
    /// <exception cref="OperationCanceledException">Reading was canceled.</exception>
    public static ImageSet Read(
        string path,
        TinyImageNetPart part,
        ImageFolderOptions? options = null,
        IProgress<DatasetProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ImageFolderOptions();
        (string folder, FolderPlan plan) = Plan(path, part, options, cancellationToken);
        return ImageFiles.Read(folder, plan, options, progress, cancellationToken);
    }

    /// <summary>
    /// Opens one part of the set as a source that decodes every batch when it is fetched. In memory, the training images at 64×64 take 1.2
    /// GB.
    /// </summary>
    /// <param name="path">The folder, as for <see cref="Read"/>.</param>
    /// <param name="part">Which images.</param>
    /// <param name="options">As for <see cref="Read"/>.</param>
    /// <param name="check">Whether to decode every file once now, as for <see cref="ImageFolderSource.Open"/>.</param>
    /// <param name="progress">Receives a report after every few hundred checked files, on the calling thread; null for no reports.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    /// <returns>The source. Its batches are those of the set that <see cref="Read"/> returns, bit by bit.</returns>
    /// <exception cref="ArgumentException">
    /// The cases of <see cref="Read"/>; or the options skip bad files or look for duplicates, and <paramref name="check"/> is false.
    /// </exception>
    /// <exception cref="DatasetException">The cases of <see cref="Read"/>, except for memory.</exception>
    /// <exception cref="OperationCanceledException">Opening was canceled.</exception>
    public static ImageFolderSource Open(
        string path,
        TinyImageNetPart part,
        ImageFolderOptions? options = null,
        bool check = true,
        IProgress<DatasetProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ImageFolderOptions();
        ImageFolderSource.RequireCheck(options, check);
        (string folder, FolderPlan plan) = Plan(path, part, options, cancellationToken);
        return ImageFolderSource.Of(folder, plan, options, check, progress, cancellationToken);
    }

    private static (string Folder, FolderPlan Plan) Plan(
        string path, TinyImageNetPart part, ImageFolderOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Enum.IsDefined(part))
        {
            throw new ArgumentException(
                $"Expected one of {string.Join(", ", Enum.GetNames<TinyImageNetPart>())}, got {part}.", nameof(part));
        }

        if (options.ClassNames is not null || options.Labels != FolderLabels.Auto)
        {
            throw new ArgumentException(
                "Expected options without class names and with the labels Auto, since both come from the set.", nameof(options));
        }

        DatasetFile.RequireFolder(path);
        string below = Path.Combine(path, FolderName);
        string root = !File.Exists(Path.Combine(path, "wnids.txt")) && Directory.Exists(below) ? below : path;
        Dictionary<string, int> classes = Classes(Path.Combine(root, "wnids.txt"));
        string name = part switch { TinyImageNetPart.Train => "train", TinyImageNetPart.Validation => "val", _ => "test" };
        string folder = Path.Combine(root, name);
        FolderListing listing = FolderListing.Of(folder, options, cancellationToken);
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
                throw new DatasetException(
                    path, $"expected identifiers of classes, one per line, found {DatasetFile.Shown(line)} in line {classes.Count + 1}.");
            }

            if (!classes.TryAdd(line, classes.Count))
            {
                throw new DatasetException(path, $"expected every class once, found {line} twice.");
            }
        }

        return classes.Count > 0 ? classes : throw new DatasetException(path, "expected identifiers of classes, one per line, found none.");
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
                throw new DatasetException(
                    path, $"expected an identifier, a tab and words in every line, found {DatasetFile.Shown(line)}.");
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
                throw new DatasetException(
                    folder, $"expected images in folders of the classes of wnids.txt, found {DatasetFile.Shown(image)}.");
            }

            labels.Add(image, label);
            found.Add(label);
        }

        string? missing = every ? classes.FirstOrDefault(c => !found.Contains(c.Value)).Key : null;
        return missing is null ? labels : throw new DatasetException(
            folder, $"expected images of every class of wnids.txt, found none of {missing}.");
    }

    /// <summary>Reads lines of a file name, a class and four numbers that are not needed, separated by tabs.</summary>
    private static Dictionary<string, int> Annotated(string path, List<string> images, Dictionary<string, int> classes)
    {
        var labels = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string line in DatasetFile.Lines(path, LongestList))
        {
            string[] fields = line.Split('\t');
            if (fields.Length < 2 || !classes.TryGetValue(fields[1], out int label))
            {
                throw new DatasetException(
                    path, $"expected a file name and a class of wnids.txt in every line, found {DatasetFile.Shown(line)}.");
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
        return missing is null ? labels : throw new DatasetException(
            path, $"expected an image for each line, found none for {DatasetFile.Shown(missing)}.");
    }
}
