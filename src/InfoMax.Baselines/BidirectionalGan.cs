using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Objectives;
using InfoMax.Priors;
using static TorchSharp.torch;

namespace InfoMax.Baselines;

/// <summary>
/// BiGAN (Donahue et al., 2017; ALI, Dumoulin et al., 2017) with a deterministic encoder: a generator makes inputs from samples of a prior, and a discriminator tells pairs (input, code) from pairs (generated, sample). Where it
/// cannot tell, encoder and generator are each other's inverse. See <see cref="BidirectionalGanTerm"/>.
/// </summary>
public sealed record BidirectionalGan : AutoencoderMethod
{
    private readonly double _gradientPenaltyWeight;

    /// <inheritdoc/>
    public override string Name => "BiGAN";

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

    /// <inheritdoc/>
    private protected override IReadOnlyList<Objective> Create(EncoderSignature shape, IReadOnlyList<long> inputShape, nn.Module<Tensor, Tensor> decoder, int? seed) =>
        [new BidirectionalGanTerm(shape.GlobalUnits, inputShape, decoder, Prior, seed: seed) { GradientPenaltyWeight = GradientPenaltyWeight }];
}
