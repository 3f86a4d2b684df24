using InfoMax.Foundation;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// Context occlusion: in training mode the global vector comes from an input of which a part is hidden, and the local map from the whole input, so that the code must tell of what it has not seen (paper, section on
/// structure). In evaluation mode it is the encoder inside.
/// </summary>
/// <remarks>
/// Train it in place of the encoder; every objective then sees the occluded code. Afterwards use <see cref="EncoderWrapper.Inner"/>. Training runs the encoder twice per batch. Features are those of the whole image, but for the global vector.
/// </remarks>
public sealed class OccludingEncoder : EncoderWrapper
{
    /// <summary>Creates the wrapper.</summary>
    /// <param name="inner">The encoder, for inputs <c>[N, C, *spatial]</c>: images, sequences or volumes. Owned and disposed by the wrapper.</param>
    /// <param name="mask">What is hidden; null for the default <see cref="OcclusionMask"/>.</param>
    /// <param name="fill">Value of hidden pixels; default 0, the middle of the range of images.</param>
    /// <param name="seed">Seed of the masks; null draws it from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fill is not finite.</exception>
    public OccludingEncoder(Encoder inner, OcclusionMask? mask = null, double fill = 0.0, int? seed = null)
        : base(nameof(OccludingEncoder), inner, RandomStream.OfSeedOrGlobal(seed, "occlusion"))
    {
        if (!double.IsFinite(fill))
        {
            throw new ArgumentOutOfRangeException(nameof(fill), fill, "Expected a finite value.");
        }

        (Mask, Fill) = (mask ?? new OcclusionMask(), fill);
    }

    /// <summary>What is hidden.</summary>
    public OcclusionMask Mask { get; }

    /// <summary>Value of hidden pixels.</summary>
    public double Fill { get; }

    /// <inheritdoc/>
    protected override EncoderOutput EncodeForTraining(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() < 3 || !input.is_floating_point())
        {
            throw new ArgumentException($"Expected floating-point inputs [N, C, *spatial], got {TensorGuard.Describe(input)}.", nameof(input));
        }

        Tensor hidden = Mask.Sample((int)input.shape[0], [.. input.shape.Skip(2).Select(size => (int)size)], Generator).to(input.device);
        EncoderOutput whole = Inner.call(input), occluded = Inner.call(input.masked_fill(hidden, Fill));
        return new EncoderOutput(whole.Local, occluded.Global, whole.Features) { Other = whole.Other };
    }
}
