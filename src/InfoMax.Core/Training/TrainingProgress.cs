using System.Globalization;
using InfoMax.Foundation;

namespace InfoMax.Training;

/// <summary>Where a training run stands. Plain values, safe to keep and to hand to other threads.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="Epochs">Number of epochs planned.</param>
/// <param name="Step">Steps done so far, in this run and those that it resumed.</param>
/// <param name="TotalSteps">Optimizer steps planned.</param>
/// <param name="ExamplesPerSecond">Examples trained on per second since the previous report.</param>
/// <param name="Elapsed">Time since the first step.</param>
/// <param name="Remaining">Time left at the rate so far.</param>
/// <param name="Metrics">Every loss term and metric of the last step by name: "total", "local.loss", "local.nats", "prior.accuracy", "gradient_norm" (before clipping) and so on.</param>
public sealed record TrainingProgress(
    int Epoch,
    int Epochs,
    long Step,
    long TotalSteps,
    double ExamplesPerSecond,
    TimeSpan Elapsed,
    TimeSpan Remaining,
    IReadOnlyDictionary<string, double> Metrics)
{
    /// <summary>Learning rate of the last step, of the optimizer's first group of parameters.</summary>
    public double LearningRate { get; init; }

    /// <summary>Share of the time since the previous report in which the step waited for its batch, in [0, 1].</summary>
    public double DataWaitShare { get; init; }

    /// <summary>Memory of the process in bytes, native and managed; 0 if the system does not tell.</summary>
    public long ResidentBytes { get; init; }

    /// <summary>Tensors alive in the process.</summary>
    public long LiveTensors { get; init; }

    /// <summary>Where the run stands in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {Epoch} of {Epochs}, step {Step} of {TotalSteps}, {ExamplesPerSecond:F0} examples/s, {Elapsed:g} so far, {Remaining:g} left{RecordText.Metrics(Metrics)}");
}
