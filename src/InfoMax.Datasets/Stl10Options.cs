namespace InfoMax.Datasets;

/// <summary>How much of STL-10 to read, and at which size.</summary>
public sealed record Stl10Options
{
    /// <summary>Number of folds of the training images.</summary>
    public const int FoldCount = 10;

    private readonly int? _fold;
    private readonly int? _count;
    private readonly int _size = 96;

    /// <summary>One of the ten folds, in place of all training images. Only for parts with training images.</summary>
    /// <value>From 0 to 9, or null (the default) for all.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int? Fold
    {
        get => _fold;
        init
        {
            if (value is int fold)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(fold, nameof(Fold));
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(fold, FoldCount, nameof(Fold));
            }

            _fold = value;
        }
    }

    /// <summary>
    /// The most images to read, from the front; of <see cref="Stl10Part.TrainAndUnlabeled"/> the most unlabeled ones. No more is read from the
    /// file or held.
    /// </summary>
    /// <value>At least 1, or null (the default) for all.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? Count
    {
        get => _count;
        init
        {
            if (value is int count)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(Count));
            }

            _count = value;
        }
    }

    /// <summary>Width and height to bring the images to while reading, a few hundred at a time: the whole set is never held at 96×96.</summary>
    /// <value>From 1 to <see cref="ImageFolderOptions.MaxSize"/>, by default 96, as stored.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int Size
    {
        get => _size;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Size));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, ImageFolderOptions.MaxSize, nameof(Size));
            _size = value;
        }
    }

    /// <summary>Whether every file must hold its official number of images, since one cut between two images cannot be told otherwise.</summary>
    /// <value>By default true. With false any whole number will do, of labels as many as of images.</value>
    public bool OfficialCounts { get; init; } = true;
}
