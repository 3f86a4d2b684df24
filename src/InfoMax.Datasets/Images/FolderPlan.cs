namespace InfoMax.Datasets;

/// <summary>The files of a folder to read as images, in order, with their classes.</summary>
/// <param name="names">Paths relative to the folder.</param>
/// <param name="classNames">The classes; null without labels.</param>
/// <param name="label">The label of a file; null without labels.</param>
/// <param name="skipped">Files that are left out so far.</param>
internal sealed class FolderPlan(List<string> names, IReadOnlyList<string>? classNames, Func<string, int>? label, List<FileNote> skipped)
{
    /// <summary>Paths relative to the folder.</summary>
    public List<string> Names => names;

    /// <summary>Files that are left out so far.</summary>
    public List<FileNote> Skipped => skipped;

    /// <summary>The classes; null without labels.</summary>
    public IReadOnlyList<string>? ClassNames => classNames;

    /// <summary>The label of a file; null without labels.</summary>
    public Func<string, int>? Label => label;

    /// <summary>Lists a folder.</summary>
    public static FolderPlan Of(string path, ImageFolderOptions options, CancellationToken cancellationToken)
    {
        FolderListing listing = FolderListing.Of(path, options, cancellationToken);
        if (listing.Images.Count == 0)
        {
            throw new DatasetException(path, $"expected images (JPEG, PNG, BMP, GIF or WebP), found {listing.Others()}.");
        }

        ClassFolders? classes = ClassFolders.Of(path, listing.Images, options);
        List<FileNote> skipped = [.. listing.Skipped];
        var names = new List<string>(listing.Images.Count);
        foreach (string name in listing.Images)
        {
            if (classes is not null && classes.Label(name) is null)
            {
                skipped.Add(new FileNote(name, "expected in a class folder, found beside them."));
            }
            else
            {
                names.Add(name);
            }
        }

        return new FolderPlan(names, classes?.ClassNames, classes is null ? null : name => classes.Label(name)!.Value, skipped);
    }
}
