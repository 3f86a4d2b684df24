using InfoMax.Encoders;
using InfoMax.Randomness;
using InfoMax.Scores;
using InfoMax.Scores.Streaming;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Critics;

/// <summary>
/// Encode-and-dot-product: local and global vectors are each projected to the same number of units, and the score is the inner product,
/// unscaled. The scores stay factored, so that all pairs of a large batch are affordable.
/// </summary>
/// <remarks>
/// The projection is W₂·ReLU(BN(W₁·x)) plus a linear shortcut, followed by layer normalization, as in the published code; the local one is
/// applied at every location. Batch normalization makes the scores of a batch depend on each other in training mode.
/// </remarks>
public sealed class SeparableCritic : Critic
{
    /// <summary>Units of the common space in the paper: the default everywhere.</summary>
    internal const int DefaultUnits = 2048;

    private readonly PairRows _pairs;

    private readonly StreamingWorkspace _workspace = new();

    [ComponentName(Name = "local")]
    private readonly ProjectionBlock _local;

    [ComponentName(Name = "global")]
    private readonly ProjectionBlock _global;

    /// <summary>Creates the critic.</summary>
    /// <param name="localChannels">Channels per location, C, 1 or more.</param>
    /// <param name="globalUnits">Units of a global vector, 1 or more.</param>
    /// <param name="units">
    /// Units of the common space, 1 or more; 2048 in the paper. The cost of a training step is mostly proportional to it; 256 to 512 are
    /// nearly as good.
    /// </param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public SeparableCritic(long localChannels, long globalUnits, long units = DefaultUnits, int? seed = null)
        : base(nameof(SeparableCritic))
    {
        _pairs = new PairRows(localChannels, globalUnits);
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        RandomStream? stream = RandomStream.Of(seed, "separable critic");
        _local = new ProjectionBlock(localChannels, units, stream?.Of("local"));
        _global = new ProjectionBlock(globalUnits, units, stream?.Of("global"));
        RegisterComponents();
    }

    /// <summary>How the scores are computed; default <see cref="StreamingOptions.Default"/>.</summary>
    public StreamingOptions Streaming
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = StreamingOptions.Default;

    /// <summary>
    /// The precision of the projections' matrix products, nine tenths of a step at the paper's sizes; default <see
    /// cref="ProductPrecision.Full"/>. With bfloat16, weights stay in their own precision, and so do the two normalizations; the projected
    /// vectors are bfloat16, and so are the scores' products.
    /// </summary>
    public ProductPrecision Projections { get; init; } = ProductPrecision.Full;

    /// <inheritdoc/>
    protected override ScoreMatrix Score(LocalFeatureMap local, Tensor globals) => _pairs.Score(local, globals, ScoreRows);

    private ScoreMatrix ScoreRows(Tensor globalRows, Tensor localRows, long batchSize) => ScoreMatrix.FactoredRows(
        _global.Project(globalRows, Projections), _local.Project(localRows, Projections), batchSize, Streaming, _workspace);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _workspace.Dispose();
        }

        base.Dispose(disposing);
    }
}
