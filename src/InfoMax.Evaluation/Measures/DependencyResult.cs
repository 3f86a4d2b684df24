using System.Globalization;

namespace InfoMax.Evaluation.Measures;

/// <summary>What a <see cref="NeuralDependencyMeasure"/> found, with the protocol by which it was found. Plain values.</summary>
public sealed class DependencyResult
{
    internal DependencyResult()
    {
    }

    /// <summary>The value on the test codes, in nats: the mean over shufflings.</summary>
    public double Value { get; internal init; }

    /// <summary>
    /// Standard deviation of the value over shufflings of the same codes; the chance of the codes and of the training is not in it.
    /// </summary>
    public double Deviation { get; internal init; }

    /// <summary>
    /// The value on the codes that the network was trained on, as the paper reports it; above <see cref="Value"/> by what it
    /// learned by heart.
    /// </summary>
    public double TrainingValue { get; internal init; }

    /// <summary>The most that the readout can give; +∞ if there is no such limit.</summary>
    public double Ceiling { get; internal init; }

    /// <summary>
    /// About the most that a lower bound without assumptions about the codes can certify from this number of test codes: ln M nats for M
    /// of them (McAllester and Stratos, 2020, "Formal limitations on the measurement of mutual information").
    /// </summary>
    /// <remarks>
    /// A larger <see cref="Value"/> says that the network tells codes from shuffled ones without fail, and how far its outputs have
    /// grown; it may be above the truth, and an order by it is not one of dependence.
    /// </remarks>
    public double Certifiable => Math.Log(TestCount);

    /// <summary>Name of the estimator that the network was trained with.</summary>
    public string Estimator { get; internal init; } = "";

    /// <summary>Name of the estimator that read the value.</summary>
    public string Readout { get; internal init; } = "";

    /// <summary>Name of the prior whose squashing was applied; null for none.</summary>
    public string? Squash { get; internal init; }

    /// <summary>Name of the feature.</summary>
    public string Feature { get; internal init; } = "";

    /// <summary>Units of a code.</summary>
    public int FeatureCount { get; internal init; }

    /// <summary>Training codes, the validation part among them.</summary>
    public int TrainCount { get; internal init; }

    /// <summary>Test codes.</summary>
    public int TestCount { get; internal init; }

    /// <summary>Epochs that were run.</summary>
    public int Epochs { get; internal init; }

    /// <summary>The epoch whose network was read.</summary>
    public int BestEpoch { get; internal init; }

    /// <summary>Permutations of the test codes.</summary>
    public int Permutations { get; internal init; }

    /// <summary>The seed.</summary>
    public int Seed { get; internal init; }

    /// <summary>
    /// Total correlation of the test codes if they were a Gaussian copula, in nats: see
    /// <see cref="RepresentationStatistics.GaussianTotalCorrelation"/>.
    /// </summary>
    public double GaussianTotalCorrelation { get; internal init; }

    /// <summary>Time it took.</summary>
    public TimeSpan Elapsed { get; internal init; }

    /// <summary>The value and its protocol in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString()
    {
        FormattableString value = $"{Value:F3} ± {Deviation:F3} nats{Limit} over {Permutations} permutations of {TestCount} test rows";
        FormattableString training = $"{TrainingValue:F3} on the {TrainCount} training rows; {Readout}, trained with {Estimator}";
        string squash = Squash is null ? "" : $", squashed for the prior {Squash}";
        FormattableString end = $"best of {Epochs} epochs {BestEpoch}{squash}, seed {Seed}); Gaussian copula {GaussianTotalCorrelation:F3}";
        string[] parts = [.. new[] { value, training, end }.Select(FormattableString.Invariant)];
        return $"dependency of {FeatureCount} units of {Feature}: {parts[0]} ({parts[1]}, {parts[2]}";
    }

    private string Limit => Value > Certifiable
        ? string.Create(CultureInfo.InvariantCulture, $" (above the {Certifiable:F3} that this number of rows can certify)")
        : string.Empty;
}
