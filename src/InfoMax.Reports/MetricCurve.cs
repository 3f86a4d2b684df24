using InfoMax.Training;

namespace InfoMax.Reports;

/// <summary>One term of the loss or another metric, averaged over each epoch.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Unit">Its unit, such as "nats".</param>
/// <param name="PerEpoch">Its value in each epoch, in order. One that is not finite leaves a gap in the line.</param>
public sealed record MetricCurve(string Name, string Unit, IReadOnlyList<double> PerEpoch)
{
    /// <summary>Takes a metric of a training run.</summary>
    /// <param name="training">What the run did.</param>
    /// <param name="metric">Name of the metric, as in <see cref="EpochSummary.Metrics"/>. An epoch that lacks it leaves a gap.</param>
    /// <param name="name">What to call it; null for the metric's name.</param>
    /// <param name="unit">Its unit. Default "nats".</param>
    /// <returns>The curve.</returns>
    /// <exception cref="ArgumentException">No epoch has such a metric.</exception>
    public static MetricCurve Of(TrainingResult training, string metric, string? name = null, string unit = "nats")
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(metric);
        double[] values = [.. training.Epochs.Select(epoch => epoch.Metrics.TryGetValue(metric, out double value) ? value : double.NaN)];
        if (!training.Epochs.Any(epoch => epoch.Metrics.ContainsKey(metric)))
        {
            string known = string.Join(", ", training.Epochs.SelectMany(epoch => epoch.Metrics.Keys).Distinct());
            throw new ArgumentException($"Expected a metric of the run, one of {(known.Length == 0 ? "none" : known)}; got \"{metric}\".", nameof(metric));
        }

        return new MetricCurve(name ?? metric, unit, values);
    }

    /// <summary>Name, unit, and the first and last value.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() =>
        FormattableString.Invariant($"{Name}: {PerEpoch.FirstOrDefault(double.NaN):G4} to {PerEpoch.LastOrDefault(double.NaN):G4} {Unit} in {PerEpoch.Count} epochs");
}
