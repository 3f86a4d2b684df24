using InfoMax.Encoders;
using InfoMax.Evaluation.Measures;
using InfoMax.Foundation;
using InfoMax.Objectives;
using InfoMax.Priors;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Baselines;

/// <summary>
/// An adversarial autoencoder (Makhzani et al., 2016): an <see cref="Autoencoder"/> whose codes are matched to a prior by
/// <see cref="PriorMatching"/> with gradient penalty, as in Deep InfoMax.
/// </summary>
public sealed class AdversarialAutoencoder : IRepresentationMethod
{
    private readonly double _priorWeight = 1.0;

    /// <inheritdoc/>
    public string Name => "AAE";

    /// <summary>The prior; default <see cref="Prior.Gaussian"/>.</summary>
    public Prior Prior { get; init; } = Prior.Gaussian;

    /// <summary>Factor of the encoder's term in the game, beside the squared error summed over an example.</summary>
    /// <value>Above 0; default 1, as in the framework of the published code.</value>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number above 0.</exception>
    public double PriorWeight
    {
        get => _priorWeight;
        init => _priorWeight = OptionGuard.Positive(value, nameof(PriorWeight));
    }

    /// <summary>
    /// Creates the decoder from the units of a code, the shape of an input and a seed; the objective owns it. Default
    /// <see cref="ReconstructionDecoder"/>, for images with pixels in [−1, 1].
    /// </summary>
    public Func<long, IReadOnlyList<long>, int?, nn.Module<Tensor, Tensor>> Decoder { get; init; } = InputOf.DefaultDecoder;

    /// <inheritdoc/>
    public IReadOnlyList<Objective> Create(EncoderSignature shape, int? seed = null)
    {
        (IReadOnlyList<long> input, nn.Module<Tensor, Tensor> decoder) = InputOf.Decoded(shape, Name, Decoder, seed);
        return
        [
            new ReconstructionTerm(shape.GlobalUnits, input, decoder),
            new PriorMatching(shape.GlobalUnits, Prior, PriorWeight, RandomStream.Of(seed, "adversarial autoencoder")?.Of("prior").Seed()),
        ];
    }
}
