using InfoMax.Estimators;
using InfoMax.Numerics;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Critics;

/// <summary>
/// Concat-and-convolve: each global vector is concatenated with each local vector and passed through hidden layers with ReLU to one number (paper, figure 3, where the layers are 1×1
/// convolutions over the map). Scores are dense.
/// </summary>
/// <remarks>
/// The first layer is applied to both vectors separately and the results are added, which is the same as concatenating. The rest is computed for each of the N²·K·L pairs, whose
/// activations stay in memory for the backward pass: for small batches, few locations, and estimation.
/// </remarks>
public sealed class ConcatCritic : PairCritic
{
    [ComponentName(Name = "local")]
    private readonly Linear _local;

    [ComponentName(Name = "global")]
    private readonly Linear _global;

    [ComponentName(Name = "pair")]
    private readonly Sequential _pair;

    /// <summary>Creates the critic.</summary>
    /// <param name="localChannels">Channels of a local vector (x in estimation), 1 or more.</param>
    /// <param name="globalUnits">Units of a global vector (y in estimation), 1 or more.</param>
    /// <param name="hiddenUnits">Units of each hidden layer, 1 or more; default 512, as in the paper.</param>
    /// <param name="hiddenLayers">Number of hidden layers, 1 or more; default 2, as in the paper.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public ConcatCritic(long localChannels, long globalUnits, long hiddenUnits = 512, int hiddenLayers = 2, int? seed = null)
        : base(nameof(ConcatCritic), localChannels, globalUnits)
    {
        Perceptron.CheckSizes(localChannels, globalUnits, hiddenUnits, hiddenLayers);
        _local = nn.Linear(localChannels, hiddenUnits);
        _global = nn.Linear(globalUnits, hiddenUnits, hasBias: false);
        _pair = Perceptron.Create(hiddenUnits, hiddenUnits, hiddenLayers - 1, 1, null);
        RegisterComponents();
        if (seed is { } value)
        {
            Initialization.Reset(this, value);
        }
    }

    private protected override ScoreMatrix ScoreRows(Tensor globalRows, Tensor localRows, long batchSize)
    {
        Tensor locals = _local.call(localRows).unsqueeze(0);
        Tensor scores = ByRows(_global.call(globalRows), locals.numel(), rows => _pair.call(nn.functional.relu(rows.unsqueeze(1).add(locals))));
        return ScoreMatrix.Dense(
            scores.view(batchSize, globalRows.shape[0] / batchSize, batchSize, localRows.shape[0] / batchSize),
            globalRows.view(batchSize, -1, GlobalUnits),
            localRows.view(batchSize, -1, LocalChannels));
    }
}
