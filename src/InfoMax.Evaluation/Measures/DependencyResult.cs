using System.Globalization;

namespace InfoMax.Evaluation.Measures;

/// <summary>What a <see cref="NeuralDependencyMeasure"/> found, with the protocol by which it was found. Plain values.</summary>
public sealed record DependencyResult
{
    /// <summary>The value on the test codes, in nats: the mean over shufflings.</summary>
    public required double Value { get; init; }

    /// <summary>Standard deviation of the value over shufflings of the same codes; the chance of the codes and of the training is not in it.</summary>
    public required double Deviation { get; init; }

    /// <summary>The value on the codes that the network was trained on, as the paper reports it; above <see cref="Value"/> by what it learned by heart.</summary>
    public required double TrainingValue { get; init; }

    /// <summary>The most that the readout can give; +∞ if there is no such limit.</summary>
    public required double Ceiling { get; init; }

    /// <summary>
    /// About the most that a lower bound without assumptions about the codes can vouch for from so many test codes: ln M nats for M of them (McAllester and Stratos, 2020, "Formal limitations on the measurement of mutual information").
    /// </summary>
    /// <remarks>A larger <see cref="Value"/> says that the network tells codes from shuffled ones without fail, and how far its outputs have grown; it may be above the truth, and an order by it is not one of dependence.</remarks>
    public double Certifiable => Math.Log(TestCount);

    /// <summary>Name of the estimator that the network was trained with.</summary>
    public required string Estimator { get; init; }

    /// <summary>Name of the estimator that read the value.</summary>
    public required string Readout { get; init; }

    /// <summary>Name of the prior whose squashing was applied; null for none.</summary>
    public required string? Squash { get; init; }

    /// <summary>Name of the feature.</summary>
    public required string Feature { get; init; }

    /// <summary>Units of a code.</summary>
    public required int Units { get; init; }

    /// <summary>Training codes, the validation part among them.</summary>
    public required int TrainCount { get; init; }

    /// <summary>Test codes.</summary>
    public required int TestCount { get; init; }

    /// <summary>Epochs that were run.</summary>
    public required int Epochs { get; init; }

    /// <summary>The epoch whose network was read.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>Shufflings of the test codes.</summary>
    public required int Shufflings { get; init; }

    /// <summary>The seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Total correlation of the test codes if they were a Gaussian copula, in nats: see <see cref="RepresentationStatistics.GaussianTotalCorrelation"/>.</summary>
    public required double GaussianTotalCorrelation { get; init; }

    /// <summary>Time it took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The value and its protocol in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"dependency of {Units} units of {Feature}: {Value:F3} ± {Deviation:F3} nats{Limit} over {Shufflings} shufflings of {TestCount} test rows ({TrainingValue:F3} on the {TrainCount} training rows; {Readout}, trained with {Estimator}, best of {Epochs} epochs {BestEpoch}{(Squash is null ? "" : ", squashed for the prior " + Squash)}, seed {Seed}); Gaussian copula {GaussianTotalCorrelation:F3}");

    private string Limit => Value > Certifiable ? string.Create(CultureInfo.InvariantCulture, $" (above the {Certifiable:F3} that so many rows can vouch for)") : string.Empty;
}
