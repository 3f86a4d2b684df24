using InfoMax.Encoders;
using InfoMax.Evaluation.Measures;
using InfoMax.Foundation;
using InfoMax.Objectives;
using InfoMax.Priors;
using static TorchSharp.torch;

namespace InfoMax.Baselines;

/// <summary>
/// BiGAN (Donahue et al., 2017; ALI, Dumoulin et al., 2017) with a deterministic encoder: a generator makes inputs from samples of a prior,
/// and a discriminator tells pairs (input, code) from pairs (generated, sample). If it cannot, encoder and generator invert each other.
/// </summary>
/// <remarks>
/// The discriminator descends E[sp(−d(x, E(x)))] + E[sp(d(G(z), z))], encoder and generator the non-saturating E[sp(d(x, E(x)))] +
/// E[sp(−d(G(z), z))]; sp(u) is log(1 + e^u). The discriminator of the published baseline: a convolutional network on the input with 256
/// outputs, concatenated with the code, and hidden layers of 512 and 128 units. Metrics: "bigan.discriminator", its loss (2·log 2 when it
/// cannot tell), "bigan.accuracy", the fraction of pairs told right, and "bigan.penalty" if there is one.
/// </remarks>
public sealed class BidirectionalGan : IRepresentationMethod
{
    private readonly double _gradientPenaltyWeight;

    /// <inheritdoc/>
    public string Name => "BiGAN";

    /// <summary>
    /// The prior of the samples; codes are brought into its range before they are judged. Default <see cref="Prior.Gaussian"/>.
    /// </summary>
    public Prior Prior { get; init; } = Prior.Gaussian;

    /// <summary>Factor of the discriminator's gradient penalty; zero-centered, on pairs of both kinds (Mescheder et al., 2018).</summary>
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
