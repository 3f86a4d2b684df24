namespace InfoMax.Datasets;

/// <summary>
/// How <see cref="ImageFolder"/> reads. A record: read the test part with <c>options with { ClassNames = train.ClassNames }</c>.
/// </summary>
public sealed record ImageFolderOptions
{
    /// <summary>The largest width or height that can be asked for.</summary>
    internal const int LargestSize = 4096;

    private const int MostPixels = 100_000_000;
    private readonly int _width = 64;
    private readonly int _height = 64;

    /// <summary>Width and height together, for square images.</summary>
    /// <value>From 1 to 4096, by default 64. Reads as the height.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int Size
    {
        get => _height;
        init => _width = _height = CheckedSize(value, nameof(Size));
    }

    /// <summary>Width of the images, W, in pixels.</summary>
    /// <value>From 1 to 4096, by default 64.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int Width
    {
        get => _width;
        init => _width = CheckedSize(value, nameof(Width));
    }

    /// <summary>Height of the images, H, in pixels.</summary>
    /// <value>From 1 to 4096, by default 64.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int Height
    {
        get => _height;
        init => _height = CheckedSize(value, nameof(Height));
    }

    /// <summary>Channels of the images, C: 3 for red, green and blue; 1 for gray, 0.299 R + 0.587 G + 0.114 B (Rec. 601).</summary>
    /// <value>1 or 3, by default 3.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is neither 1 nor 3.</exception>
    public int Channels
    {
        get;
        init => field = value is 1 or 3
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Channels), value, "Expected 1 (gray) or 3 (red, green, blue).");
    } = 3;

    /// <summary>How images with other proportions are brought to the size.</summary>
    /// <value>By default <see cref="ImageFit.CenterCrop"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in the enumeration.</exception>
    public ImageFit Fit
    {
        get;
        init => field = Defined(value, nameof(Fit));
    } = ImageFit.CenterCrop;

    /// <summary>The gray behind transparent pixels. Files with such pixels are listed in <see cref="ImageSet.Losses"/>.</summary>
    /// <value>From 0 (black) to 255 (white), by default 255.</value>
    public byte Background { get; init; } = 255;

    /// <summary>What to do with images of more than 8 bits per sample.</summary>
    /// <value>By default <see cref="DepthPolicy.Fail"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in the enumeration.</exception>
    public DepthPolicy Depth
    {
        get;
        init => field = Defined(value, nameof(Depth));
    } = DepthPolicy.Fail;

    /// <summary>
    /// The 16-bit sample that becomes 1 with <see cref="DepthPolicy.Keep"/>: 4095 for images of 12 bits. A file with a larger sample is a
    /// bad file.
    /// </summary>
    /// <value>
    /// From 1 to 65535, the default. With another value, images of 8 bits are bad files, since their samples have another unit.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int MaxSample
    {
        get;
        init => field = Between(1, value, ushort.MaxValue, nameof(MaxSample));
    } = ushort.MaxValue;

    /// <summary>What to do with a file that cannot be read as an image.</summary>
    /// <value>By default <see cref="BadFilePolicy.Fail"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in the enumeration.</exception>
    public BadFilePolicy OnBadFile
    {
        get;
        init => field = Defined(value, nameof(OnBadFile));
    } = BadFilePolicy.Fail;

    /// <summary>What to do with symbolic links.</summary>
    /// <value>By default <see cref="LinkPolicy.Follow"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in the enumeration.</exception>
    public LinkPolicy Links
    {
        get;
        init => field = Defined(value, nameof(Links));
    } = LinkPolicy.Follow;

    /// <summary>What to do with files that have the bytes of an earlier one.</summary>
    /// <value>By default <see cref="DuplicatePolicy.Ignore"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in the enumeration.</exception>
    public DuplicatePolicy OnDuplicate
    {
        get;
        init => field = Defined(value, nameof(OnDuplicate));
    } = DuplicatePolicy.Ignore;

    /// <summary>
    /// The most pixels, width times height, that a file may have by its header. A file with more is a bad file, and is not decoded.
    /// </summary>
    /// <value>From 1 to 100,000,000, the default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int MaxPixels
    {
        get;
        init => field = Between(1, value, MostPixels, nameof(MaxPixels));
    } = MostPixels;

    /// <summary>Where labels come from.</summary>
    /// <value>By default <see cref="FolderLabels.Auto"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in the enumeration.</exception>
    public FolderLabels Labels
    {
        get;
        init => field = Defined(value, nameof(Labels));
    } = FolderLabels.Auto;

    /// <summary>
    /// The expected class folders, in the order of their labels. Set the names of the training part when you read another part: labels then
    /// agree even if that part lacks a class, and a class folder with another name is an error.
    /// </summary>
    /// <value>By default null: the folders that hold images, in ordinal order.</value>
    /// <exception cref="ArgumentException">The list is empty, or a name comes twice, also in another Unicode normal form.</exception>
    public IReadOnlyList<string>? ClassNames
    {
        get;
        init => field = value is null || (value.Count > 0 && value.DistinctBy(NormalForm.Key).Count() == value.Count)
            ? value
            : throw new ArgumentException(
                $"Expected distinct names of at least one class, got {string.Join(", ", value)}.", nameof(ClassNames));
    }

    /// <summary>Bytes of one image in memory.</summary>
    internal int ExampleBytes => Channels * Height * Width * (Depth == DepthPolicy.Keep ? sizeof(float) : 1);

    /// <summary>For instance <c>64 × 64 pixels, 3 channels</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Width} × {Height} pixels, {(Channels == 1 ? "1 channel" : "3 channels")}";

    /// <summary>The value, if images can have this width or height.</summary>
    internal static int CheckedSize(int value, string name) => Between(1, value, LargestSize, name);

    private static int Between(int min, int value, int max, string name) => value >= min && value <= max
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"Expected from {min} to {max}.");

    private static T Defined<T>(T value, string name)
        where T : struct, Enum => Enum.IsDefined(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"Expected one of {string.Join(", ", Enum.GetNames<T>())}.");
}
