using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Randomness;
using InfoMax.Scores;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Critics;

/// <summary>
/// Scores a global vector against a whole feature map by an inner product: a network encodes the map, a linear layer the vector (DIM(G) of
/// the published code). One score per pair of examples, L = 1, factored.
/// </summary>
/// <remarks>
/// The published code encodes the map with a copy of the encoder's layers above it. Its first one repeats the layer that made the map, by
/// an index that is one too low; take the layers after it.
/// </remarks>
public sealed class GlobalSeparableCritic : Critic
{
    private readonly long _globalUnits;
    private readonly long _units;

    [ComponentName(Name = "map")]
    private readonly nn.Module<Tensor, Tensor> _map;

    [ComponentName(Name = "vector")]
    private readonly Linear _vector;

    private const string Owner = "global separable critic";

    /// <summary>Creates the critic with a network of one hidden layer with batch normalization and ReLU over the flattened map.</summary>
    /// <param name="mapSize">Numbers in a feature map, C·L, 1 or more.</param>
    /// <param name="globalUnits">Units of a global vector, 1 or more.</param>
    /// <param name="units">Units of the common space, 1 or more; default 2048.</param>
    /// <param name="hiddenUnits">Units of the hidden layer, 1 or more; default 1024, as in the paper's encoders.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public GlobalSeparableCritic(long mapSize, long globalUnits, long units = 2048, long hiddenUnits = 1024, int? seed = null)
        : this(Network(mapSize, units, hiddenUnits, seed), globalUnits, units, seed)
    {
    }

    /// <summary>
    /// Creates the critic with a network of layers over the map, and a linear one to the common space: the published form with <see
    /// cref="EncoderDescription.AfterLocal"/> as the layers.
    /// </summary>
    /// <param name="mapShape">Shape of one feature map, <c>[C, *spatial]</c>.</param>
    /// <param name="layers">The layers; their output is flattened.</param>
    /// <param name="globalUnits">Units of a global vector, 1 or more.</param>
    /// <param name="units">Units of the common space, 1 or more; default 2048.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentException">A size is below 1, or the layers do not fit the map; every fault is named.</exception>
    public GlobalSeparableCritic(
        IReadOnlyList<long> mapShape, IReadOnlyList<Layer> layers, long globalUnits, long units = 2048, int? seed = null)
        : this(Network(mapShape, layers, units, seed), globalUnits, units, seed)
    {
    }

    /// <summary>Creates the critic with a network of your own.</summary>
    /// <param name="mapNetwork">
    /// From feature maps <c>[N, C, *spatial]</c> to vectors <c>[N, units]</c>. Owned by the critic; its weights are left as they are.
    /// </param>
    /// <param name="globalUnits">Units of a global vector, 1 or more.</param>
    /// <param name="units">Units of the common space, 1 or more.</param>
    /// <param name="seed">Seed of the global side's initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public GlobalSeparableCritic(nn.Module<Tensor, Tensor> mapNetwork, long globalUnits, long units, int? seed = null)
        : base(nameof(GlobalSeparableCritic))
    {
        ArgumentNullException.ThrowIfNull(mapNetwork);
        ArgumentOutOfRangeException.ThrowIfLessThan(globalUnits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        (_globalUnits, _units) = (globalUnits, units);
        _map = mapNetwork;
        _vector = nn.Linear(globalUnits, units);
        RegisterComponents();
        Initialization.Reset(_vector, RandomStream.Of(seed, Owner)?.Of("vector"));
    }

    /// <inheritdoc/>
    protected override ScoreMatrix Score(LocalFeatureMap local, Tensor globals)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(globals);
        using var scope = NewDisposeScope();
        Tensor vectors = _vector.call(PairRows.GlobalRows(globals, _globalUnits));
        Tensor maps = _map.call(local.Values);
        if (maps.dim() != 2 || maps.shape[0] != local.BatchSize || maps.shape[1] != _units)
        {
            throw new ArgumentException(
                $"Expected the map network to give [{local.BatchSize}, {_units}] from the feature map " +
                $"{TensorGuard.Shape(local.Values.shape)}, got {TensorGuard.Describe(maps)}.",
                nameof(local));
        }

        ScoreMatrix matrix = ScoreMatrix.FactoredRows(vectors, maps, local.BatchSize);
        matrix.MoveToOuter(scope);
        return matrix;
    }

    private static LayerSequence Network(IReadOnlyList<long> mapShape, IReadOnlyList<Layer> layers, long units, int? seed)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        return new LayerSequence(
            mapShape,
            [.. layers, Layer.Flatten(), Layer.Linear(checked((int)units), norm: false, activation: false)],
            seed: RandomStream.Of(seed, Owner)?.Of("layers on maps").Seed());
    }

    private static Sequential Network(long mapSize, long units, long hiddenUnits, int? seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mapSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenUnits, 1);
        NativeBackend.EnsureLoadable();
        Sequential network = nn.Sequential(
            ("flatten", nn.Flatten()),
            ("hidden", nn.Linear(mapSize, hiddenUnits, hasBias: false)),
            ("norm", nn.BatchNorm1d(hiddenUnits)),
            ("activation", nn.ReLU()),
            ("output", nn.Linear(hiddenUnits, units)));
        Initialization.Reset(network, RandomStream.Of(seed, Owner)?.Of("perceptron on maps"));

        return network;
    }
}
