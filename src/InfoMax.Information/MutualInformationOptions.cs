using System.Globalization;
using InfoMax.Critics;
using InfoMax.Estimators;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Information;

/// <summary>Settings of an estimation by <see cref="MutualInformation"/>. Vary them with <c>with</c>.</summary>
public sealed record MutualInformationOptions
{
    /// <summary>The defaults.</summary>
    public static MutualInformationOptions Default { get; } = new();

    /// <summary>
    /// Builds the critic from the dimensions of x (its local channels) and y (its global units) and a seed. Null (the default) takes a
    /// <see cref="SeparableMlpCritic"/>; a <see cref="GaussianCritic"/> for upper bounds and a <see cref="LipschitzCritic"/> for the
    /// Wasserstein distance.
    /// </summary>
    public Func<long, long, int, Critic>? Critic { get; init; }

    /// <summary>The estimator that reads the held-out scores; null (the default) for the one trained with.</summary>
    public MIEstimator? Readout { get; init; }

    /// <summary>Pairs per training step; each step's negatives are the others of its batch.</summary>
    /// <value>At least 2; default 128.</value>
    public int BatchSize { get; init; } = 128;

    /// <summary>The maximum number of training steps.</summary>
    /// <value>At least 1; default 10,000.</value>
    public int MaxSteps { get; init; } = 10_000;

    /// <summary>Learning rate of Adam.</summary>
    /// <value>Positive; default 5e-4.</value>
    public double LearningRate { get; init; } = 5e-4;

    /// <summary>
    /// Maximum norm of the gradient of a step; longer gradients are scaled down. Bounds without a ceiling have rare, huge gradients.
    /// </summary>
    /// <value>Positive; default 10.</value>
    public double GradientNorm { get; init; } = 10.0;

    /// <summary>Steps between checks on the validation split.</summary>
    /// <value>At least 1; default 100.</value>
    public int CheckEvery { get; init; } = 100;

    /// <summary>Checks without a better objective after which training ends; the best critic is kept.</summary>
    /// <value>At least 1; default 10.</value>
    public int Patience { get; init; } = 10;

    /// <summary>Fraction of the samples for early stopping.</summary>
    /// <value>Above 0, below 1; default 0.2.</value>
    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>Fraction of the samples that the value is read from; training never sees them.</summary>
    /// <value>Above 0, below 1; default 0.2.</value>
    public double TestFraction { get; init; } = 0.2;

    /// <summary>
    /// Most pairs that are scored against each other at once where values are read; a larger split is read in batches of equal size, and
    /// their mean is taken. For bounds with a ceiling, which grows with it, the larger the better.
    /// </summary>
    /// <value>At least 4; default 1024.</value>
    public int EvaluationBatchSize { get; init; } = 1024;

    /// <summary>ResampleCount of the test split for the interval.</summary>
    /// <value>At least 10; default 200.</value>
    public int ResampleCount { get; init; } = 200;

    /// <summary>The interval's level.</summary>
    /// <value>Above 0, below 1; default 0.95.</value>
    public double Confidence { get; init; } = 0.95;

    /// <summary>How close to its ceiling a value is flagged, as a fraction of the ceiling.</summary>
    /// <value>From 0 to 1; default 0.1.</value>
    public double CeilingMargin { get; init; } = 0.1;

    /// <summary>
    /// Whether each dimension is shifted and scaled to mean 0 and deviation 1 on the training split, which leaves the mutual information as
    /// it is. Default true.
    /// </summary>
    public bool Standardize { get; init; } = true;

    /// <summary>Seed of splits, weights, batches and resamples; default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Where to train; null (the default) for where the samples are.</summary>
    public Device? Device { get; init; }

    /// <summary>All settings outside their range, in words.</summary>
    internal IEnumerable<string> Faults()
    {
        (bool Ok, string Text)[] rules =
        [
            (BatchSize >= 2, $"{nameof(BatchSize)} is {BatchSize}, expected at least 2"),
            (MaxSteps >= 1, $"{nameof(MaxSteps)} is {MaxSteps}, expected at least 1"),
            (double.IsFinite(LearningRate) && LearningRate > 0, $"{nameof(LearningRate)} is {LearningRate}, expected a positive number"),
            (GradientNorm > 0, $"{nameof(GradientNorm)} is {GradientNorm}, expected a positive number"),
            (CheckEvery >= 1, $"{nameof(CheckEvery)} is {CheckEvery}, expected at least 1"),
            (Patience >= 1, $"{nameof(Patience)} is {Patience}, expected at least 1"),
            (ValidationFraction is > 0 and < 1 && TestFraction is > 0 and < 1 && ValidationFraction + TestFraction < 1,
                $"{nameof(ValidationFraction)} and {nameof(TestFraction)} are {ValidationFraction} and {TestFraction}, "
                + "expected positive fractions that leave some for training"),
            (EvaluationBatchSize >= 4, $"{nameof(EvaluationBatchSize)} is {EvaluationBatchSize}, expected at least 4"),
            (ResampleCount >= 10, $"{nameof(ResampleCount)} is {ResampleCount}, expected at least 10"),
            (Confidence is > 0 and < 1, $"{nameof(Confidence)} is {Confidence}, expected a level between 0 and 1"),
            (DeviceGuard.Fault(Device) is null, DeviceGuard.Fault(Device) ?? ""),
            (CeilingMargin is >= 0 and <= 1, $"{nameof(CeilingMargin)} is {CeilingMargin}, expected a share from 0 to 1"),
        ];
        return rules.Where(r => !r.Ok).Select(r => r.Text);
    }

    /// <summary>The settings that decide most, in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"batches of {BatchSize}, at most {MaxSteps} steps, Adam at {LearningRate:G3}, seed {Seed}");
}
