using System.Globalization;
using InfoMax.Estimators;

namespace InfoMax.Information;

/// <summary>An estimate of mutual information with its spread and its provenance. Plain values.</summary>
public sealed class MutualInformationEstimate
{
    /// <summary>The estimate on the test split, in nats (unless <see cref="Kind"/> is <see cref="BoundKind.Surrogate"/>).</summary>
    public double Value { get; internal init; }

    /// <summary>Lower end of the interval.</summary>
    public double Low { get; internal init; }

    /// <summary>Upper end of the interval; +∞ if the critic learned nothing, see <see cref="EstimationEnd.NothingLearned"/>.</summary>
    public double High { get; internal init; }

    /// <summary>The interval's level, such as 0.95.</summary>
    public double Confidence { get; internal init; }

    /// <summary>
    /// Standard error of the value over test samples; the critic is held fixed, so that neither its shortcomings nor the chance of its
    /// training are in it.
    /// </summary>
    public double StandardError { get; internal init; }

    /// <summary>The largest value that the readout can take on the batches it was read from; +∞ if there is none.</summary>
    public double Ceiling { get; internal init; }

    /// <summary>
    /// Whether the value is so near its ceiling that the truth may lie anywhere above: read larger batches, or with another estimator.
    /// </summary>
    public bool NearCeiling { get; internal init; }

    /// <summary>What the value is: a bound, an approximation, or another measure.</summary>
    public BoundKind Kind { get; internal init; }

    /// <summary>Name of the estimator that the critic was trained with.</summary>
    public string Estimator { get; internal init; } = "";

    /// <summary>Name of the estimator that read the value.</summary>
    public string Readout { get; internal init; } = "";

    /// <summary>Why training ended.</summary>
    public EstimationEnd End { get; internal init; }

    /// <summary>Training steps done.</summary>
    public int Steps { get; internal init; }

    /// <summary>Steps that were skipped because the objective was not finite.</summary>
    public int SkippedSteps { get; internal init; }

    /// <summary>The step whose critic was read: the best on the validation split.</summary>
    public int BestStep { get; internal init; }

    /// <summary>Objective on the validation split by step, in the estimator's own unit.</summary>
    public IReadOnlyList<(int Step, double Objective)> ValidationCurve { get; internal init; } = [];

    /// <summary>Pairs trained on; 0 where each batch was drawn anew.</summary>
    public long TrainingPairCount { get; internal init; }

    /// <summary>Pairs of the validation split.</summary>
    public long ValidationPairCount { get; internal init; }

    /// <summary>Pairs of the test split.</summary>
    public long TestPairCount { get; internal init; }

    /// <summary>The seed.</summary>
    public int Seed { get; internal init; }

    /// <summary>Time it took.</summary>
    public TimeSpan Elapsed { get; internal init; }

    /// <summary>
    /// About the largest lower bound that the test pairs can certify without assumptions about them: ln N nats for N test pairs (McAllester
    /// and Stratos, 2020, "Formal limitations on the measurement of mutual information").
    /// </summary>
    /// <remarks>
    /// A larger <see cref="Value"/> of a readout without <see cref="Ceiling"/> says that the critic tells pairs from shuffled ones without
    /// fail, and how large its outputs are; it may be above the truth.
    /// </remarks>
    public double Certifiable => Math.Log(TestPairCount);

    /// <summary>The value in bits.</summary>
    public double Bits => Value / Math.Log(2.0);

    /// <summary>Whether a value lies in the interval.</summary>
    /// <param name="value">The value, in nats.</param>
    /// <returns>True if it does.</returns>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>What is wrong with the estimate and what to do about it; null if nothing is known to be.</summary>
    public string? Remark => End switch
    {
        EstimationEnd.NothingLearned =>
            $"the critic did not improve on the {ValidationPairCount} validation pairs: the variables are independent or the samples too "
            + "few; use more samples, a smaller critic or fewer dimensions, KsgEstimator in few dimensions, or "
            + "MutualInformation.WithLabels for labels",
        EstimationEnd.Diverged => "training diverged: lower LearningRate, or use another estimator",
        EstimationEnd.OutOfSteps => "training reached MaxSteps before the objective stopped rising: raise MaxSteps",
        _ when NearCeiling => "the value is near its ceiling: raise EvaluationBatchSize, or read it with another estimator",
        _ when Kind is BoundKind.LowerBound or BoundKind.Approximation && Low <= 0 && TrainingPairCount > 0 =>
            "the interval holds 0: these samples do not show a dependence, which does not mean that there is none",
        _ => null,
    };

    /// <summary>The value, its interval, where it comes from, and the remark, in one line.</summary>
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
        string high = double.IsFinite(High) ? High.ToString("F3", CultureInfo.InvariantCulture) : "no upper end";
        string end = End switch
        {
            EstimationEnd.Converged => "converged",
            EstimationEnd.OutOfSteps => "out of steps",
            EstimationEnd.Canceled => "canceled",
            EstimationEnd.Diverged => "diverged",
            _ => "nothing learned",
        };
        string pairs = $"{TrainingPairCount}/{ValidationPairCount}/{TestPairCount} pairs, seed {Seed}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Value:F3}{unit} [{Low:F3}, {high}] at {Confidence:P0} ({Readout}, {kind}{Limit}; trained with {Estimator}, {Steps} steps, "
            + $"{end}; {pairs}){(Remark is { } remark ? ": " + remark : "")}");
    }

    private string Limit => (double.IsFinite(Ceiling), Kind is BoundKind.LowerBound or BoundKind.Approximation, Value > Certifiable) switch
    {
        (true, _, _) => string.Create(CultureInfo.InvariantCulture, $"; {(NearCeiling ? "near its " : string.Empty)}ceiling {Ceiling:F3}"),
        (false, true, true) => string.Create(
            CultureInfo.InvariantCulture, $"; no ceiling, above the {Certifiable:F3} nats that {TestPairCount} test pairs can certify"),
        (false, true, false) => string.Create(
            CultureInfo.InvariantCulture, $"; no ceiling; {TestPairCount} test pairs can certify at most {Certifiable:F3} nats"),
        _ => string.Empty,
    };
}
