using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Randomness;
using InfoMax.Scores;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Critics;

/// <summary>
/// Scores a global vector against a whole feature map: the flattened map is concatenated with the vector and passed through two hidden
/// layers with ReLU to one number (paper, DIM(G)). One score per pair of examples: L = 1.
/// </summary>
/// <remarks>
/// The first layer is applied to map and vector separately and the results are added, which is the same as concatenating and costs N
/// instead of N² products of the wide map. Scores are dense.
/// </remarks>
public sealed class GlobalConcatCritic : Critic
{
    private readonly long _mapSize;
    private readonly long _globalUnits;

    [ComponentName(Name = "map")]
    private readonly Linear _map;

    [ComponentName(Name = "vector")]
    private readonly Linear _vector;

    [ComponentName(Name = "hidden")]
    private readonly Linear _hidden;

    [ComponentName(Name = "output")]
    private readonly Linear _output;

    /// <summary>Creates the critic.</summary>
    /// <param name="mapSize">Numbers in a feature map, C·L, 1 or more.</param>
    /// <param name="globalUnits">Units of a global vector, 1 or more.</param>
    /// <param name="hiddenUnits">Units of each hidden layer, 1 or more; 512 in the paper.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public GlobalConcatCritic(long mapSize, long globalUnits, long hiddenUnits = 512, int? seed = null)
        : base(nameof(GlobalConcatCritic))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mapSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(globalUnits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenUnits, 1);
        (_mapSize, _globalUnits) = (mapSize, globalUnits);
        _map = nn.Linear(mapSize, hiddenUnits);
        _vector = nn.Linear(globalUnits, hiddenUnits, hasBias: false);
        _hidden = nn.Linear(hiddenUnits, hiddenUnits);
        _output = nn.Linear(hiddenUnits, 1);
        RegisterComponents();
        Initialization.Reset(this, RandomStream.Of(seed, "global concat critic"));
    }

    /// <inheritdoc/>
    protected override ScoreMatrix Score(LocalFeatureMap local, Tensor globals)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(globals);
        if (local.Channels * local.Locations != _mapSize)
        {
            throw new ArgumentException(
                $"Expected a feature map of {_mapSize} numbers per example, got {TensorGuard.Describe(local.Values)}.", nameof(local));
        }

        using var scope = NewDisposeScope();
        long n = local.BatchSize, k = globals.dim() == 3 ? globals.shape[2] : 1;
        Tensor vectors = _vector.call(PairRows.GlobalRows(globals, _globalUnits));
        Tensor maps = _map.call(local.Values.flatten(1));
        Tensor first = nn.functional.relu(vectors.unsqueeze(1).add(maps.unsqueeze(0)));
        Tensor scores = _output.call(nn.functional.relu(_hidden.call(first)));
        Tensor globalVectors = globals.dim() == 2 ? globals.unsqueeze(1) : globals.transpose(1, 2);
        ScoreMatrix matrix = ScoreMatrix.Dense(
            scope.MoveToOuter(scores.view(n, k, n, 1)), globalVectors, local.Values.flatten(1).unsqueeze(1));
        matrix.MoveToOuter(scope);
        return matrix;
    }
}
