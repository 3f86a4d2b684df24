using InfoMax.Data;
using InfoMax.Foundation;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// Negatives by corruption: in training mode a corrupted copy of the batch is encoded too and returned as
/// <see cref="EncoderOutput.Paired"/>. So an example has a negative where there is no other example (one graph). In evaluation mode it is
/// the inner encoder.
/// </summary>
/// <remarks>
/// Train the wrapper in place of the encoder, with <c>DeepGraphInfoMax</c>. Afterwards use <see cref="EncoderWrapper.Inner"/>.
/// </remarks>
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
        Tensor corrupted = BatchGuard.Augment(_corruption, input, Generator);
        return corrupted.shape.SequenceEqual(input.shape)
            ? Inner.call(cat([input, corrupted])).InHalves()
            : throw new InvalidOperationException(
                $"Expected a corruption that keeps the shape {TensorGuard.Shape(input.shape)}, got {TensorGuard.Describe(corrupted)}.");
    }
}
