using InfoMax.Encoders;
using InfoMax.Randomness;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Objectives;

/// <summary>
/// Predicts the offset between two locations from their local vectors and the global one: maximizes E[log p(i − i', j − j' | y, c, c')] (paper, section on structure). One source location per
/// example, drawn anew each time, and all locations as targets; 2M − 1 classes for a dimension of size M. Metrics: "accuracy".
/// </summary>
public sealed class RelativeCoordinates : CoordinateObjective
{
    [ComponentName(Name = "random")]
    private readonly RandomSource _random;

    /// <summary>Creates the objective.</summary>
    /// <param name="localChannels">Channels per location, C, 1 or more.</param>
    /// <param name="globalUnits">Units of a global vector, 1 or more.</param>
    /// <param name="spatialShape">Sizes of the map's spatial dimensions.</param>
    /// <param name="hiddenUnits">Units of each of the two hidden layers, 1 or more; default 512.</param>
    /// <param name="seed">Seed of the initial weights and of the source locations; null draws from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentException">A size is below 1, or there is no spatial dimension.</exception>
    public RelativeCoordinates(long localChannels, long globalUnits, IReadOnlyList<long> spatialShape, long hiddenUnits = 512, int? seed = null)
        : base("relative_coordinates", localChannels, globalUnits, spatialShape, size => (2 * size) - 1, hasSource: true, hiddenUnits, seed)
    {
        _random = new RandomSource(RandomStream.OfSeedOrGlobal(seed, "relative coordinates").Of("pairs"));
        RegisterComponents();
    }

    /// <inheritdoc/>
    protected override ObjectiveResult Evaluate(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        (long n, long locations) = (output.Local.BatchSize, output.Local.Locations);
        Tensor chosen = randint(0, locations, [n], generator: _random.Generator).to(output.Local.Values.device);
        return Predict(
            output,
            locals => locals.gather(1, chosen.view(n, 1, 1).expand(n, 1, locals.shape[2])).squeeze(1),
            coordinates =>
            {
                // From −(M − 1) … M − 1 to 0 … 2M − 2.
                Tensor sizes = tensor(SpatialShape.Select(size => size - 1).ToArray(), device: coordinates.device);
                return (coordinates.unsqueeze(0) - coordinates[chosen].unsqueeze(1) + sizes).flatten(0, 1);
            });
    }
}
