using System.Globalization;
using InfoMax.Foundation;

namespace InfoMax.Training;

/// <summary>The outcome of a training run. The trained encoder is the one that was given to the trainer.</summary>
/// <param name="stopReason">Why the run stopped.</param>
/// <param name="epochs">Epochs begun, in order.</param>
/// <param name="stepCount">Steps done.</param>
/// <param name="elapsed">Time from the first step to the last.</param>
/// <param name="seed">Seed of the run.</param>
public sealed class TrainingResult(StopReason stopReason, IReadOnlyList<EpochSummary> epochs, long stepCount, TimeSpan elapsed, int seed)
{
    /// <summary>Why the run stopped.</summary>
    public StopReason StopReason => stopReason;

    /// <summary>Epochs begun, with their mean metrics, in order; those of resumed runs included.</summary>
    public IReadOnlyList<EpochSummary> Epochs => epochs;

    /// <summary>Steps done, those of resumed runs included.</summary>
    public long StepCount => stepCount;

    /// <summary>Time from the first step to the last, in resumed runs too.</summary>
    public TimeSpan Elapsed => elapsed;

    /// <summary>Seed of the run.</summary>
    public int Seed => seed;

    /// <summary>Number of batches that were skipped because a number was not finite.</summary>
    public int SkippedCount { get; init; }

    /// <summary>
    /// The epoch whose weights the encoder has, where <see cref="DimTrainer.EarlyStopping"/> restored the best; null if the weights are
    /// those of the last step.
    /// </summary>
    public int? RestoredEpoch { get; internal init; }

    /// <summary>Path of the last checkpoint that was written or resumed from; null if there is none.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>The run in one line, with the metrics of its last epoch.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString()
    {
        string skipped = SkippedCount == 0 ? string.Empty : $", {SkippedCount} batches skipped";
        string restored = RestoredEpoch is { } best ? $", weights of epoch {best}" : string.Empty;
        string checkpoint = Checkpoint is null ? string.Empty : $", checkpoint {Checkpoint}";
        string last = Epochs.Count == 0 ? string.Empty : $"; {Epochs[^1]}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{StopReason} after {StepCount} steps in {ClockText.Of(Elapsed)}, seed {Seed}{skipped}{restored}{checkpoint}{last}");
    }
}
