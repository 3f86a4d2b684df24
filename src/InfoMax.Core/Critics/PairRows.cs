using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Critics;

/// <summary>The input of a critic that sees local and global vectors as rows: checks their sizes and lays them out.</summary>
internal sealed class PairRows
{
    /// <summary>Sets the sizes.</summary>
    /// <param name="localChannels">Channels of a local vector, 1 or more.</param>
    /// <param name="globalUnits">Units of a global vector, 1 or more.</param>
    public PairRows(long localChannels, long globalUnits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(localChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(globalUnits, 1);
        (LocalChannels, GlobalUnits) = (localChannels, globalUnits);
    }

    public long LocalChannels { get; }

    public long GlobalUnits { get; }

    /// <summary>Scores all pairs of a batch.</summary>
    /// <param name="local">Local features <c>[N, C, *spatial]</c>.</param>
    /// <param name="globals">Global vectors <c>[N, units]</c> or <c>[N, units, K]</c>.</param>
    /// <param name="score">
    /// Scores of global rows <c>[N·K, units]</c>, local rows <c>[N·L, C]</c>, both example by example, and the number of examples N. Runs
    /// inside a dispose scope.
    /// </param>
    public ScoreMatrix Score(LocalFeatureMap local, Tensor globals, Func<Tensor, Tensor, long, ScoreMatrix> score)
    {
        ArgumentNullException.ThrowIfNull(local);
        if (local.Channels != LocalChannels)
        {
            throw new ArgumentException(
                $"Expected a local map [N, {LocalChannels}, *spatial], got {TensorGuard.Describe(local.Values)}.", nameof(local));
        }

        using var scope = NewDisposeScope();
        ScoreMatrix scores = score(GlobalRows(globals, GlobalUnits), local.ToRows(), local.BatchSize);
        scores.MoveToOuter(scope);
        return scores;
    }

    /// <summary>Global vectors as rows <c>[N·K, units]</c>, example by example.</summary>
    public static Tensor GlobalRows(Tensor globals, long units)
    {
        ArgumentNullException.ThrowIfNull(globals);
        return globals.shape[1] != units
            ? throw new ArgumentException(
                $"Expected global vectors [N, {units}] or [N, {units}, K], got {TensorGuard.Describe(globals)}.", nameof(globals))
            : globals.dim() == 2 ? globals : globals.transpose(1, 2).reshape(-1, units);
    }

    /// <summary>
    /// Scores of all pairs by a function of some global rows. Where no gradient is kept, takes a few rows at a time, so that the
    /// activations of all pairs are never in memory at once.
    /// </summary>
    /// <param name="globalRows">The global rows.</param>
    /// <param name="numbersPerRow">Numbers in memory that one row needs.</param>
    /// <param name="score">The function.</param>
    public static Tensor InBlocks(Tensor globalRows, long numbersPerRow, Func<Tensor, Tensor> score)
    {
        const long MaxNumbers = 1L << 24;
        long rows = globalRows.shape[0], step = is_grad_enabled() ? rows : Math.Clamp(MaxNumbers / numbersPerRow, 1, rows);
        if (step == rows)
        {
            return score(globalRows);
        }

        var parts = new List<Tensor>();
        for (long start = 0; start < rows; start += step)
        {
            using var scope = NewDisposeScope();
            parts.Add(scope.MoveToOuter(score(globalRows.narrow(0, start, Math.Min(step, rows - start)))));
        }

        return cat(parts);
    }
}
