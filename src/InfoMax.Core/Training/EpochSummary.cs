using System.Globalization;
using InfoMax.Foundation;

namespace InfoMax.Training;

/// <summary>One epoch of a training run.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="Steps">Steps done in it; fewer than planned if the run was canceled.</param>
/// <param name="Metrics">Mean of every loss term and metric over the steps of the epoch, by name: "total", "local.loss", "local.nats" and so on.</param>
/// <param name="Elapsed">Time the epoch took.</param>
public sealed record EpochSummary(int Epoch, int Steps, IReadOnlyDictionary<string, double> Metrics, TimeSpan Elapsed)
{
    /// <summary>The epoch in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"epoch {Epoch}: {Steps} steps in {Elapsed.TotalSeconds:F1} s{RecordText.Metrics(Metrics)}");
}
