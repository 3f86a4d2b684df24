using InfoMax.Encoders;
using InfoMax.Evaluation.Measures;
using InfoMax.Foundation;
using InfoMax.Objectives;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Baselines;

/// <summary>What the baselines with a decoder share: how the decoder is made. The default is the one of the reconstruction measure, <see cref="ReconstructionDecoder"/>, for images with pixels in [−1, 1].</summary>
public abstract record AutoencoderMethod : IRepresentationMethod
{
    private protected AutoencoderMethod()
    {
    }

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>Makes the decoder from the units of a code, the shape of an input and a seed; the objective owns what it returns. Default <see cref="ReconstructionDecoder"/>.</summary>
    public Func<long, IReadOnlyList<long>, int?, nn.Module<Tensor, Tensor>> Decoder { get; init; } = (units, shape, seed) => new ReconstructionDecoder(units, shape, seed: seed);

    /// <summary>The settings in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public sealed override string ToString() => RecordText.Of(this);

    /// <inheritdoc/>
    public IReadOnlyList<Objective> Create(EncoderSignature shape, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        InputOf.OneGlobal(shape, Name);
        IReadOnlyList<long> input = InputOf.Shape(shape, Name);
        return Create(shape, input, Decoder(shape.GlobalUnits, input, RandomStream.Of(seed, "autoencoder")?.Of("decoder").Seed()), seed);
    }

    /// <summary>Makes the objectives around a decoder, which one of them owns.</summary>
    private protected abstract IReadOnlyList<Objective> Create(EncoderSignature shape, IReadOnlyList<long> inputShape, nn.Module<Tensor, Tensor> decoder, int? seed);
}
