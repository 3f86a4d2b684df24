namespace InfoMax.Scores;

/// <summary>
/// How factored scores are computed: the tile size and the precision of the products. The tile size changes results by rounding only.
/// </summary>
public sealed class StreamingOptions
{
    private const long LeastBytes = 1 << 10;

    /// <summary>The defaults.</summary>
    public static StreamingOptions Default { get; } = new();

    /// <summary>
    /// Bytes of scores in memory at once. Null (the default) means 1 MiB on the CPU, which fits the cache of a core, and 64 MiB on other
    /// devices. Estimators with a partition function per global vector need whole rows, at least 256 for full speed. They take 16 times
    /// this size; by default up to 256 MiB.
    /// </summary>
    /// <value>At least 1024, or null.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1024.</exception>
    public long? TileBytes
    {
        get;
        init
        {
            if (value is { } bytes)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(bytes, LeastBytes, nameof(TileBytes));
            }

            field = value;
        }
    }

    /// <summary>
    /// The precision of the three matrix products; default <see cref="ProductPrecision.Full"/>. bfloat16 factors are always multiplied as
    /// they are.
    /// </summary>
    public ProductPrecision Products { get; init; } = ProductPrecision.Full;
}
