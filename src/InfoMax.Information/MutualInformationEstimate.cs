using System.Globalization;
using InfoMax.Estimators;

namespace InfoMax.Information;

/// <summary>An estimate of mutual information with its spread and its provenance. Plain values.</summary>
public sealed record MutualInformationEstimate
{
    /// <summary>The estimate on the test split, in nats (unless <see cref="Kind"/> is <see cref="BoundKind.Surrogate"/>).</summary>
    public required double Value { get; init; }

    /// <summary>Lower end of the interval.</summary>
    public required double Low { get; init; }

    /// <summary>Upper end of the interval.</summary>
    public required double High { get; init; }

    /// <summary>The interval's level, such as 0.95.</summary>
    public required double Confidence { get; init; }

    /// <summary>Standard error of the value over test samples; the critic is held fixed, so that neither its shortcomings nor the chance of its training are in it.</summary>
    public required double StandardError { get; init; }

    /// <summary>The largest value that the readout can take on the batches it was read from; +∞ if there is none.</summary>
    public required double Ceiling { get; init; }

    /// <summary>Whether the value is so near its ceiling that the truth may lie anywhere above: read larger batches, or with another estimator.</summary>
    public required bool NearCeiling { get; init; }

    /// <summary>What the value is: a bound, an approximation, or another measure.</summary>
    public required BoundKind Kind { get; init; }

    /// <summary>Name of the estimator that the critic was trained with.</summary>
    public required string Estimator { get; init; }

    /// <summary>Name of the estimator that read the value.</summary>
    public required string Readout { get; init; }

    /// <summary>Why training ended.</summary>
    public required EstimationEnd End { get; init; }

    /// <summary>Training steps done.</summary>
    public required int Steps { get; init; }

    /// <summary>Steps that were skipped because the objective was not finite.</summary>
    public required int SkippedSteps { get; init; }

    /// <summary>The step whose critic was read: the best on the validation split.</summary>
    public required int BestStep { get; init; }

    /// <summary>Objective on the validation split by step, in the estimator's own unit.</summary>
    public required IReadOnlyList<(int Step, double Objective)> ValidationCurve { get; init; }

    /// <summary>Pairs trained on; 0 where each batch was drawn anew.</summary>
    public required long TrainingPairs { get; init; }

    /// <summary>Pairs of the validation split.</summary>
    public required long ValidationPairs { get; init; }

    /// <summary>Pairs of the test split.</summary>
    public required long TestPairs { get; init; }

    /// <summary>The seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Time it took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>
    /// About the most that a lower bound without assumptions about the pairs can vouch for from so many of them: ln N nats for N test pairs (McAllester and Stratos, 2020, "Formal limitations on the measurement of mutual information").
    /// </summary>
    /// <remarks>A larger <see cref="Value"/> of a readout without <see cref="Ceiling"/> says that the critic tells pairs from shuffled ones without fail, and how far its outputs have grown; it may be above the truth.</remarks>
    public double Certifiable => Math.Log(TestPairs);

    /// <summary>The value in bits.</summary>
    public double Bits => Value / Math.Log(2.0);

    /// <summary>Whether a value lies in the interval.</summary>
    /// <param name="value">The value, in nats.</param>
    /// <returns>True if it does.</returns>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>The value, its interval and where it comes from, in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString()
    {
        string kind = Kind switch
        {
            BoundKind.LowerBound => "lower bound",
            BoundKind.UpperBound => "upper bound if the model is right",
            BoundKind.Approximation => "approximation",
            _ => "not mutual information",
        };
        string unit = Kind == BoundKind.Surrogate ? string.Empty : " nats";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Value:F3}{unit} [{Low:F3}, {High:F3}] at {Confidence:P0} ({Readout}, {kind}{Limit}; trained with {Estimator}, {Steps} steps, {End}; {TrainingPairs}/{ValidationPairs}/{TestPairs} pairs, seed {Seed})");
    }

    private string Limit => (double.IsFinite(Ceiling), Kind is BoundKind.LowerBound or BoundKind.Approximation, Value > Certifiable) switch
    {
        (true, _, _) => string.Create(CultureInfo.InvariantCulture, $"; {(NearCeiling ? "near its " : string.Empty)}ceiling {Ceiling:F3}"),
        (false, true, true) => string.Create(CultureInfo.InvariantCulture, $"; no ceiling, above the {Certifiable:F3} that so many pairs can vouch for"),
        (false, true, false) => string.Create(CultureInfo.InvariantCulture, $"; no ceiling, so many pairs can vouch for {Certifiable:F3}"),
        _ => string.Empty,
    };
}
