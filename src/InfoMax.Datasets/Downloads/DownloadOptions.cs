namespace InfoMax.Datasets;

/// <summary>Where <see cref="DatasetDownload"/> keeps data sets, and how long it tries.</summary>
public sealed class DownloadOptions
{
    /// <summary>The environment variable that names the folder for data sets.</summary>
    public const string FolderVariable = "INFOMAX_DATA";

    /// <summary>The folder for data sets. Each set gets a folder of its own below it.</summary>
    /// <value>
    /// By default null: the folder that the environment variable <see cref="FolderVariable"/> names, or else <c>InfoMax/datasets</c> in the
    /// user's local application data.
    /// </value>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public string? Folder
    {
        get;
        init => field = value is "" ? throw new ArgumentException("Expected a folder or null, got an empty path.", nameof(Folder)) : value;
    }

    /// <summary>The most attempts in a row that receive nothing new. An attempt that receives bytes starts the count again.</summary>
    /// <remarks>The wait between attempts starts at a second, doubles with each failure in a row, and is at most two minutes.</remarks>
    /// <value>At least 1, by default 6.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxAttempts
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaxAttempts), value, "Expected at least 1.");
    } = 6;

    /// <summary>The longest wait between two attempts, also if the server asks for a longer one.</summary>
    internal TimeSpan MaxDelay
    {
        get;
        init => field = Checked(value, TimeSpan.Zero, nameof(MaxDelay));
    } = TimeSpan.FromMinutes(2);

    /// <summary>How long a server may send nothing before the attempt counts as failed.</summary>
    /// <value>From a millisecond to a day, by default a minute.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public TimeSpan StallTimeout
    {
        get;
        init => field = Checked(value, TimeSpan.FromMilliseconds(1), nameof(StallTimeout));
    } = TimeSpan.FromMinutes(1);

    /// <summary>The most bytes that an archive may unpack to.</summary>
    /// <value>At least 1, by default 16 GiB.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long MaxUnpackedBytes
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaxUnpackedBytes), value, "Expected at least 1.");
    } = ArchiveLimits.UsualBytes;

    /// <summary>The most files and folders that an archive may unpack to.</summary>
    /// <value>At least 1, by default a million.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxUnpackedEntries
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(
            nameof(MaxUnpackedEntries), value, "Expected at least 1.");
    } = ArchiveLimits.UsualEntries;

    /// <summary>Whether to keep an archive after unpacking it.</summary>
    /// <value>By default false, so that its content is on the disk once.</value>
    public bool KeepArchives { get; init; }

    /// <summary>The wait after the first failure.</summary>
    internal TimeSpan FirstDelay
    {
        get;
        init => field = Checked(value, TimeSpan.Zero, nameof(FirstDelay));
    } = TimeSpan.FromSeconds(1);

    /// <summary>The folder that is used.</summary>
    internal string ResolvedFolder => Path.GetFullPath(
        Folder ?? (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named ? named : UsualFolder()));

    /// <summary>For instance <c>data sets in /home/me/data, at most 6 attempts in a row</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"data sets in {ResolvedFolder}, at most {MaxAttempts} attempts in a row";

    private static string UsualFolder() => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "InfoMax",
        "datasets");

    private static TimeSpan Checked(TimeSpan value, TimeSpan min, string name) => value >= min && value <= TimeSpan.FromDays(1)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"Expected a time from {min} to a day.");
}
