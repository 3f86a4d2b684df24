using static TorchSharp.torch;

namespace InfoMax.Estimators.Streaming;

/// <summary>The two factors of a score matrix as rows, with the arithmetic of blocks.</summary>
/// <param name="GlobalRows">Global vectors <c>[N·K, D]</c>, contiguous.</param>
/// <param name="LocalRows">Local vectors <c>[N·L, D]</c>, contiguous.</param>
/// <param name="BatchSize">Number of examples N.</param>
internal sealed record Factors(Tensor GlobalRows, Tensor LocalRows, long BatchSize)
{
    /// <summary>Scores per tile, chosen so that a tile of float32 (1 MiB) stays in the second-level cache of a core.</summary>
    private const long TileScores = 1 << 18;

    /// <summary>Rows that a block needs for its products to run at full rate.</summary>
    private const long ThickRows = 1024;

    public long Globals { get; } = GlobalRows.shape[0] / BatchSize;

    public long Locations { get; } = LocalRows.shape[0] / BatchSize;

    public long PositiveCount => BatchSize * Globals * Locations;

    public double NegativeCount => (double)PositiveCount * (BatchSize - 1);

    /// <summary>Examples of globals per block when tiles may be cut anywhere.</summary>
    public long TileRowExamples => Math.Clamp(ThickRows / Globals, 1, BatchSize);

    /// <summary>Examples of locals per block when tiles may be cut anywhere.</summary>
    public long TileColumnExamples => Math.Clamp(TileScores / (TileRowExamples * Globals * Locations), 1, BatchSize);

    /// <summary>Bytes of one score.</summary>
    public long ElementSize => GlobalRows.element_size();

    /// <summary>The globals of <paramref name="count"/> examples from <paramref name="start"/> on.</summary>
    public Tensor GlobalBlock(long start, long count) => GlobalRows.narrow(0, start * Globals, count * Globals);

    /// <summary>The locals of <paramref name="count"/> examples from <paramref name="start"/> on.</summary>
    public Tensor LocalBlock(long start, long count) => LocalRows.narrow(0, start * Locations, count * Locations);

    /// <summary>
    /// The positives inside a tile of scores, as a view <c>[K, L, positives]</c>; null if the tile has none.
    /// </summary>
    /// <param name="tile">Scores <c>[rows·K, columns·L]</c>, contiguous.</param>
    /// <param name="rowStart">First example of the rows.</param>
    /// <param name="rows">Examples in the rows.</param>
    /// <param name="columnStart">First example of the columns.</param>
    /// <param name="columns">Examples in the columns.</param>
    public Tensor? Positives(Tensor tile, long rowStart, long rows, long columnStart, long columns)
    {
        if (columnStart >= rowStart + rows || rowStart >= columnStart + columns)
        {
            return null;
        }

        return tile.view(rows, Globals, columns, Locations).diagonal(rowStart - columnStart, 0, 2);
    }
}
