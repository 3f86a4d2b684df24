using InfoMax.Encoders;
using InfoMax.Evaluation.Measures;
using InfoMax.Objectives;
using static TorchSharp.torch;

namespace InfoMax.Baselines;

/// <summary>An autoencoder: a decoder rebuilds the input from the code.</summary>
/// <remarks>
/// The loss is the squared error of the decoder, summed over the numbers of an example and averaged over examples, as in the published
/// baselines. Metric: "reconstruction.mse", the mean squared error of a number.
/// </remarks>
public sealed class Autoencoder : IRepresentationMethod
{
    /// <inheritdoc/>
    public string Name => "AE";

    /// <summary>
    /// Creates the decoder from the units of a code, the shape of an input and a seed; the objective owns it. Default
    /// <see cref="ReconstructionDecoder"/>, for images with pixels in [−1, 1].
    /// </summary>
    public Func<long, IReadOnlyList<long>, int?, nn.Module<Tensor, Tensor>> Decoder { get; init; } = InputOf.DefaultDecoder;

    /// <inheritdoc/>
    public IReadOnlyList<Objective> Create(EncoderSignature shape, int? seed = null)
    {
        (IReadOnlyList<long> input, nn.Module<Tensor, Tensor> decoder) = InputOf.Decoded(shape, Name, Decoder, seed);
        return [new ReconstructionTerm(shape.GlobalUnits, input, decoder)];
    }
}
