using InfoMax.Encoders;
using InfoMax.Randomness;
using InfoMax.Scores;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Critics;

/// <summary>
/// Concat-and-convolve: each global vector is concatenated with each local vector and passed through hidden layers with ReLU to one number
/// (paper, figure 3, where the layers are 1×1 convolutions over the map). Scores are dense, or sampled.
/// </summary>
/// <remarks>
/// The first layer is applied to both vectors separately and the results are added, which is the same as concatenating. The rest is
/// computed for each of the N²·K·L pairs, whose activations stay in memory for the backward pass: for small batches, few locations, and
/// estimation. With <see cref="NegativesPerPositive"/> there are N·K·L·(1 + R) pairs.
/// </remarks>
public sealed class ConcatCritic : Critic
{
    private readonly PairRows _pairs;

    [ComponentName(Name = "random")]
    private readonly RandomSource _random;

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
    /// <param name="seed">Seed of the initial weights and of the negatives; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public ConcatCritic(long localChannels, long globalUnits, long hiddenUnits = 512, int hiddenLayers = 2, int? seed = null)
        : base(nameof(ConcatCritic))
    {
        _pairs = new PairRows(localChannels, globalUnits);
        Perceptron.CheckSizes(hiddenUnits, hiddenLayers);
        _random = new RandomSource(RandomStream.Of(seed, "concat critic")?.Of("pairs"));
        _local = nn.Linear(localChannels, hiddenUnits);
        _global = nn.Linear(globalUnits, hiddenUnits, hasBias: false);
        _pair = Perceptron.Create(hiddenUnits, hiddenUnits, hiddenLayers - 1, 1, null);
        RegisterComponents();
        Initialization.Reset(this, RandomStream.Of(seed, "concat critic")?.Of("weights"));
    }

    /// <summary>
    /// Number of negatives per positive in training mode. They are drawn for each batch without replacement, uniformly from the locations
    /// of the other examples. Null (the default) scores all pairs, as evaluation mode always does.
    /// </summary>
    /// <value>At least 1, or null. A number above (N − 1)·L means all.</value>
    /// <remarks>
    /// InfoNCE then contrasts a positive with these negatives alone, and its ceiling is log(1 + R). Jensen–Shannon suffers least from few
    /// (paper, appendix).
    /// </remarks>
    public int? NegativesPerPositive
    {
        get;
        init
        {
            if (value is { } count)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(NegativesPerPositive));
            }

            field = value;
        }
    }

    /// <inheritdoc/>
    protected override ScoreMatrix Score(LocalFeatureMap local, Tensor globals) => _pairs.Score(local, globals, ScoreRows);

    private ScoreMatrix ScoreRows(Tensor globalRows, Tensor localRows, long batchSize)
    {
        Tensor globals = _global.call(globalRows), locals = _local.call(localRows);
        long k = globalRows.shape[0] / batchSize, l = localRows.shape[0] / batchSize;
        Tensor globalVectors = globalRows.view(batchSize, k, _pairs.GlobalUnits), localVectors = localRows.view(
            batchSize, l, _pairs.LocalChannels);
        if (training && NegativesPerPositive is { } count)
        {
            Tensor drawn = NegativeSampler.Draw(_random.Generator, batchSize, k, l, count).to(localRows.device);
            Tensor own = globals.view(batchSize, k, 1, -1);
            Tensor positives = Pair(own.add(locals.view(batchSize, 1, l, -1)));
            Tensor others = locals.index_select(0, drawn.flatten()).view([.. drawn.shape, -1]);
            return ScoreMatrix.Sampled(positives.squeeze(-1), Pair(own.unsqueeze(3).add(others)).squeeze(-1), globalVectors, localVectors);
        }

        Tensor columns = locals.unsqueeze(0);
        Tensor scores = PairRows.InBlocks(globals, columns.numel(), rows => Pair(rows.unsqueeze(1).add(columns)));
        return ScoreMatrix.Dense(scores.view(batchSize, k, batchSize, l), globalVectors, localVectors);
    }

    /// <summary>Scores from the sum of the first layer's parts.</summary>
    private Tensor Pair(Tensor first) => _pair.call(nn.functional.relu(first));
}
