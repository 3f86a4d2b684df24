using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Critics;

/// <summary>A critic for local vectors of a given number of channels and global vectors of a given number of units, which it sees as rows.</summary>
public abstract class PairCritic : Critic
{
    private protected PairCritic(string name, long localChannels, long globalUnits)
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(localChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(globalUnits, 1);
        (LocalChannels, GlobalUnits) = (localChannels, globalUnits);
    }

    /// <summary>Channels per location, C.</summary>
    public long LocalChannels { get; }

    /// <summary>Units of a global vector.</summary>
    public long GlobalUnits { get; }

    /// <inheritdoc/>
    protected sealed override ScoreMatrix Score(LocalFeatureMap local, Tensor globals)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(globals);
        if (local.Channels != LocalChannels)
        {
            throw new ArgumentException($"Expected a local map [N, {LocalChannels}, *spatial], got {TensorGuard.Describe(local.Values)}.", nameof(local));
        }

        if (globals.shape[1] != GlobalUnits)
        {
            throw new ArgumentException($"Expected global vectors [N, {GlobalUnits}] or [N, {GlobalUnits}, K], got {TensorGuard.Describe(globals)}.", nameof(globals));
        }

        using var scope = NewDisposeScope();
        Tensor globalRows = globals.dim() == 2 ? globals : globals.transpose(1, 2).reshape(-1, GlobalUnits);
        ScoreMatrix scores = ScoreRows(globalRows, local.ToRows(), local.BatchSize);
        scores.MoveToOuter(scope);
        return scores;
    }

    /// <summary>Scores all pairs of rows, inside a dispose scope.</summary>
    /// <param name="globalRows">Global vectors <c>[N·K, units]</c>, example by example.</param>
    /// <param name="localRows">Local vectors <c>[N·L, C]</c>, example by example.</param>
    /// <param name="batchSize">Number of examples N.</param>
    private protected abstract ScoreMatrix ScoreRows(Tensor globalRows, Tensor localRows, long batchSize);

    /// <summary>
    /// Scores of all pairs by a function of some global rows, of which each needs so many numbers in memory. Where no gradient is kept, a few rows at a time, so that activations of all pairs are never there at once.
    /// </summary>
    private protected static Tensor ByRows(Tensor globalRows, long numbersPerRow, Func<Tensor, Tensor> score)
    {
        const long MostNumbers = 1L << 24;
        long rows = globalRows.shape[0], step = is_grad_enabled() ? rows : Math.Clamp(MostNumbers / numbersPerRow, 1, rows);
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
