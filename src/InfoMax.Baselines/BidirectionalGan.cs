using InfoMax.Encoders;
using InfoMax.Evaluation.Measures;
using InfoMax.Foundation;
using InfoMax.Objectives;
using InfoMax.Priors;
using static TorchSharp.torch;

namespace InfoMax.Baselines;

/// <summary>
/// BiGAN (Donahue et al., 2017; ALI, Dumoulin et al., 2017) with a deterministic encoder: a generator makes inputs from samples of a prior, and a discriminator tells pairs (input, code) from pairs (generated, sample). Where it
/// cannot tell, encoder and generator are each other's inverse. See <see cref="BidirectionalGanTerm"/>.
/// </summary>
public sealed class BidirectionalGan : IRepresentationMethod
{
    private readonly double _gradientPenaltyWeight;

    /// <inheritdoc/>
    public string Name => "BiGAN";

    /// <summary>The prior of the samples; codes are brought into its range before they are judged. Default <see cref="Prior.Gaussian"/>.</summary>
    public Prior Prior { get; init; } = Prior.Gaussian;

    /// <summary>Factor of the discriminator's gradient penalty; see <see cref="BidirectionalGanTerm.GradientPenaltyWeight"/>.</summary>
    /// <value>Finite, at least 0; default 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public double GradientPenaltyWeight
    {
        get => _gradientPenaltyWeight;
        init => _gradientPenaltyWeight = OptionGuard.NotNegative(value, nameof(GradientPenaltyWeight));
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
        return [new BidirectionalGanTerm(shape.GlobalUnits, input, decoder, Prior, seed) { GradientPenaltyWeight = GradientPenaltyWeight }];
    }
}
