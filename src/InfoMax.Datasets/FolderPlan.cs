namespace InfoMax.Datasets;

/// <summary>The files of a folder that are to be read as images, in order, with their classes.</summary>
internal sealed class FolderPlan
{
    /// <summary>A plan of files that are known already.</summary>
    public FolderPlan(List<string> names, IReadOnlyList<string>? classNames, Func<string, int>? label, List<SkippedFile> skipped) => (Names, ClassNames, Label, Skipped) = (names, classNames, label, skipped);

    /// <summary>Paths relative to the folder.</summary>
    public List<string> Names { get; }

    /// <summary>What was left out so far.</summary>
    public List<SkippedFile> Skipped { get; }

    /// <summary>The classes; null without labels.</summary>
    public IReadOnlyList<string>? ClassNames { get; }

    /// <summary>The label of a file; null if there are none.</summary>
    public Func<string, int>? Label { get; }

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

        return new FolderPlan(names, classes?.ClassNames, classes is null ? null : name => classes.Label(name)!.Value, skipped);
    }
}
