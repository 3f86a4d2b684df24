using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Numerics;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Critics;

/// <summary>
/// Encode-and-dot-product: local and global vectors are each projected to the same number of units, and the score is the inner product, unscaled. The
/// scores stay factored, so that all pairs of a large batch are affordable.
/// </summary>
/// <remarks>
/// The projection is W₂·ReLU(BN(W₁·x)) plus a linear shortcut, followed by layer normalisation, as in the published code; the local one is applied at every
/// location. Batch normalisation makes the scores of a batch depend on each other in training mode.
/// </remarks>
public sealed class SeparableCritic : Critic
{
    [ComponentName(Name = "local")]
    private readonly ProjectionBlock _local;

    [ComponentName(Name = "global")]
    private readonly ProjectionBlock _global;

    /// <summary>Creates the critic.</summary>
    /// <param name="localChannels">Channels per location, C, 1 or more.</param>
    /// <param name="globalUnits">Units of a global vector, 1 or more.</param>
    /// <param name="units">Units of the common space, 1 or more; 2048 in the paper, whose cost is most of a training step: 256 to 512 are nearly as good.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public SeparableCritic(long localChannels, long globalUnits, long units = 2048, int? seed = null)
        : base(nameof(SeparableCritic))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(localChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(globalUnits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        LocalChannels = localChannels;
        GlobalUnits = globalUnits;
        Units = units;
        _local = new ProjectionBlock(localChannels, units, seed is { } l ? Initialization.Derive(l, 1) : null);
        _global = new ProjectionBlock(globalUnits, units, seed is { } g ? Initialization.Derive(g, 2) : null);
        RegisterComponents();
    }

    /// <summary>Channels per location, C.</summary>
    public long LocalChannels { get; }

    /// <summary>Units of a global vector.</summary>
    public long GlobalUnits { get; }

    /// <summary>Units of the common space, D.</summary>
    public long Units { get; }

    /// <inheritdoc/>
    protected override ScoreMatrix Score(LocalFeatureMap local, Tensor globals)
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
        Tensor projectedGlobals = scope.MoveToOuter(_global.call(globalRows));
        Tensor projectedLocals = scope.MoveToOuter(_local.call(local.ToRows()));
        ScoreMatrix scores = ScoreMatrix.FactoredRows(projectedGlobals, projectedLocals, local.BatchSize);
        scores.MoveToOuter(scope);
        return scores;
    }
}
