using InfoMax.Reports.Foundation;
using InfoMax.Training;

namespace InfoMax.Reports.Model;

/// <summary>A term of the loss or another metric, averaged over each epoch.</summary>
public sealed class MetricCurve
{
    /// <summary>Takes the values of a metric.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="unit">Its unit, such as "nats".</param>
    /// <param name="perEpoch">Its value in each epoch, in order. A value that is not finite leaves a gap in the line.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public MetricCurve(string name, string unit, IReadOnlyList<double> perEpoch)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(perEpoch);
        (Name, Unit, PerEpoch) = (name, unit, perEpoch);
    }

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>Its unit, such as "nats".</summary>
    public string Unit { get; }

    /// <summary>Its value in each epoch, in order.</summary>
    public IReadOnlyList<double> PerEpoch { get; }

    /// <summary>Takes a metric of a training run.</summary>
    /// <param name="training">The result of the run.</param>
    /// <param name="metric">Name of the metric, as in <see cref="EpochSummary.Metrics"/>. An epoch without it leaves a gap.</param>
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
            throw new ArgumentException(
                $"Expected a metric of the run, one of {(known.Length == 0 ? "none" : known)}; got \"{metric}\".", nameof(metric));
        }

        return new MetricCurve(name ?? metric, unit, values);
    }

    /// <summary>Name, unit, the first and the last finite value.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() => FormattableString.Invariant($"{Name}: {Ends("")} {Unit} in {PerEpoch.Count} epochs");

    /// <summary>The first and the last finite value in words, and that the last epoch has none.</summary>
    internal string Ends(string from)
    {
        double[] finite = [.. PerEpoch.Where(double.IsFinite)];
        if (finite.Length == 0)
        {
            return "no finite value";
        }

        string ends = FormattableString.Invariant($"{from}{finite[0]:G4} to {finite[^1]:G4}");
        return double.IsFinite(PerEpoch[^1]) ? ends : ends + ", then not finite";
    }

    /// <summary>
    /// The range of the finite values to draw. The first quarter of the epochs is left out of it where it would flatten the rest, as the
    /// loss of the first epochs often does; both ends are equal if all values are.
    /// </summary>
    internal (double Low, double High) Range() => ValueRange.Of(PerEpoch);
}
