using InfoMax.Data;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// Negatives by corruption: in training mode a corrupted copy of the batch is encoded as well and given as <see cref="EncoderOutput.Paired"/>, so that an example can be contrasted with what it is not, where there is no other
/// example (one graph). In evaluation mode it is the encoder inside.
/// </summary>
/// <remarks>Train it in place of the encoder, with <c>DeepGraphInfoMax</c>. Afterwards use <see cref="EncoderWrapper.Inner"/>.</remarks>
public sealed class CorruptingEncoder : EncoderWrapper
{
    private readonly Augmentation _corruption;

    /// <summary>Creates the wrapper.</summary>
    /// <param name="inner">The encoder. Owned and disposed by the wrapper.</param>
    /// <param name="corruption">Makes a corrupted copy of a batch, such as <see cref="GraphEncoder.ShuffledFeatures"/>.</param>
    /// <param name="seed">Seed of the corruption; null draws it from TorchSharp's global generator.</param>
    public CorruptingEncoder(Encoder inner, Augmentation corruption, int? seed = null)
        : base(nameof(CorruptingEncoder), inner, RandomStream.OfSeedOrGlobal(seed, "corruption"))
    {
        ArgumentNullException.ThrowIfNull(corruption);
        _corruption = corruption;
    }

    /// <inheritdoc/>
    protected override EncoderOutput EncodeForTraining(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Inner.call(cat([input, BatchGuard.Augment(_corruption, input, Generator)])).InHalves();
    }
}
