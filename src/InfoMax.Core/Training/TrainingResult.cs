namespace InfoMax.Training;

/// <summary>What a training run did. The trained encoder is the one that was given to the trainer.</summary>
/// <param name="StopReason">Why it stopped.</param>
/// <param name="Epochs">Epochs begun, with their mean metrics, in order.</param>
/// <param name="Steps">Optimiser steps done.</param>
/// <param name="Elapsed">Time from the first step to the last.</param>
/// <param name="Seed">Seed of the run.</param>
public sealed record TrainingResult(StopReason StopReason, IReadOnlyList<EpochSummary> Epochs, long Steps, TimeSpan Elapsed, int Seed);
