namespace InfoMax.Datasets;

/// <summary>The classes of a folder, and the class of each file.</summary>
internal sealed class ClassFolders
{
    private readonly Dictionary<string, int> _labels = new(StringComparer.Ordinal);

    private ClassFolders(IReadOnlyList<string> classNames)
    {
        ClassNames = classNames;
        for (int c = 0; c < classNames.Count; c++)
        {
            _labels.Add(classNames[c], c);
        }
    }

    /// <summary>The classes in the order of their labels.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Decides whether the files have labels; null if not.</summary>
    public static ClassFolders? Of(string root, IReadOnlyList<string> images, ImageFolderOptions options)
    {
        string[] found = [.. images.Select(Folder).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        if (options.Labels != FolderLabels.None)
        {
            RequireDistinct(root, found);
        }

        switch (options.Labels)
        {
            case FolderLabels.None:
                return null;
            case FolderLabels.FromFolders when found.Length == 0:
                throw new DatasetException(root, "expected class folders with images, found images in the folder itself only.");
            case FolderLabels.Auto when found.Length == 0 && options.ClassNames is null:
                return null;
            case FolderLabels.Auto when images.FirstOrDefault(image => Folder(image) is null) is string stray:
                throw new DatasetException(
                    root,
                    $"expected either class folders or images without labels, found both images ({stray}) and folders of images " +
                    $"({string.Join(", ", found.Take(3))}). " +
                    $"Set {nameof(ImageFolderOptions)}.{nameof(ImageFolderOptions.Labels)} to say which.");
            case FolderLabels.Auto when found.Length == 1 && options.ClassNames is null:
                return null;
            default:
                break;
        }

        if (options.ClassNames is IReadOnlyList<string> expected)
        {
            string? unknown = found.FirstOrDefault(name => !expected.Contains(name));
            string? twin = unknown is null ? null : expected.FirstOrDefault(name => NormalForm.Differs(name, unknown));
            return unknown is null ? new ClassFolders(expected)
                : throw new DatasetException(root, twin is null
                    ? $"expected the class folders {string.Join(", ", expected)}, found another, {unknown}."
                    : $"expected the class folder {twin} written with {NormalForm.Difference(twin, unknown)}, found it written with " +
                        $"{NormalForm.Difference(unknown, twin)}: the letters are equal, the Unicode normal form is not. " +
                        $"Rename the folder, or take the names in {nameof(ImageFolderOptions.ClassNames)} from the folders.");
        }

        return new ClassFolders(found);
    }

    /// <summary>The label of a file; null if it lies in no class folder.</summary>
    public int? Label(string image) => Folder(image) is string name ? _labels[name] : null;

    private static void RequireDistinct(string root, string[] found)
    {
        if (found.GroupBy(NormalForm.Key).FirstOrDefault(names => names.Count() > 1) is { } twins)
        {
            (string first, string second) = (twins.First(), twins.ElementAt(1));
            throw new DatasetException(
                root,
                $"expected class folders of different names, found {first} twice, written with {NormalForm.Difference(first, second)} " +
                $"and with {NormalForm.Difference(second, first)}: the letters are equal, the Unicode normal form is not. " +
                "Move the images into one of them.");
        }
    }

    private static string? Folder(string image) => image.IndexOf('/', StringComparison.Ordinal) is > 0 and int end ? image[..end] : null;
}
