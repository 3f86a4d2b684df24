using InfoMax.Encoders;
using InfoMax.Objectives;
using static TorchSharp.torch;

namespace InfoMax.Baselines;

/// <summary>An autoencoder: the code must suffice to rebuild the input, and nothing else is asked of it. See <see cref="ReconstructionTerm"/>.</summary>
public sealed record Autoencoder : AutoencoderMethod
{
    /// <inheritdoc/>
    public override string Name => "AE";

    /// <inheritdoc/>
    private protected override IReadOnlyList<Objective> Create(EncoderSignature shape, IReadOnlyList<long> inputShape, nn.Module<Tensor, Tensor> decoder, int? seed) =>
        [new ReconstructionTerm(shape.GlobalUnits, inputShape, decoder)];
}
