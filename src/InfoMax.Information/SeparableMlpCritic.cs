using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Randomness;
using InfoMax.Scores;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Information;

/// <summary>
/// Two plain networks whose outputs are multiplied, u = g(global)·h(local): the separable critic of the literature on estimating mutual
/// information. Scores stay factored.
/// </summary>
/// <remarks>
/// Hidden layers with ReLU, no normalization: each score depends on its own pair alone. Cheap for all pairs, but unable to express every
/// density ratio; <see cref="ConcatCritic"/> is. Source: Poole et al., 2019; van den Oord et al., 2018.
/// </remarks>
public sealed class SeparableMlpCritic : Critic
{
    private readonly PairRows _pairs;

    [ComponentName(Name = "local")]
    private readonly Sequential _local;

    [ComponentName(Name = "global")]
    private readonly Sequential _global;

    /// <summary>Creates the critic.</summary>
    /// <param name="localChannels">Channels of a local vector (x in estimation), 1 or more.</param>
    /// <param name="globalUnits">Units of a global vector (y in estimation), 1 or more.</param>
    /// <param name="units">Units of the common space, 1 or more; default 32.</param>
    /// <param name="hiddenUnits">Units of each hidden layer, 1 or more; default 256.</param>
    /// <param name="hiddenLayers">Number of hidden layers, 1 or more; default 2.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public SeparableMlpCritic(
        long localChannels, long globalUnits, long units = 32, long hiddenUnits = 256, int hiddenLayers = 2, int? seed = null)
        : base(nameof(SeparableMlpCritic))
    {
        _pairs = new PairRows(localChannels, globalUnits);
        Perceptron.CheckSizes(hiddenUnits, hiddenLayers);
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        RandomStream? stream = RandomStream.Of(seed, "separable perceptron critic");
        _local = Perceptron.Create(localChannels, hiddenUnits, hiddenLayers, units, stream?.Of("local"));
        _global = Perceptron.Create(globalUnits, hiddenUnits, hiddenLayers, units, stream?.Of("global"));
        RegisterComponents();
    }

    /// <inheritdoc/>
    protected override ScoreMatrix Score(LocalFeatureMap local, Tensor globals) => _pairs.Score(local, globals, ScoreRows);

    private ScoreMatrix ScoreRows(Tensor globalRows, Tensor localRows, long batchSize) =>
        ScoreMatrix.FactoredRows(_global.call(globalRows), _local.call(localRows), batchSize);
}
