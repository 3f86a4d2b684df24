using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Objectives;

namespace InfoMax.Baselines;

/// <summary>
/// CPC (van den Oord et al., 2018): from the patches above, the patches of an image further down are told from all other patches. For
/// encoders with a two-dimensional map whose locations do not see each other (networks on strided crops, such as
/// <see cref="EncoderDescription.PaperFoldedResNet19For32x32"/>).
/// </summary>
/// <remarks>
/// Convolutions that look upwards make a context vector for each location. For each distance k a linear map of the context is scored by a
/// dot product against the local vectors k rows below, and InfoNCE asks for the right one among all of the batch; the loss is the mean over
/// distances. Metric: "cpc.nats", the mean reading of InfoNCE. Only the local map is trained; layers above it get no gradient. Of its
/// set-up in the paper's comparison only the encoder is known.
/// </remarks>
public sealed class ContrastivePredictiveCoding : IRepresentationMethod
{
    private readonly int _horizon = 5;
    private readonly int _gap = 1;

    /// <inheritdoc/>
    public string Name => "CPC";

    /// <summary>How many rows below are predicted at most, counted without <see cref="Gap"/>.</summary>
    /// <value>At least 1; default 5. Fewer where the map ends.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Horizon
    {
        get => _horizon;
        init => _horizon = OptionGuard.AtLeast(1, value, nameof(Horizon));
    }

    /// <summary>Rows left out below each, because their crops overlap with it.</summary>
    /// <value>At least 0; default 1, for crops that overlap by half.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 0.</exception>
    public int Gap
    {
        get => _gap;
        init => _gap = OptionGuard.AtLeast(0, value, nameof(Gap));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Objective> Create(EncoderSignature shape, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.SpatialShape.Count != 2 || shape.SpatialShape[0] < Gap + 2)
        {
            throw new ArgumentException(
                $"Expected an encoder with a two-dimensional map of at least {Gap + 2} rows, got a map of "
                + $"{string.Join("×", shape.SpatialShape)}.",
                nameof(shape));
        }

        int horizon = (int)Math.Min(Horizon, shape.SpatialShape[0] - 1 - Gap);
        return [new ContrastivePredictionTerm(shape.LocalChannels, horizon, Gap, seed)];
    }
}
