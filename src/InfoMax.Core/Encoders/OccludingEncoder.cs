using InfoMax.Foundation;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// Context occlusion (paper, section on structure). In training mode the global vector comes from a partly hidden input and the local map
/// from the whole input, so the code must say something about what it has not seen. In evaluation mode it is the inner encoder.
/// </summary>
/// <remarks>
/// Hidden is the inside or the outside of a random box, with equal chance, such that at least one block is fully visible and one fully
/// hidden. The paper asks for blocks of the size of the local receptive field; it does not publish its distribution. Train the wrapper in
/// place of the encoder: every objective sees the occluded code. Afterwards use <see cref="EncoderWrapper.Inner"/>. Training runs the
/// encoder twice per batch. All features but the global vector come from the whole input.
/// </remarks>
public sealed class OccludingEncoder : EncoderWrapper
{
    private readonly OcclusionMask _mask;
    private readonly double _fill;

    /// <summary>Creates the wrapper.</summary>
    /// <param name="inner">
    /// The encoder, for inputs <c>[N, C, *spatial]</c>: images, sequences or volumes. Owned and disposed by the wrapper.
    /// </param>
    /// <param name="block">
    /// Side of the blocks in pixels or steps, 1 or more; default 10, the receptive field of a location of the paper's 32×32 encoder.
    /// </param>
    /// <param name="fill">Value of hidden pixels, finite; default 0, the middle of the range of images.</param>
    /// <param name="seed">Seed of the masks; null draws it from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">The block is below 1, or the fill is not finite.</exception>
    public OccludingEncoder(Encoder inner, int block = 10, double fill = 0.0, int? seed = null)
        : base(nameof(OccludingEncoder), inner, RandomStream.OfSeedOrGlobal(seed, "occlusion"))
    {
        _mask = new OcclusionMask(block);
        _fill = double.IsFinite(fill) ? fill : throw new ArgumentOutOfRangeException(nameof(fill), fill, "Expected a finite value.");
    }

    /// <inheritdoc/>
    protected override EncoderOutput EncodeForTraining(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() < 3 || !input.is_floating_point())
        {
            throw new ArgumentException(
                $"Expected floating-point inputs [N, C, *spatial], got {TensorGuard.Describe(input)}.", nameof(input));
        }

        Tensor hidden = _mask.Sample((int)input.shape[0], [.. input.shape.Skip(2).Select(size => (int)size)], Generator).to(input.device);
        EncoderOutput whole = Inner.call(input), occluded = Inner.call(input.masked_fill(hidden, _fill));
        return new EncoderOutput(whole.Local, occluded.Global, whole.Features) { Paired = whole.Paired };
    }
}
