using System.Globalization;
using InfoMax.Encoders;
using InfoMax.Evaluation.Measures;
using InfoMax.Foundation;
using InfoMax.Objectives;
using static TorchSharp.torch;

namespace InfoMax.Baselines;

/// <summary>
/// A variational autoencoder (Kingma and Welling, 2014), or a β-VAE (Higgins et al., 2017) with <see cref="Beta"/> above 1.
/// </summary>
/// <remarks>
/// A code z = μ + σ·ε is drawn for each example and decoded; the loss is the squared error, summed over the numbers of an example, plus β
/// times the divergence KL(N(μ, σ²) ‖ N(0, 1)) in nats. The global vector is μ; log σ is a linear layer on another feature of the encoder.
/// Metrics: "variational.mse", the mean squared error of a number, and "variational.kl", the divergence of an example.
/// </remarks>
public sealed class VariationalAutoencoder : IRepresentationMethod
{
    private readonly double _beta = 1.0;

    /// <inheritdoc/>
    public string Name => Beta == 1 ? "VAE" : string.Create(CultureInfo.InvariantCulture, $"β-VAE, β = {Beta}");

    /// <summary>Factor of the divergence from the prior.</summary>
    /// <value>Above 0; default 1. The paper does not state the β of its β-VAE.</value>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number above 0.</exception>
    public double Beta
    {
        get => _beta;
        init => _beta = OptionGuard.Positive(value, nameof(Beta));
    }

    /// <summary>
    /// Name of the feature that the deviations are read from; default "fc", the last hidden layer of the paper's encoders, from which the
    /// global vector is read too.
    /// </summary>
    public string DeviationsFrom { get; init; } = "fc";

    /// <summary>
    /// Creates the decoder from the units of a code, the shape of an input and a seed; the objective owns it. Default
    /// <see cref="ReconstructionDecoder"/>, for images with pixels in [−1, 1].
    /// </summary>
    public Func<long, IReadOnlyList<long>, int?, nn.Module<Tensor, Tensor>> Decoder { get; init; } = InputOf.DefaultDecoder;

    /// <inheritdoc/>
    public IReadOnlyList<Objective> Create(EncoderSignature shape, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (!shape.FeatureShapes.TryGetValue(DeviationsFrom, out IReadOnlyList<long>? feature))
        {
            throw new ArgumentException(
                $"Expected an encoder with a feature \"{DeviationsFrom}\" to read the deviations from, got "
                + $"{string.Join(", ", shape.FeatureShapes.Keys)}: set {nameof(DeviationsFrom)}.",
                nameof(shape));
        }

        (IReadOnlyList<long> input, nn.Module<Tensor, Tensor> decoder) = InputOf.Decoded(shape, Name, Decoder, seed);
        long size = feature.Aggregate(1L, (product, length) => product * length);
        return [new VariationalTerm(shape.GlobalUnits, input, decoder, DeviationsFrom, size, Beta, seed)];
    }
}
