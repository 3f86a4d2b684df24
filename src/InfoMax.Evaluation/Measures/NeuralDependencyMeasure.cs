using System.Diagnostics;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Evaluation.Features;
using InfoMax.Foundation;
using InfoMax.Priors;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Measures;

/// <summary>
/// The neural dependency measure of the paper: how much the units of a code depend on each other, as the Donsker–Varadhan bound of KL(p(y) ‖ Π p(yᵢ)), the total correlation, in nats. A network tells codes from codes whose
/// units were shuffled over the batch, each by itself; higher means more dependent (paper, section 4.2).
/// </summary>
/// <remarks>
/// <para>The network is that of the prior's discriminator: 1000 and 200 hidden units with ReLU. It is trained with the f-divergence form of KL, which is <see cref="NwjEstimator"/> here, and read with the Donsker–Varadhan value, as in the
/// published code. The paper speaks of the Donsker–Varadhan bound alone; a network trained with that may say far more than there is as soon as it tells codes from shuffled ones without fail, since nothing holds its
/// outputs (measured in docs/evaluation.md).</para>
/// <para>Unlike the paper, the value comes from codes that training did not see, with the network of the best epoch on a validation part: a bound that is read on its own training codes grows with over-fitting. <see cref="Published"/> has
/// the published schedule; <see cref="DependencyResult.TrainingValue"/> is the value on the training codes.</para>
/// </remarks>
public sealed record NeuralDependencyMeasure
{
    /// <summary>The published schedule: batches of 10,000, 1000 epochs with rate 10⁻⁴, a tenth of it from epoch 500 and again from 750.</summary>
    public static NeuralDependencyMeasure Published { get; } = new() { BatchSize = 10_000, Epochs = 1000, LearningRate = 1e-4, DecayEpochs = [500, 750], Patience = int.MaxValue };

    /// <summary>Makes the estimator to train with; called once for each evaluation. Default <see cref="NwjEstimator"/>, as in the published code.</summary>
    public Func<MIEstimator> Estimator { get; init; } = () => new NwjEstimator();

    /// <summary>The estimator that reads the value; default <see cref="DonskerVaradhanEstimator"/>.</summary>
    public MIEstimator Readout { get; init; } = new DonskerVaradhanEstimator();

    /// <summary>The prior whose squashing is applied to the codes first (a sigmoid for <see cref="Prior.Uniform"/>); null (the default) takes them as they are. The paper gives both.</summary>
    public Prior? Squash { get; init; }

    /// <summary>Codes per step; at most all of the training part.</summary>
    /// <value>At least 2; default 1000, published 10,000.</value>
    public int BatchSize
    {
        get;
        init => field = OptionGuard.AtLeast(2, value, nameof(BatchSize));
    } = 1000;

    /// <summary>Passes over the training part.</summary>
    /// <value>At least 1; default 200, published 1000.</value>
    public int Epochs
    {
        get;
        init => field = OptionGuard.AtLeast(1, value, nameof(Epochs));
    } = 200;

    /// <summary>Adam's learning rate at the start.</summary>
    /// <value>Positive; default 5·10⁻⁴, published 10⁻⁴.</value>
    public double LearningRate
    {
        get;
        init => field = OptionGuard.Positive(value, nameof(LearningRate));
    } = 5e-4;

    /// <summary>Epochs after which the rate is divided by 10; default after 100 and 150.</summary>
    public IReadOnlyList<int> DecayEpochs { get; init; } = [100, 150];

    /// <summary>Epochs without a better value on the validation part after which training ends; the best network is kept.</summary>
    /// <value>At least 1; default 30.</value>
    public int Patience
    {
        get;
        init => field = OptionGuard.AtLeast(1, value, nameof(Patience));
    } = 30;

