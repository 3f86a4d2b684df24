using InfoMax.Encoders;

namespace InfoMax.Objectives;

/// <summary>
/// Predicts where in the map a local vector comes from, given it and the global vector: maximizes E[log p(i, j | y, c)] (paper, section on structure), over all locations, the coordinates being
/// independent categorical variables. Metrics: "accuracy".
/// </summary>
/// <remarks>
/// The loss is a sum of cross-entropies in nats: of log M for each dimension of size M if nothing is known. For maps of any number of dimensions and any shape (the original code takes square ones alone).
/// </remarks>
public sealed class AbsoluteCoordinates : CoordinateObjective
{
    /// <summary>Creates the objective.</summary>
    /// <param name="localChannels">Channels per location, C, 1 or more.</param>
    /// <param name="globalUnits">Units of a global vector, 1 or more.</param>
    /// <param name="spatialShape">Sizes of the map's spatial dimensions.</param>
    /// <param name="hiddenUnits">Units of each of the two hidden layers, 1 or more; default 512.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentException">A size is below 1, or there is no spatial dimension.</exception>
    public AbsoluteCoordinates(long localChannels, long globalUnits, IReadOnlyList<long> spatialShape, long hiddenUnits = 512, int? seed = null)
        : base("coordinates", localChannels, globalUnits, spatialShape, size => size, hasSource: false, hiddenUnits, seed)
    {
        RegisterComponents();
    }

    /// <inheritdoc/>
    protected override ObjectiveResult Evaluate(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return Predict(output, _ => null, coordinates => coordinates.repeat(output.Local.BatchSize, 1));
    }
}
