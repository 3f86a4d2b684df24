using InfoMax.Training.Memory;
using Microsoft.Extensions.Logging;

namespace InfoMax.Training;

/// <summary>Log events of training; the ids are stable.</summary>
internal static partial class TrainerLog
{
    [LoggerMessage(1, LogLevel.Information, "Training starts: {Examples} examples, {Epochs} epochs, batches of {BatchSize}, " +
        "{Parameters} parameters, device {Device}, seed {Seed}.")]
    public static partial void Started(ILogger logger, int examples, int epochs, int batchSize, long parameters, string device, int seed);

    [LoggerMessage(2, LogLevel.Information, "Epoch {Epoch} of {Epochs} took {Elapsed}: {Metrics}.")]
    public static partial void EpochDone(ILogger logger, int epoch, int epochs, string elapsed, string metrics);

    [LoggerMessage(3, LogLevel.Information, "Training ended after {Steps} steps in {Elapsed}: {Reason}.")]
    public static partial void Ended(ILogger logger, long steps, string elapsed, StopReason reason);

    [LoggerMessage(4, LogLevel.Error, "Training diverged: {Term} is {Value} at step {Step}.")]
    public static partial void Diverged(ILogger logger, string term, double value, long step);

    [LoggerMessage(5, LogLevel.Information, "Training resumes from {Checkpoint} at step {Step}.")]
    public static partial void Resumed(ILogger logger, string checkpoint, long step);

    [LoggerMessage(6, LogLevel.Information, "Checkpoint {Path} written in {Elapsed}.")]
    public static partial void CheckpointWritten(ILogger logger, string path, string elapsed);

    [LoggerMessage(7, LogLevel.Error, "{Path} could not be written; training continues.")]
    public static partial void CheckpointFailed(ILogger logger, Exception exception, string path);

    [LoggerMessage(8, LogLevel.Warning, "A checkpoint is damaged and is ignored: {Fault}")]
    public static partial void CheckpointDamaged(ILogger logger, string fault);

    [LoggerMessage(9, LogLevel.Warning, "{Term} is {Value} at step {Step}: the batch is skipped ({Skipped} so far).")]
    public static partial void Skipped(ILogger logger, string term, double value, long step, int skipped);

    [LoggerMessage(10, LogLevel.Warning, "{Term} is {Value} at step {Step}: training returns to {Checkpoint}; learning rates are now " +
        "multiplied by {RateFactor}.")]
    public static partial void Returned(ILogger logger, string term, double value, long step, string checkpoint, double rateFactor);

    [LoggerMessage(11, LogLevel.Information, "{Plan}")]
    public static partial void MemoryPlanned(ILogger logger, MemoryPlan plan);

    [LoggerMessage(12, LogLevel.Warning, "Training may run out of memory: it needs {Needed} more, {Available} are available. The " +
        "largest parts are {Largest}. {Advice}")]
    public static partial void MemoryShort(ILogger logger, string needed, string available, string largest, string advice);

    [LoggerMessage(14, LogLevel.Warning, "Events for TensorBoard could not be written into {Directory}; training continues.")]
    public static partial void EventsNotWritten(ILogger logger, Exception exception, string directory);

    [LoggerMessage(15, LogLevel.Warning, "The run resumes with other settings than its checkpoint: {Differences}. It will differ from a " +
        "run that was never interrupted.")]
    public static partial void SettingsDiffer(ILogger logger, string differences);

    [LoggerMessage(16, LogLevel.Warning, "Something other than the trainer changed the optimizer's learning rate, from {Expected} to " +
        "{Found}. The change has no effect: the trainer sets the rates before each step. Use Schedule(…) instead of a TorchSharp " +
        "scheduler.")]
    public static partial void RateOverwritten(ILogger logger, double expected, double found);

    [LoggerMessage(17, LogLevel.Information, "Early stopping after epoch {Epoch}: {Metric} has not improved for {Patience} epochs; its " +
        "best is {Best} in epoch {BestEpoch}.")]
    public static partial void StoppedEarly(ILogger logger, int epoch, string metric, int patience, double best, int bestEpoch);
}
