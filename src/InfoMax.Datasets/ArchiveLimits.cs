namespace InfoMax.Datasets;

/// <summary>How much an archive may unpack to.</summary>
public sealed record ArchiveLimits
{
    private readonly int _maxEntries = 1_000_000;
    private readonly long _maxBytes = 1L << 34;

    /// <summary>The most files and folders that the archive may list.</summary>
    /// <value>At least 1, by default 1,000,000.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxEntries
    {
        get => _maxEntries;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxEntries));
            _maxEntries = value;
        }
    }

    /// <summary>The most bytes that may come out in all, headers of a tar archive included. They are counted as they come, whatever headers say.</summary>
    /// <value>At least 1, by default 16 GiB.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long MaxBytes
    {
        get => _maxBytes;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxBytes));
            _maxBytes = value;
        }
    }
}
