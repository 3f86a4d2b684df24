namespace InfoMax.Scores;

/// <summary>
/// How factored scores are computed: the size of a piece, and the precision of the products. The result does not depend on the size but for
/// rounding.
/// </summary>
public sealed class StreamingOptions
{
    private const long LeastBytes = 1 << 10;

    /// <summary>The defaults.</summary>
    public static StreamingOptions Default { get; } = new();

    /// <summary>
    /// Bytes of scores that are in memory at once where scores may be cut anywhere. Null (the default) takes 1 MiB on the CPU, which stays
    /// in the cache of a core, and 64 MiB elsewhere. Estimators with a partition function per global vector need whole rows, and 256 rows
    /// for products at full rate: they take 16 times as much, on the CPU up to 256 MiB where 256 rows are more, and without a size given
    /// 256 MiB elsewhere.
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
