namespace InfoMax.Datasets;

/// <summary>How much of STL-10 to read, and at which size.</summary>
public sealed class Stl10Options
{
    /// <summary>Number of folds of the training images.</summary>
    internal const int FoldCount = 10;

    /// <summary>One of the ten folds of the training images, in place of all of them. Only for parts with training images.</summary>
    /// <value>From 0 to 9, or null (the default) for all.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int? Fold
    {
        get;
        init => field = value is null or (>= 0 and < FoldCount)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Fold), value, $"Expected from 0 to {FoldCount - 1}, or null.");
    }

    /// <summary>
    /// The most images to read, from the front. For <see cref="Stl10Part.TrainAndUnlabeled"/>: the most unlabeled images. No more is read
    /// from the file or kept in memory.
    /// </summary>
    /// <value>At least 1, or null (the default) for all.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? MaxCount
    {
        get;
        init => field = value is null or >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxCount), value, "Expected at least 1, or null.");
    }

    /// <summary>
    /// Width and height of the images. They are resized a few hundred at a time: the whole set is never in memory at 96×96.
    /// </summary>
    /// <value>From 1 to 4096, by default 96, the stored size.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int Size
    {
        get;
        init => field = ImageFolderOptions.CheckedSize(value, nameof(Size));
    } = 96;

    /// <summary>
    /// Whether every file must hold its official number of images. Without this check, a file that was cut between two images passes for a
    /// whole one.
    /// </summary>
    /// <value>By default true. With false, any whole number of images is accepted, with as many labels.</value>
    public bool RequireOfficialCounts { get; init; } = true;

    /// <summary>For instance <c>fold 3, at most 1000 images of 64 × 64</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() =>
        $"{(Fold is { } fold ? $"fold {fold}, " : string.Empty)}{(MaxCount is { } count ? $"at most {count}" : "all")} images " +
        $"of {Size} × {Size}";
}
