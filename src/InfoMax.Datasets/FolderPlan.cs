namespace InfoMax.Datasets;

/// <summary>The files of a folder that are to be read as images, in order, with their classes.</summary>
internal sealed class FolderPlan
{
    private readonly ClassFolders? _classes;

    private FolderPlan(List<string> names, ClassFolders? classes, List<SkippedFile> skipped) => (Names, _classes, Skipped) = (names, classes, skipped);

    /// <summary>Paths relative to the folder.</summary>
    public List<string> Names { get; }

    /// <summary>What was left out so far.</summary>
    public List<SkippedFile> Skipped { get; }

    /// <summary>The classes; null without labels.</summary>
    public IReadOnlyList<string>? ClassNames => _classes?.ClassNames;

    /// <summary>The label of a file; null if there are none.</summary>
    public Func<string, int>? Label => _classes is null ? null : name => _classes.Label(name)!.Value;

    /// <summary>Lists a folder.</summary>
    public static FolderPlan Of(string path, ImageFolderOptions options, CancellationToken cancellation)
    {
        FolderListing listing = FolderListing.Of(path, options, cancellation);
        if (listing.Images.Count == 0)
        {
            throw new DatasetException(path, $"expected images (JPEG, PNG, BMP, GIF or WebP), found {listing.Others()}.");
        }

        ClassFolders? classes = ClassFolders.Of(path, listing.Images, options);
        List<SkippedFile> skipped = [.. listing.Skipped];
        var names = new List<string>(listing.Images.Count);
        foreach (string name in listing.Images)
        {
            if (classes is not null && classes.Label(name) is null)
            {
                skipped.Add(new SkippedFile(name, "expected in a class folder, found beside them."));
            }
            else
            {
                names.Add(name);
            }
        }

        return new FolderPlan(names, classes, skipped);
    }
}
