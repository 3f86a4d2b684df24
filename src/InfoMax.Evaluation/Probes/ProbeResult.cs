using System.Globalization;

namespace InfoMax.Evaluation.Probes;

/// <summary>What a probe found, with the protocol by which it was found.</summary>
public sealed record ProbeResult
{
    /// <summary>Name of the probe, such as "linear".</summary>
    public required string Probe { get; init; }

    /// <summary>Name of the feature that was probed.</summary>
    public required string Feature { get; init; }

    /// <summary>Numbers per example, F.</summary>
    public required int FeatureCount { get; init; }

    /// <summary>Labeled training rows that each repeat used.</summary>
    public required int Labels { get; init; }

    /// <summary>Training rows that these were drawn from; equal to <see cref="Labels"/> if all were used.</summary>
    public required int TrainCount { get; init; }

    /// <summary>Test rows, all of which were used in each repeat.</summary>
    public required int TestCount { get; init; }

    /// <summary>Number of classes.</summary>
    public required int ClassCount { get; init; }

    /// <summary>Repeats that were run: 1 if nothing could have differed between them.</summary>
    public int Repeats => Accuracies.Count;

    /// <summary>The base seed, from which the subset and the probe's seed of each repeat follow.</summary>
    public required int Seed { get; init; }

    /// <summary>Test accuracy of each repeat, a fraction in [0, 1].</summary>
    public required IReadOnlyList<double> Accuracies { get; init; }

    /// <summary>What the probe was set to and what it chose, repeat by repeat where that differs.</summary>
    public required string HyperParameters { get; init; }

    /// <summary>Of the last repeat: how many test rows of class [i] were taken for class [j].</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Confusion { get; init; }

    /// <summary>Wall time of the evaluation, feature extraction included where the probe did it.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Mean accuracy over the repeats, a fraction in [0, 1].</summary>
    public double Mean => Accuracies.Average();

    /// <summary>Sample standard deviation of the accuracy over the repeats (n − 1 in the denominator); 0 for one repeat, where it is unknown.</summary>
    public double StandardDeviation
    {
        get
        {
            double mean = Mean;
            return Repeats < 2 ? 0 : Math.Sqrt(Accuracies.Sum(a => (a - mean) * (a - mean)) / (Repeats - 1));
        }
    }

    /// <summary>The result and its protocol in one line.</summary>
    public override string ToString()
    {
        string spread = Repeats < 2 ? "" : string.Create(CultureInfo.InvariantCulture, $" ± {100 * StandardDeviation:F1}");
        string labels = Labels == TrainCount ? $"all {Labels} labels" : $"{Labels} of {TrainCount} labels";
        string repeats = Repeats == 1 ? "1 repeat" : $"{Repeats} repeats";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Probe} probe on {Feature} ({FeatureCount}): {100 * Mean:F1}{spread} % of {TestCount} test rows, {ClassCount} classes, {labels}, {repeats}, seed {Seed}, {HyperParameters}");
    }
}
