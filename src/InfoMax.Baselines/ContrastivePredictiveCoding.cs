using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Objectives;

namespace InfoMax.Baselines;

/// <summary>
/// CPC (van den Oord et al., 2018): from what lies above, the patches of an image further down are told from all other patches. For encoders with a two-dimensional map whose locations do not see each other (networks on strided crops,
/// such as <see cref="EncoderDescription.PaperFoldedResNet19For32x32"/>). See <see cref="ContrastivePredictionTerm"/>.
/// </summary>
/// <remarks>The method trains the local map alone; what the encoder has above it gets no gradient. Its set-up in the paper's comparison is not known but for the encoder.</remarks>
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
            throw new ArgumentException($"Expected an encoder with a two-dimensional map of at least {Gap + 2} rows, got a map of {string.Join("×", shape.SpatialShape)}.", nameof(shape));
        }

        int horizon = (int)Math.Min(Horizon, shape.SpatialShape[0] - 1 - Gap);
        return [new ContrastivePredictionTerm(shape.LocalChannels, horizon, Gap, seed)];
    }
}
