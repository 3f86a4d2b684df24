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
/// The neural dependency measure of the paper: how much the units of a code depend on each other, as the Donsker–Varadhan bound of
/// KL(p(y) ‖ Π p(yᵢ)), the total correlation, in nats. A network distinguishes codes from codes whose units were permuted over the batch,
/// each unit by itself. Higher means more dependent (paper, section 4.2).
/// </summary>
/// <remarks>
/// <para>
/// The network is the network of the prior's discriminator: 1000 and 200 hidden units with ReLU. It is trained with the f-divergence form
/// of KL, <see cref="NwjEstimator"/>, and read with the Donsker–Varadhan value, as in the reference code. The paper mentions the
/// Donsker–Varadhan bound only. A network trained with that bound may report far too much as soon as it separates codes from permuted ones
/// without error, because nothing bounds its outputs.
/// </para>
/// <para>
/// Unlike the paper, the value comes from codes that training did not see, with the network of the best epoch on a validation split: a
/// bound that is read on its own training codes grows with overfitting. <see cref="ReferenceCode"/> has the published schedule;
/// <see cref="DependencyResult.TrainingValue"/> is the value on the training codes.
/// </para>
/// <para>The unit of measurement of each unit does not matter: codes are scaled before training.</para>
/// </remarks>
public sealed class NeuralDependencyMeasure
{
    /// <summary>
    /// The schedule of the reference code: batches of 10,000, 1000 epochs with rate 10⁻⁴, divided by 10 after epochs 500 and 750.
    /// </summary>
    /// <param name="squash">See <see cref="Squash"/>.</param>
    /// <param name="seed">See <see cref="Seed"/>.</param>
    /// <param name="device">See <see cref="Device"/>.</param>
    public static NeuralDependencyMeasure ReferenceCode(Prior? squash = null, int seed = 0, Device? device = null) => new()
    {
        Squash = squash,
        Seed = seed,
        Device = device,
        BatchSize = 10_000,
        Epochs = 1000,
        LearningRate = 1e-4,
        DecayEpochs = [500, 750],
        Patience = int.MaxValue,
    };

    /// <summary>
    /// Makes the estimator to train with; called once for each evaluation. Default <see cref="NwjEstimator"/>, as in the published
    /// code.
    /// </summary>
    public Func<MIEstimator> Estimator { get; init; } = () => new NwjEstimator();

    /// <summary>The estimator that reads the value; default <see cref="DonskerVaradhanEstimator"/>.</summary>
    public MIEstimator Readout { get; init; } = new DonskerVaradhanEstimator();

    /// <summary>
    /// The prior whose squashing is applied to the codes first (a sigmoid for <see cref="Prior.Uniform"/>); null (the default)
    /// takes them as they are. The paper gives both.
    /// </summary>
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
    public double ValidationFraction
    {
        get;
        init => field = value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(ValidationFraction), value, "Expected a share between 0 and 1.");
    } = 0.2;

    /// <summary>Permutations of the test codes over which the value is averaged, and whose spread is reported.</summary>
    /// <value>At least 2; default 20.</value>
    public int Permutations
    {
        get;
        init => field = OptionGuard.AtLeast(2, value, nameof(Permutations));
    } = 20;

    /// <summary>Seed of weights, order and shuffling; default 0.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// Where the network is trained and read; null (the default) for the CPU. Random numbers are those of the CPU in any case.
    /// </summary>
    public Device? Device { get; init; }

    /// <summary>Measures a feature of an encoder.</summary>
    /// <param name="encoder">The encoder; it is not trained.</param>
    /// <param name="train">Examples to train the network on.</param>
    /// <param name="test">Examples to read the value from.</param>
    /// <param name="feature">Name of the feature; default "global".</param>
    /// <param name="cancellationToken">Looked at between batches and epochs.</param>
    /// <returns>The value with its protocol.</returns>
    /// <exception cref="ArgumentException">As for feature sets; the device is not available.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public DependencyResult Evaluate(
        Encoder encoder,
        IBatchSource train,
        IBatchSource test,
        string feature = EncoderOutput.GlobalFeature,
        CancellationToken cancellationToken = default)
    {
        var extractor = new FeatureExtractor();
        using FeatureSet trainCodes = extractor.Extract(encoder, train, feature, cancellationToken), testCodes = extractor.Extract(
            encoder, test, feature, cancellationToken);
        return Evaluate(trainCodes, testCodes, cancellationToken);
    }

    /// <summary>Measures a matrix of codes.</summary>
    /// <param name="train">Codes <c>[N, F]</c> to train the network on: F at least 2, N at least 20. Labels are not used.</param>
    /// <param name="test">Codes <c>[M, F]</c> to read the value from, M at least 10.</param>
    /// <param name="cancellationToken">Looked at between epochs.</param>
    /// <returns>The value with its protocol.</returns>
    /// <exception cref="ArgumentException">
    /// Widths differ, there are too few rows or units, a value is not finite, or the device is not available.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public DependencyResult Evaluate(FeatureSet train, FeatureSet test, CancellationToken cancellationToken = default)
    {
        Device device = DeviceGuard.Available(Device, nameof(Device));
        Check(train, test);
        long start = Stopwatch.GetTimestamp();
        using var scope = NewDisposeScope();
        (Tensor trainCodes, Tensor testCodes) = Prepare(train.Values, test.Values);
        (trainCodes, testCodes) = (trainCodes.to(device), testCodes.to(device));
        using var training = new DependencyTraining(this, trainCodes, cancellationToken);
        (int epochs, int best) = training.Run();
        double[] values = training.Read(testCodes, Permutations);
        double mean = values.Average(), onTraining = training.Read(trainCodes, Permutations).Average();
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
            FeatureCount = train.FeatureCount,
            TrainCount = train.Count,
            TestCount = test.Count,
            Epochs = epochs,
            BestEpoch = best,
            Permutations = Permutations,
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
            throw new ArgumentException(
                $"Expected at least 20 rows of at least 2 units, got {train.Count} of {train.FeatureCount}: one unit depends on nothing.",
                nameof(train));
        }

        if (test.FeatureCount != train.FeatureCount || test.Count < 10)
        {
            throw new ArgumentException(
                $"Expected at least 10 rows of {train.FeatureCount} units, as in training, got {test.Count} of {test.FeatureCount}.",
                nameof(test));
        }

        TensorGuard.Finite(train.Values, nameof(train));
        TensorGuard.Finite(test.Values, nameof(test));
    }

    /// <summary>
    /// Squashed codes as float32, each unit divided by a power of two near its size: this changes no dependence, and keeps values and
    /// squares within the range of float32.
    /// </summary>
    private (Tensor Train, Tensor Test) Prepare(Tensor train, Tensor test)
    {
        using var scope = NewDisposeScope();
        if (Squash is not null)
        {
            (train, test) = (Squash.Squash(train.to(ScalarType.Float32)), Squash.Squash(test.to(ScalarType.Float32)));
            TensorGuard.Finite(train, nameof(train));
            TensorGuard.Finite(test, nameof(test));
        }

        Tensor units = maximum(Magnitude.OfColumns(train), Magnitude.OfColumns(test));
        Tensor Scaled(Tensor codes) => (codes.to(ScalarType.Float64) / units).to(ScalarType.Float32);
        return (scope.MoveToOuter(Scaled(train)), scope.MoveToOuter(Scaled(test)));
    }
}
