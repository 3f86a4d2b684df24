using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Objectives;
using InfoMax.Randomness;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Baselines;

/// <summary>
/// The loss of a variational autoencoder (Kingma and Welling, 2014): a code z = μ + σ·ε is drawn for each example and decoded; the loss is
/// the squared error plus β times the divergence KL(N(μ, σ²) ‖ N(0, 1)) in nats. The global vector is μ, so that it is the representation;
/// log σ is a linear layer of this objective on a feature of the encoder. Metrics: "mse", the mean squared error of a number, and "kl", the
/// divergence per example.
/// </summary>
/// <remarks>
/// The squared error is summed over the numbers of an example, as in the published baselines: the negative log-likelihood of a Gaussian of
/// variance ½, up to a constant. In evaluation mode μ itself is decoded.
/// </remarks>
internal sealed class VariationalTerm : Objective
{
    private const string Owner = "variational autoencoder";

    private readonly long[] _inputShape;
    private readonly string _feature;
    [ComponentName(Name = "random")]
    private readonly RandomSource _random;

    [ComponentName(Name = "decoder")]
    private readonly nn.Module<Tensor, Tensor> _decoder;

    [ComponentName(Name = "log_deviation")]
    private readonly Linear _logDeviation;

    /// <summary>Creates the objective.</summary>
    /// <param name="globalUnits">Units of a code, 1 or more.</param>
    /// <param name="inputShape">Shape of one example.</param>
    /// <param name="decoder">From codes <c>[N, units]</c> to inputs <c>[N, *inputShape]</c>. Owned by the objective.</param>
    /// <param name="feature">Name of the feature that the deviations are read from, as in <see cref="EncoderOutput.Features"/>.</param>
    /// <param name="featureSize">Numbers in that feature of one example, 1 or more.</param>
    /// <param name="beta">
    /// Factor β of the divergence, finite and at least 0; 1 for the bound on the likelihood, above it for a β-VAE (Higgins et al., 2017).
    /// </param>
    /// <param name="seed">
    /// Seed of the weights of the deviations' layer and of the draws; null draws from TorchSharp's global generator.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A size or β is out of range.</exception>
    public VariationalTerm(
        long globalUnits,
        IReadOnlyList<long> inputShape,
        nn.Module<Tensor, Tensor> decoder,
        string feature,
        long featureSize,
        double beta = 1.0,
        int? seed = null)
        : base("variational", ObjectiveNeeds.Input)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(globalUnits, 1);
        ArgumentNullException.ThrowIfNull(inputShape);
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentException.ThrowIfNullOrWhiteSpace(feature);
        ArgumentOutOfRangeException.ThrowIfLessThan(featureSize, 1);
        if (!double.IsFinite(beta) || beta < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(beta), beta, "Expected a finite factor of at least 0.");
        }

        (_inputShape, _decoder, _feature, Beta) = ([.. inputShape], decoder, feature, beta);
        _logDeviation = nn.Linear(featureSize, globalUnits);
        _random = new RandomSource(RandomStream.OfSeedOrGlobal(seed, Owner).Of("samples"));
        RegisterComponents();
        Initialization.Reset(_logDeviation, RandomStream.Of(seed, Owner)?.Of("deviation"));
    }

    /// <summary>Factor of the divergence.</summary>
    public double Beta { get; }

    /// <summary>The decoder.</summary>
    public nn.Module<Tensor, Tensor> Decoder => _decoder;

    /// <inheritdoc/>
    protected override ObjectiveResult Evaluate(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Tensor input = InputOf.Batch(output, _inputShape), mean = InputOf.Code(output, _logDeviation.out_features);
        Tensor feature = FeatureOf.Named(output, _feature).flatten(1);
        TensorGuard.HasShape(feature, [-1, _logDeviation.in_features], nameof(output));
        Tensor logDeviation = _logDeviation.call(feature), code = mean;
        if (training)
        {
            code = mean + (logDeviation.exp() * randn(mean.shape, generator: _random.Generator).to(mean.dtype, mean.device));
        }

        Tensor error = ReconstructionTerm.SquaredError(_decoder.call(code), input);
        Tensor divergence = (mean.square() + (2 * logDeviation).exp() - (2 * logDeviation) - 1).sum() / (2.0 * mean.shape[0]);
        return new ObjectiveResult(error + (Beta * divergence), metrics: new Dictionary<string, Tensor>
        {
            ["mse"] = ReconstructionTerm.PerNumber(error, input),
            ["kl"] = divergence.detach(),
        });
    }
}
