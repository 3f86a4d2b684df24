namespace InfoMax.Datasets;

/// <summary>How <see cref="ImageFolder"/> reads.</summary>
public sealed record ImageFolderOptions
{
    /// <summary>The largest width or height that can be asked for.</summary>
    public const int MaxSize = 4096;

    /// <summary>The largest limit of pixels that can be set, and the default: see <see cref="PixelLimit"/>.</summary>
    public const int MaxPixels = 100_000_000;

    private readonly int _width = 64;
    private readonly int _height = 64;
    private readonly int _channels = 3;
    private readonly IReadOnlyList<string>? _classNames;

    /// <summary>Width and height together, for square images.</summary>
    /// <value>From 1 to <see cref="MaxSize"/>, by default 64. Reads as the height.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int Size
    {
        get => _height;
        init
        {
            _width = Checked(value, nameof(Size));
            _height = value;
        }
    }

    /// <summary>Width of the images, W.</summary>
    /// <value>From 1 to <see cref="MaxSize"/>, by default 64.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int Width
    {
        get => _width;
        init => _width = Checked(value, nameof(Width));
    }

    /// <summary>Height of the images, H.</summary>
    /// <value>From 1 to <see cref="MaxSize"/>, by default 64.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int Height
    {
        get => _height;
        init => _height = Checked(value, nameof(Height));
    }

    /// <summary>Channels of the images, C: 3 for red, green, blue; 1 for gray, Y = 0.299 R + 0.587 G + 0.114 B (Rec. 601).</summary>
    /// <value>1 or 3, by default 3.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is neither 1 nor 3.</exception>
    public int Channels
    {
        get => _channels;
        init => _channels = value is 1 or 3
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Channels), value, "Expected 1 (gray) or 3 (red, green, blue).");
    }

    /// <summary>How images of other proportions are brought to the size.</summary>
    /// <value>By default <see cref="ImageFit.CenterCrop"/>.</value>
    public ImageFit Fit { get; init; } = ImageFit.CenterCrop;

    /// <summary>The gray on which transparent images are laid.</summary>
    /// <value>From 0 (black) to 255 (white), by default 255.</value>
    public byte Background { get; init; } = 255;

    /// <summary>What to do about a file that cannot be read as an image.</summary>
    /// <value>By default <see cref="BadFilePolicy.Fail"/>.</value>
    public BadFilePolicy OnBadFile { get; init; } = BadFilePolicy.Fail;

    /// <summary>What to do about symbolic links.</summary>
    /// <value>By default <see cref="LinkPolicy.Follow"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enumeration.</exception>
    public LinkPolicy Links
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Links), value, "Expected one of the values of LinkPolicy.");
    } = LinkPolicy.Follow;

    /// <summary>What to do about files that are there twice.</summary>
    /// <value>By default <see cref="DuplicatePolicy.Ignore"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enumeration.</exception>
    public DuplicatePolicy OnDuplicate
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(OnDuplicate), value, "Expected one of the values of DuplicatePolicy.");
    } = DuplicatePolicy.Ignore;

    /// <summary>The most pixels, width times height, that a file may have by its header. One with more is a bad file, and is not decoded.</summary>
    /// <value>From 1 to <see cref="MaxPixels"/>, the default.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int PixelLimit
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(PixelLimit));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxPixels, nameof(PixelLimit));
            field = value;
        }
    } = MaxPixels;

    /// <summary>What to do with images of more than 8 bits per sample.</summary>
    /// <value>By default <see cref="DepthPolicy.Fail"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enumeration.</exception>
    public DepthPolicy Depth
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Depth), value, "Expected one of the values of DepthPolicy.");
    } = DepthPolicy.Fail;

    /// <summary>The sample of 16 bits that becomes 1, for <see cref="DepthPolicy.Keep"/>: 4095 for images of 12 bits. A file with a larger sample is a bad file.</summary>
    /// <value>From 1 to 65535, the default. With another, images of 8 bits are bad files, since their samples count in other units.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int MaxSample
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxSample));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, ushort.MaxValue, nameof(MaxSample));
            field = value;
        }
    } = ushort.MaxValue;

    /// <summary>Where labels come from.</summary>
    /// <value>By default <see cref="FolderLabels.Auto"/>.</value>
    public FolderLabels Labels { get; init; } = FolderLabels.Auto;

    /// <summary>
    /// The class folders to expect, in the order of their labels. Give those of the training part when reading another part, so that
    /// labels agree even if that part lacks a class; a folder of images with another name is then an error.
    /// </summary>
    /// <value>By default null: the folders that hold images, in ordinal order.</value>
    /// <exception cref="ArgumentException">There is no name, or one comes twice, be it in another Unicode normal form.</exception>
    public IReadOnlyList<string>? ClassNames
    {
        get => _classNames;
        init => _classNames = value is null || (value.Count > 0 && value.DistinctBy(NormalForm.Key).Count() == value.Count)
            ? value
            : throw new ArgumentException($"Expected distinct names of at least one class, got {string.Join(", ", value)}.", nameof(ClassNames));
    }

    /// <summary>Bytes of one image.</summary>
    internal int ExampleBytes => Channels * Height * Width * (Depth == DepthPolicy.Keep ? sizeof(float) : 1);

    private static int Checked(int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxSize, name);
        return value;
    }
}
