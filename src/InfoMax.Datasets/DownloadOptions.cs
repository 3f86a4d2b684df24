namespace InfoMax.Datasets;

/// <summary>How <see cref="DatasetDownload"/> works.</summary>
public sealed record DownloadOptions
{
    /// <summary>The environment variable that names the folder to keep data sets in.</summary>
    public const string FolderVariable = "INFOMAX_DATA";

    private readonly string? _folder;
    private readonly int _attempts = 6;
    private readonly TimeSpan _firstDelay = TimeSpan.FromSeconds(1);
    private readonly TimeSpan _longestDelay = TimeSpan.FromMinutes(2);
    private readonly TimeSpan _stall = TimeSpan.FromMinutes(1);

    /// <summary>The folder to keep data sets in, each in a folder of its own.</summary>
    /// <value>
    /// By default null: the one that the environment variable <see cref="FolderVariable"/> names, or <c>InfoMax/datasets</c> below the user's local
    /// application data.
    /// </value>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public string? Folder
    {
        get => _folder;
        init => _folder = value is "" ? throw new ArgumentException("Expected a folder or null, got an empty path.", nameof(Folder)) : value;
    }

    /// <summary>How often to try in a row without getting further, before giving up. Bytes that have come are kept, and count as getting further.</summary>
    /// <value>At least 1, by default 6.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Attempts
    {
        get => _attempts;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Attempts));
            _attempts = value;
        }
    }

    /// <summary>How long to wait after the first failure; every further one in a row doubles it. A server that asks for longer gets it, within bounds.</summary>
    /// <value>From 0 to <see cref="LongestDelay"/>, by default a second.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or more than a day.</exception>
    public TimeSpan FirstDelay
    {
        get => _firstDelay;
        init => _firstDelay = Checked(value, TimeSpan.Zero, nameof(FirstDelay));
    }

    /// <summary>The longest that is waited between attempts.</summary>
    /// <value>From 0 to a day, by default two minutes.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public TimeSpan LongestDelay
    {
        get => _longestDelay;
        init => _longestDelay = Checked(value, TimeSpan.Zero, nameof(LongestDelay));
    }

    /// <summary>How long a server may send nothing before that counts as a failure.</summary>
    /// <value>From a millisecond to a day, by default a minute.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public TimeSpan StallTimeout
    {
        get => _stall;
        init => _stall = Checked(value, TimeSpan.FromMilliseconds(1), nameof(StallTimeout));
    }

    /// <summary>How much an archive may unpack to.</summary>
    /// <value>By default 16 GiB in a million files and folders.</value>
    public ArchiveLimits ArchiveLimits { get; init; } = new();

    /// <summary>Whether to keep an archive after unpacking it.</summary>
    /// <value>By default false: what is in it would be on the disk twice.</value>
    public bool KeepArchives { get; init; }

    /// <summary>The folder that is used.</summary>
    internal string ResolvedFolder => Path.GetFullPath(Folder
        ?? (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "InfoMax", "datasets")));

    private static TimeSpan Checked(TimeSpan value, TimeSpan least, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(1), name);
        return value;
    }
}
