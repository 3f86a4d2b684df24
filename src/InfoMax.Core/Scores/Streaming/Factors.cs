using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Scores.Streaming;

/// <summary>The two factors of a score matrix as rows, and how their scores are made.</summary>
/// <param name="GlobalRows">Global vectors <c>[N·K, D]</c>, contiguous.</param>
/// <param name="LocalRows">Local vectors <c>[N·L, D]</c>, contiguous.</param>
/// <param name="BatchSize">Number of examples N.</param>
/// <param name="Map">Function applied to each inner product; null for none.</param>
/// <param name="Options">Sizes and precision.</param>
/// <param name="Workspace">Where the buffer for scores is kept; null makes one for each evaluation.</param>
internal sealed record Factors(
    Tensor GlobalRows, Tensor LocalRows, long BatchSize, ScoreFunction? Map, StreamingOptions Options, StreamingWorkspace? Workspace)
{
    /// <summary>Rows that a block needs for its products to run at full rate.</summary>
    private const long ThickRows = 1024;

    /// <summary>Rows below which a strip makes its products slow, since the local gradient is rewritten once per strip.</summary>
    private const long ThickStrip = 256;

    /// <summary>Maximum bytes of a strip, unless a single example takes more.</summary>
    private const long MostStripBytes = 256L << 20;

    public long Globals { get; } = GlobalRows.shape[0] / BatchSize;

    public long Locations { get; } = LocalRows.shape[0] / BatchSize;

    public long PositiveCount => BatchSize * Globals * Locations;

    public double NegativeCount => (double)PositiveCount * (BatchSize - 1);

    public Device Device => GlobalRows.device;

    /// <summary>The type of scores, sums and values: that of the factors, float32 for bfloat16 factors.</summary>
    public ScalarType ScoreType => GlobalRows.dtype == ScalarType.BFloat16 ? ScalarType.Float32 : GlobalRows.dtype;

    public bool BFloat16Products => GlobalRows.dtype == ScalarType.BFloat16 || Options.Products == ProductPrecision.BFloat16;

    /// <summary>Examples of globals per tile, when tiles may be cut anywhere.</summary>
    public long TileRowExamples => Math.Clamp(Math.Min(ThickRows, TileScores) / Globals, 1, BatchSize);

    /// <summary>Examples of locals per tile, when tiles may be cut anywhere.</summary>
    public long TileColumnExamples => Math.Clamp(TileScores / (TileRowExamples * Globals * Locations), 1, BatchSize);

    /// <summary>Examples of globals per strip of whole rows.</summary>
    public long StripExamples
    {
        get
        {
            // As thick as it must be for speed, but for rows so long that this would fill the memory.
            long least = Options.TileBytes is null ? Math.Min(ThickStrip, MostStripBytes / ScoreSize / LocalRows.shape[0]) : 1;
            return Math.Clamp(Math.Max(least, StripScores / LocalRows.shape[0]) / Globals, 1, BatchSize);
        }
    }

    /// <summary>
    /// Whether all scores are few enough for one tile, where a kernel would otherwise have to pass over the gradients once more: on the CPU
    /// four times the usual size, which costs less than that.
    /// </summary>
    public bool FitsOneTile =>
        BatchSize * Globals * LocalRows.shape[0] <= (Options.TileBytes is null && OnCpu ? 4 * TileScores : TileScores);

    private bool OnCpu => GlobalRows.device_type == DeviceType.CPU;

    private long TileScores => Math.Max(1, (Options.TileBytes ?? (OnCpu ? 1L << 20 : 64L << 20)) / ScoreSize);

    private long StripScores => Math.Max(1, (Options.TileBytes is { } bytes ? bytes * 16 : OnCpu ? 16L << 20 : MostStripBytes) / ScoreSize);

    private long ScoreSize => ScoreType == ScalarType.Float64 ? 8 : 4;

    /// <summary>The globals of <paramref name="count"/> examples from <paramref name="start"/> on.</summary>
    public Tensor GlobalBlock(Tensor rows, long start, long count) => rows.narrow(0, start * Globals, count * Globals);

    /// <summary>The locals of <paramref name="count"/> examples from <paramref name="start"/> on.</summary>
    public Tensor LocalBlock(Tensor rows, long start, long count) => rows.narrow(0, start * Locations, count * Locations);

    /// <summary>Row blocks of about 1 MiB of a strip, so that several passes over one are served from cache.</summary>
    public IEnumerable<(long Start, long Count)> CacheBlocks(Tensor strip)
    {
        long rows = strip.shape[0];
        long block = OnCpu ? Math.Clamp((1L << 20) / (strip.shape[1] * ScoreSize), 1, rows) : rows;
        for (long start = 0; start < rows; start += block)
        {
            yield return (start, Math.Min(block, rows - start));
        }
    }

    /// <summary>All scores, differentiable, <c>[N, K, N, L]</c>.</summary>
    public Tensor ToDense()
    {
        Tensor scores = GlobalRows.to(ScoreType).mm(LocalRows.to(ScoreType).t()).view(BatchSize, Globals, BatchSize, Locations);
        return Map is null ? scores : Map.Value(scores);
    }
}
