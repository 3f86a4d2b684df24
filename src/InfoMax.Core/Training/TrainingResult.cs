using System.Globalization;

namespace InfoMax.Training;

/// <summary>What a training run did. The trained encoder is the one that was given to the trainer.</summary>
/// <param name="StopReason">Why it stopped.</param>
/// <param name="Epochs">Epochs begun, with their mean metrics, in order.</param>
/// <param name="Steps">Steps done, those of runs that it resumed included.</param>
/// <param name="Elapsed">Time from the first step to the last, that of runs that it resumed included.</param>
/// <param name="Seed">Seed of the run.</param>
public sealed record TrainingResult(StopReason StopReason, IReadOnlyList<EpochSummary> Epochs, long Steps, TimeSpan Elapsed, int Seed)
{
    /// <summary>How many batches were left out since their numbers were not finite.</summary>
    public int Skipped { get; init; }

    /// <summary>Path of the last checkpoint that was written or resumed from; null if there is none.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>The run in one line, with the metrics of its last epoch.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString()
    {
        string skipped = Skipped == 0 ? string.Empty : $", {Skipped} batches skipped";
        string checkpoint = Checkpoint is null ? string.Empty : $", checkpoint {Checkpoint}";
        string last = Epochs.Count == 0 ? string.Empty : $"; {Epochs[^1]}";
        return string.Create(CultureInfo.InvariantCulture, $"{StopReason} after {Steps} steps in {Elapsed.TotalSeconds:F1} s, seed {Seed}{skipped}{checkpoint}{last}");
    }
}
