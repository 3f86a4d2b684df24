using InfoMax.Encoders;
using InfoMax.Foundation;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Objectives;

/// <summary>What the two coordinate tasks share: the network, and the checks of what it is given. Metrics: "accuracy", the share of positions that are right in every dimension.</summary>
public abstract class CoordinateObjective : Objective
{
    [ComponentName(Name = "network")]
    private readonly CoordinateNetwork _network;

    private protected CoordinateObjective(string name, long localChannels, long globalUnits, IReadOnlyList<long> spatialShape, Func<long, long> classes, bool hasSource, long hiddenUnits, int? seed)
        : base(name, ObjectiveNeeds.None)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(localChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(globalUnits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenUnits, 1);
        ArgumentNullException.ThrowIfNull(spatialShape);
        if (spatialShape.Count == 0 || spatialShape.Any(size => size < 1))
        {
            throw new ArgumentException($"Expected one spatial size of at least 1 or more, got {TensorGuard.Shape(spatialShape)}.", nameof(spatialShape));
        }

        (LocalChannels, GlobalUnits, SpatialShape) = (localChannels, globalUnits, [.. spatialShape]);
        _network = new CoordinateNetwork(localChannels, globalUnits, [.. spatialShape.Select(classes)], hasSource, hiddenUnits, seed);
    }

    /// <summary>Channels per location, C.</summary>
    public long LocalChannels { get; }

    /// <summary>Units of a global vector.</summary>
    public long GlobalUnits { get; }

    /// <summary>Sizes of the map's spatial dimensions.</summary>
    public IReadOnlyList<long> SpatialShape { get; }

    /// <summary>The loss of one prediction per location.</summary>
    /// <param name="output">The encoder's output, not yet checked.</param>
    /// <param name="source">Gives one more local vector per example <c>[N, C]</c> from the local vectors <c>[N, L, C]</c>, or null.</param>
    /// <param name="targets">Gives the classes <c>[N·L, spatial dimensions]</c> from the coordinates <c>[L, spatial dimensions]</c>.</param>
    private protected ObjectiveResult Predict(EncoderOutput output, Func<Tensor, Tensor?> source, Func<Tensor, Tensor> targets)
    {
        LocalFeatureMap local = output.Local;
        if (local.Channels != LocalChannels || !local.SpatialShape.SequenceEqual(SpatialShape))
        {
            throw new ArgumentException(
                $"Expected a local map {TensorGuard.Shape([-1, LocalChannels, .. SpatialShape])}, got {TensorGuard.Describe(local.Values)}.", nameof(output));
        }

        Tensor global = output.Global;
        if (global.dim() != 2 || global.shape[1] != GlobalUnits)
        {
            throw new ArgumentException($"Expected global vectors [N, {GlobalUnits}], got {TensorGuard.Describe(global)}.", nameof(output));
        }

        Tensor locals = local.ToRows().view(local.BatchSize, local.Locations, local.Channels);
        (Tensor loss, Tensor accuracy) = _network.Predict(global, locals, source(locals), targets(local.Coordinates()));
        return new ObjectiveResult(loss, metrics: new Dictionary<string, Tensor> { ["accuracy"] = accuracy });
    }
}
