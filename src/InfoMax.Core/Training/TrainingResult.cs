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
}
