using System.Globalization;

namespace InfoMax.Evaluation.Probes;

/// <summary>Accuracies of a probe, with the protocol by which they were found.</summary>
public sealed class ProbeResult
{
    internal ProbeResult()
    {
    }

    /// <summary>Name of the probe, such as "linear".</summary>
    public string Probe { get; internal init; } = "";

    /// <summary>Name of the probed feature.</summary>
    public string Feature { get; internal init; } = "";

    /// <summary>Numbers per example, F.</summary>
    public int FeatureCount { get; internal init; }

    /// <summary>Labeled training rows that each repeat used.</summary>
    public int LabelCount { get; internal init; }

    /// <summary>Training rows that they were drawn from; equal to <see cref="LabelCount"/> if all were used.</summary>
    public int TrainCount { get; internal init; }

    /// <summary>Test rows. Each repeat used all of them.</summary>
    public int TestCount { get; internal init; }

    /// <summary>Number of classes.</summary>
    public int ClassCount { get; internal init; }

    /// <summary>Repeats that were run: 1 if nothing could have differed between them.</summary>
    public int Repeats => Accuracies.Count;

    /// <summary>The base seed, from which the subset and the seed of each repeat follow.</summary>
    public int Seed { get; internal init; }

    /// <summary>Test accuracy of each repeat, a fraction in [0, 1].</summary>
    public IReadOnlyList<double> Accuracies { get; internal init; } = [];

    /// <summary>Settings and choices of the probe, by repeat where they differ.</summary>
    public string HyperParameters { get; internal init; } = "";

    /// <summary>For the last repeat: how many test rows of class [i] were predicted as class [j].</summary>
    public IReadOnlyList<IReadOnlyList<int>> Confusion { get; internal init; } = [];

    /// <summary>Wall time of the evaluation, including feature extraction if the probe did it.</summary>
    public TimeSpan Elapsed { get; internal init; }

    /// <summary>Mean accuracy over the repeats, a fraction in [0, 1].</summary>
    public double Mean => Accuracies.Average();

    /// <summary>
    /// Sample standard deviation of the accuracy over the repeats (n − 1 in the denominator); 0 for one repeat, where it is unknown.
    /// </summary>
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
        string accuracy = string.Create(CultureInfo.InvariantCulture, $"{100 * Mean:F1}{spread} % of {TestCount} test rows");
        string labels = LabelCount == TrainCount ? $"all {LabelCount} labels" : $"{LabelCount} of {TrainCount} labels";
        string repeats = Repeats == 1 ? "1 repeat" : $"{Repeats} repeats";
        string protocol =
            $"{ClassCount} classes, {labels}, {repeats}, seed {Seed.ToString(CultureInfo.InvariantCulture)}, {HyperParameters}";
        return $"{Probe} probe on {Feature} ({FeatureCount}): {accuracy}, {protocol}";
    }
}