    /// <summary>Share of the training codes kept for validation.</summary>
    /// <value>Above 0, below 1; default 0.2.</value>
    public double ValidationShare
    {
        get;
        init => field = value is > 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(ValidationShare), value, "Expected a share between 0 and 1.");
    } = 0.2;

    /// <summary>Shufflings of the test codes over which the value is averaged, and whose spread is reported.</summary>
    /// <value>At least 2; default 20.</value>
    public int Shufflings
    {
        get;
        init => field = OptionGuard.AtLeast(2, value, nameof(Shufflings));
    } = 20;

    /// <summary>Seed of weights, order and shuffling; default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Where the network is trained and read; null (the default) for the CPU. Random numbers are those of the CPU in any case.</summary>
    public Device? Device { get; init; }

    /// <summary>The settings in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() => RecordText.Of(this);

    /// <summary>Measures a feature of an encoder.</summary>
    /// <param name="encoder">The encoder; it is not trained.</param>
    /// <param name="train">Examples to train the network on.</param>
    /// <param name="test">Examples to read the value from.</param>
    /// <param name="feature">Name of the feature; default "global".</param>
    /// <param name="cancellationToken">Looked at between batches and epochs.</param>
    /// <returns>The value with its protocol.</returns>
    /// <exception cref="ArgumentException">As for feature sets; the device is not available.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public DependencyResult Evaluate(Encoder encoder, IBatchSource train, IBatchSource test, string feature = EncoderOutput.GlobalFeature, CancellationToken cancellationToken = default)
    {
        var extractor = new FeatureExtractor();
        using FeatureSet trainCodes = extractor.Extract(encoder, train, feature, cancellationToken), testCodes = extractor.Extract(encoder, test, feature, cancellationToken);
        return Evaluate(trainCodes, testCodes, cancellationToken);
    }

    /// <summary>Measures a matrix of codes.</summary>
    /// <param name="train">Codes <c>[N, F]</c> to train the network on: F at least 2, N at least 20. Labels are not used.</param>
    /// <param name="test">Codes <c>[M, F]</c> to read the value from, M at least 10.</param>
    /// <param name="cancellationToken">Looked at between epochs.</param>
    /// <returns>The value with its protocol.</returns>
    /// <exception cref="ArgumentException">Widths differ, there are too few rows or units, a value is not finite, or the device is not available.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public DependencyResult Evaluate(FeatureSet train, FeatureSet test, CancellationToken cancellationToken = default)
    {
        Device device = DeviceGuard.Available(Device, nameof(Device));
        Check(train, test);
        long start = Stopwatch.GetTimestamp();
        using var scope = NewDisposeScope();
        Tensor trainCodes = Prepare(train.Values).to(device), testCodes = Prepare(test.Values).to(device);
        using var training = new DependencyTraining(this, trainCodes, cancellationToken);
        (int epochs, int best) = training.Run();
        double[] values = training.Read(testCodes, Shufflings);
        double mean = values.Average(), onTraining = training.Read(trainCodes, Shufflings).Average();
        return new DependencyResult
        {
            Value = mean,
            Deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1)),
            TrainingValue = onTraining,
            Ceiling = training.Ceiling(testCodes),
            Estimator = training.EstimatorName,
            Readout = Readout.Name,
            Squash = Squash?.Name,
            Feature = train.Name,
            Units = train.FeatureCount,
            TrainCount = train.Count,
            TestCount = test.Count,
            Epochs = epochs,
            BestEpoch = best,
            Shufflings = Shufflings,
            Seed = Seed,
            GaussianTotalCorrelation = RepresentationStatistics.Of(testCodes.cpu()).GaussianTotalCorrelation,
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
    }

    private static void Check(FeatureSet train, FeatureSet test)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        train.CheckUsable();
        test.CheckUsable();
        if (train.FeatureCount < 2 || train.Count < 20)
        {
            throw new ArgumentException($"Expected at least 20 rows of at least 2 units, got {train.Count} of {train.FeatureCount}: one unit depends on nothing.", nameof(train));
        }

        if (test.FeatureCount != train.FeatureCount || test.Count < 10)
        {
            throw new ArgumentException($"Expected at least 10 rows of {train.FeatureCount} units, as in training, got {test.Count} of {test.FeatureCount}.", nameof(test));
        }

        TensorGuard.Finite(train.Values, nameof(train));
        TensorGuard.Finite(test.Values, nameof(test));
    }

    private Tensor Prepare(Tensor codes)
    {
        Tensor single = codes.to(ScalarType.Float32);
        return Squash is null ? single : Squash.Squash(single);
    }
}
