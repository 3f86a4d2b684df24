namespace InfoMax.Datasets;

/// <summary>How much an archive may unpack to.</summary>
/// <param name="MaxBytes">The most bytes that may come out, with the headers of a tar archive.</param>
/// <param name="MaxEntries">The most files and folders that the archive may list.</param>
internal readonly record struct ArchiveLimits(long MaxBytes, int MaxEntries)
{
    /// <summary>16 GiB.</summary>
    public const long UsualBytes = 1L << 34;

    /// <summary>A million files and folders.</summary>
    public const int UsualEntries = 1_000_000;
}
