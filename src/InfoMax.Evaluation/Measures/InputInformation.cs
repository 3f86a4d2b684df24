using InfoMax.Critics;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Evaluation.Features;
using InfoMax.Information;
using InfoMax.Randomness;

namespace InfoMax.Evaluation.Measures;

/// <summary>
/// How much a representation tells of its input, estimated by MINE: a network on the frozen pairs (x, E(x)) with the Donsker–Varadhan
/// bound (paper, section 4.2; Belghazi et al., 2018). Any other estimator can be used.
/// </summary>
/// <remarks>
/// <para>
/// The mutual information of continuous inputs and the codes of a deterministic encoder is infinite. The value is what this critic can
/// show from this number of pairs: compare values of the same protocol only. The interval is the interval of
/// <see cref="MutualInformation"/>, from pairs that training did not see.
/// </para>
/// <para>
/// The default critic is a convolutional network on the input with 256 outputs, concatenated with the code, and hidden layers of 512 units.
/// The paper does not state its network. Batch normalization is left out, so that each score depends on its own pair.
/// </para>
/// </remarks>
public sealed class InputInformation
{
    /// <summary>Makes the estimator to train with; called once for each evaluation. Default <see cref="MineEstimator"/>.</summary>
    public Func<MIEstimator> Estimator { get; init; } = () => new MineEstimator();

    /// <summary>
    /// Settings of the training. Default: batches of 64, at most 2000 steps, a look every 100 and patience of 5, rate 10⁻⁴,
    /// held-out pairs scored 256 at a time. A critic given here takes the place of the default one.
    /// </summary>
    public MutualInformationOptions Options { get; init; } = new()
    {
        BatchSize = 64,
        MaxSteps = 2000,
        CheckEvery = 100,
        Patience = 5,
        LearningRate = 1e-4,
        EvaluationBatchSize = 256,
        ResampleCount = 50,
    };

    /// <summary>Estimates the mutual information of inputs and a feature of an encoder.</summary>
    /// <param name="encoder">The encoder; it is not trained.</param>
    /// <param name="inputs">The examples, at least 20; they are split in three for training, validation and test.</param>
    /// <param name="feature">Name of the feature; default "global".</param>
    /// <param name="progress">Receives a report after each validation check; null disables reporting.</param>
    /// <param name="cancellationToken">Stops the extraction with an exception, and the training with the best critic so far.</param>
    /// <returns>The estimate with its interval, ceiling and provenance.</returns>
    /// <exception cref="ArgumentException">
    /// The encoder gives no such feature, there are too few examples, or settings are out of range.
    /// </exception>
    public MutualInformationEstimate Evaluate(
        Encoder encoder,
        IBatchSource inputs,
        string feature = EncoderOutput.GlobalFeature,
        IProgress<MutualInformationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(inputs);
        using FeatureSet codes = new FeatureExtractor().Extract(
            encoder, inputs, feature, cancellationToken), raw = FeatureSet.FromInputs(inputs);
        MutualInformationOptions options = Options.Critic is null
            ? Options with { Critic = (_, units, seed) => DefaultCritic(inputs.ExampleShape, units, seed) }
            : Options;
        return MutualInformation.Estimate(raw.Values, codes.Values, Estimator(), options, progress, cancellationToken);
    }

    /// <summary>The default critic, for inputs <c>[C, *spatial]</c> of up to three spatial dimensions, or vectors.</summary>
    private static Critic DefaultCritic(IReadOnlyList<long> shape, long units, int seed)
    {
        const int Features = 256, Hidden = 512;
        if (shape.Count is < 2 or > 4)
        {
            return new ConcatCritic(shape.Aggregate(1L, (product, size) => product * size), units, Hidden, seed: seed);
        }

        RandomStream stream = RandomStream.Of(seed, "information of inputs");
        var network = InputNetwork.Create(shape, Features, stream.Of("network"));
        return Critic.Encoded(shape, network, new ConcatCritic(Features, units, Hidden, seed: stream.Of("critic").Seed()));
    }
}
