namespace InfoMax.Training;

/// <summary>Where a training run stands. Plain values, safe to keep and to hand to other threads.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="Epochs">Number of epochs planned.</param>
/// <param name="Step">Optimiser steps done so far in the run.</param>
/// <param name="TotalSteps">Optimiser steps planned.</param>
/// <param name="ExamplesPerSecond">Examples trained on per second since the previous report.</param>
/// <param name="Elapsed">Time since the first step.</param>
/// <param name="Remaining">Time left at the rate so far.</param>
/// <param name="Metrics">Every loss term and metric of the last step by name: "total", "local.loss", "local.nats", "prior.accuracy" and so on.</param>
public sealed record TrainingProgress(
    int Epoch,
    int Epochs,
    long Step,
    long TotalSteps,
    double ExamplesPerSecond,
    TimeSpan Elapsed,
    TimeSpan Remaining,
    IReadOnlyDictionary<string, double> Metrics);
