using InfoMax.Encoders;
using InfoMax.Randomness;
using InfoMax.Scores;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Critics;

/// <summary>
/// The bilinear score u = l·W·g of a local vector l and a global vector g: the critic of contrastive predictive coding and of Deep Graph
/// Infomax. Scores stay factored.
/// </summary>
/// <remarks>
/// W starts as PyTorch's linear layer. Source: van den Oord et al., 2018, equation 3; Veličković et al., 2019, equation 8.
/// </remarks>
public sealed class BilinearCritic : Critic
{
    private readonly PairRows _pairs;

    [ComponentName(Name = "weight")]
    private readonly Linear _weight;

    /// <summary>Creates the critic.</summary>
    /// <param name="localChannels">Channels of a local vector (x in estimation), 1 or more.</param>
    /// <param name="globalUnits">Units of a global vector (y in estimation), 1 or more.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public BilinearCritic(long localChannels, long globalUnits, int? seed = null)
        : base(nameof(BilinearCritic))
    {
        _pairs = new PairRows(localChannels, globalUnits);
        _weight = nn.Linear(globalUnits, localChannels, hasBias: false);
        RegisterComponents();
        Initialization.Reset(this, RandomStream.Of(seed, "bilinear critic"));
    }

    /// <inheritdoc/>
    protected override ScoreMatrix Score(LocalFeatureMap local, Tensor globals) => _pairs.Score(local, globals, ScoreRows);

    private ScoreMatrix ScoreRows(Tensor globalRows, Tensor localRows, long batchSize) =>
        ScoreMatrix.FactoredRows(_weight.call(globalRows), localRows, batchSize);
}
