using System.Globalization;
using InfoMax.Foundation;

namespace InfoMax.Training;

/// <summary>One epoch of a training run.</summary>
/// <param name="epoch">The epoch, from 1.</param>
/// <param name="stepCount">Steps done in it.</param>
/// <param name="metrics">Mean of every loss term and metric over the steps of the epoch.</param>
/// <param name="elapsed">Time that the epoch took.</param>
public sealed class EpochSummary(int epoch, int stepCount, IReadOnlyDictionary<string, double> metrics, TimeSpan elapsed)
{
    /// <summary>The epoch, from 1.</summary>
    public int Epoch => epoch;

    /// <summary>Steps done in it; fewer than planned if the run was canceled or stopped.</summary>
    public int StepCount => stepCount;

    /// <summary>
    /// Mean of every loss term and metric over the steps of the epoch, by name: "total", "local.loss", "local.nats" and so on. Values that
    /// callbacks report once per epoch are among them.
    /// </summary>
    public IReadOnlyDictionary<string, double> Metrics => metrics;

    /// <summary>Time that the epoch took.</summary>
    public TimeSpan Elapsed => elapsed;

    /// <summary>The epoch in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"epoch {Epoch}: {StepCount} steps in " +
            $"{ClockText.Of(Elapsed)}{MetricText.Of(Metrics)}");
}
