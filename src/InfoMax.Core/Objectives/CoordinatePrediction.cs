using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Randomness;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Objectives;

/// <summary>
/// Predicts positions in the local map from local vectors and the global vector (paper, section on structure). All locations are predicted;
/// the coordinates are independent categorical variables. Metrics: "accuracy", the share of positions with every coordinate right.
/// </summary>
/// <remarks>
/// <para>Absolute: maximizes E[log p(i, j | y, c)], where the local vector c comes from. A dimension of size M has M classes.</para>
/// <para>
/// Relative: maximizes E[log p(i − i', j − j' | y, c, c')], the offset of c from one source location c' per example, drawn anew at each
/// step. A dimension of size M has 2M − 1 classes.
/// </para>
/// <para>
/// The loss is the sum over dimensions of the mean cross-entropy, in nats: log M per dimension at chance. Maps may have any number of
/// dimensions and any shape; the published code takes square maps only.
/// </para>
/// </remarks>
public sealed class CoordinatePrediction : Objective
{
    [ComponentName(Name = "network")]
    private readonly CoordinateNetwork _network;

    [ComponentName(Name = "random")]
    private readonly RandomSource? _random;

    /// <summary>Creates the objective. Its term is named "coordinates", or "relative_coordinates".</summary>
    /// <param name="localChannels">Channels per location, C, 1 or more.</param>
    /// <param name="globalUnits">Units of a global vector, D, 1 or more.</param>
    /// <param name="spatialShape">Sizes of the map's spatial dimensions.</param>
    /// <param name="relative">Whether to predict offsets between two locations; default false: absolute positions.</param>
    /// <param name="hiddenUnits">Units of each of the two hidden layers, 1 or more; default 512.</param>
    /// <param name="seed">Seed of the initial weights and of the source locations; null draws from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentException">A size is below 1, or there is no spatial dimension.</exception>
    public CoordinatePrediction(
        long localChannels,
        long globalUnits,
        IReadOnlyList<long> spatialShape,
        bool relative = false,
        long hiddenUnits = 512,
        int? seed = null)
        : base(relative ? "relative_coordinates" : "coordinates", ObjectiveNeeds.None)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(localChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(globalUnits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenUnits, 1);
        ArgumentNullException.ThrowIfNull(spatialShape);
        if (spatialShape.Count == 0 || spatialShape.Any(size => size < 1))
        {
            throw new ArgumentException(
                $"Expected at least one spatial size, each at least 1, got {TensorGuard.Shape(spatialShape)}.", nameof(spatialShape));
        }

        (LocalChannels, GlobalUnits, SpatialShape) = (localChannels, globalUnits, [.. spatialShape]);
        long[] classes = [.. spatialShape.Select(size => relative ? (2 * size) - 1 : size)];
        _network = new CoordinateNetwork(localChannels, globalUnits, classes, hasSource: relative, hiddenUnits, seed);
        _random = relative ? new RandomSource(RandomStream.OfSeedOrGlobal(seed, "relative coordinates").Of("pairs")) : null;
        RegisterComponents();
    }

    /// <summary>Channels per location, C.</summary>
    public long LocalChannels { get; }

    /// <summary>Units of a global vector, D.</summary>
    public long GlobalUnits { get; }

    /// <summary>Sizes of the map's spatial dimensions.</summary>
    public IReadOnlyList<long> SpatialShape { get; }

    /// <inheritdoc/>
    protected override ObjectiveResult Evaluate(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        LocalFeatureMap local = Checked(output);
        Tensor locals = local.ToRows().view(local.BatchSize, local.Locations, local.Channels), coordinates = local.Coordinates();
        (Tensor? source, Tensor targets) = _random is null
            ? (null, coordinates.repeat(local.BatchSize, 1))
            : Offsets(locals, coordinates, _random.Generator);
        (Tensor loss, Tensor accuracy) = _network.Predict(output.Global, locals, source, targets);
        return new ObjectiveResult(loss, metrics: new Dictionary<string, Tensor> { ["accuracy"] = accuracy });
    }

    /// <summary>One source vector per example, and the class of each location's offset from it.</summary>
    private (Tensor Source, Tensor Targets) Offsets(Tensor locals, Tensor coordinates, Generator generator)
    {
        (long n, long locations, long channels) = (locals.shape[0], locals.shape[1], locals.shape[2]);
        Tensor chosen = randint(0, locations, [n], generator: generator).to(locals.device);
        // From −(M − 1) … M − 1 to 0 … 2M − 2.
        Tensor shift = tensor(SpatialShape.Select(size => size - 1).ToArray(), device: coordinates.device);
        Tensor targets = (coordinates.unsqueeze(0) - coordinates[chosen].unsqueeze(1) + shift).flatten(0, 1);
        return (locals.gather(1, chosen.view(n, 1, 1).expand(n, 1, channels)).squeeze(1), targets);
    }

    private LocalFeatureMap Checked(EncoderOutput output)
    {
        LocalFeatureMap local = output.Local;
        if (local.Channels != LocalChannels || !local.SpatialShape.SequenceEqual(SpatialShape))
        {
            throw new ArgumentException(
                $"Expected a local map {TensorGuard.Shape([-1, LocalChannels, .. SpatialShape])}, got " +
                $"{TensorGuard.Describe(local.Values)}.",
                nameof(output));
        }

        return output.Global.dim() == 2 && output.Global.shape[1] == GlobalUnits
            ? local
            : throw new ArgumentException(
                $"Expected global vectors [N, {GlobalUnits}], got {TensorGuard.Describe(output.Global)}.", nameof(output));
    }
}
