using System.Globalization;
using InfoMax.Foundation;

namespace InfoMax.Training;

/// <summary>The state of a training run at a step. Plain values: safe to keep and to hand to other threads.</summary>
/// <remarks>
/// <para>How to read "local.nats" and the like, the estimate of the mutual information in nats:</para>
/// <para>
/// Early values may be far below 0, such as −21 nats. That is no error. The estimate is a lower bound for any critic, and a loose one for a
/// critic with random weights: its scores have a large spread and do not yet tell positives from negatives, so that the bound subtracts far
/// more than it adds. The value rises through 0 as the critic learns, quickly at first, and flattens. For InfoNCE it never exceeds
/// log(1 + negatives of a positive), which is 4.2 nats for batches of 64 with one location.
/// </para>
/// <para>
/// If the value stays below 0, the critic does not learn: check that the examples differ, and try a higher learning rate or more steps. If
/// it falls after it rose, the run diverges: lower the learning rate.
/// </para>
/// </remarks>
/// <param name="epoch">The epoch, from 1.</param>
/// <param name="epochCount">Number of epochs planned.</param>
/// <param name="step">Steps done.</param>
/// <param name="totalSteps">Steps planned.</param>
/// <param name="examplesPerSecond">Examples per second since the previous report.</param>
/// <param name="elapsed">Time since the first step.</param>
/// <param name="remaining">Time left at the rate so far.</param>
/// <param name="metrics">Every loss term and metric of the last step by name.</param>
public sealed class TrainingProgress(
    int epoch,
    int epochCount,
    long step,
    long totalSteps,
    double examplesPerSecond,
    TimeSpan elapsed,
    TimeSpan remaining,
    IReadOnlyDictionary<string, double> metrics)
{
    /// <summary>The epoch, from 1.</summary>
    public int Epoch => epoch;

    /// <summary>Number of epochs planned.</summary>
    public int EpochCount => epochCount;

    /// <summary>Steps done, those of resumed runs included.</summary>
    public long Step => step;

    /// <summary>Steps planned.</summary>
    public long TotalSteps => totalSteps;

    /// <summary>Examples per second since the previous report.</summary>
    public double ExamplesPerSecond => examplesPerSecond;

    /// <summary>Time since the first step.</summary>
    public TimeSpan Elapsed => elapsed;

    /// <summary>Time left at the rate so far.</summary>
    public TimeSpan Remaining => remaining;

    /// <summary>
    /// Every loss term and metric of the last step by name: "total", "local.loss", "local.nats", "prior.accuracy", "gradient_norm" (before
    /// clipping) and so on.
    /// </summary>
    public IReadOnlyDictionary<string, double> Metrics => metrics;

    /// <summary>Learning rate of the last step, of the optimizer's first parameter group.</summary>
    public double LearningRate { get; init; }

    /// <summary>Share of the time since the previous report in which steps waited for their batch, in [0, 1].</summary>
    public double DataWaitShare { get; init; }

    /// <summary>Memory of the process in bytes, native and managed; 0 if the system does not report it.</summary>
    public long ResidentBytes { get; init; }

    /// <summary>Tensors alive in the process.</summary>
    public long LiveTensors { get; init; }

    /// <summary>The state in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {Epoch} of {EpochCount}, step {Step} of {TotalSteps}, {ExamplesPerSecond:F0} examples/s, {ClockText.Of(Elapsed)} so " +
        $"far, {ClockText.Of(Remaining)} left{MetricText.Of(Metrics)}");
}
