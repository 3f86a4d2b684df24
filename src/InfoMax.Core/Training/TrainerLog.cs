using InfoMax.Training.Memory;
using Microsoft.Extensions.Logging;

namespace InfoMax.Training;

/// <summary>Log events of training; the ids are stable.</summary>
internal static partial class TrainerLog
{
    [LoggerMessage(1, LogLevel.Information, "Training starts: {Examples} examples, {Epochs} epochs, batches of {BatchSize}, {Parameters} parameters, device {Device}, seed {Seed}.")]
    public static partial void Started(ILogger logger, int examples, int epochs, int batchSize, long parameters, string device, int seed);

    [LoggerMessage(2, LogLevel.Information, "Epoch {Epoch} of {Epochs} took {Elapsed}: {Metrics}.")]
    public static partial void EpochDone(ILogger logger, int epoch, int epochs, TimeSpan elapsed, string metrics);

    [LoggerMessage(3, LogLevel.Information, "Training ended after {Steps} steps in {Elapsed}: {Reason}.")]
    public static partial void Ended(ILogger logger, long steps, TimeSpan elapsed, StopReason reason);

    [LoggerMessage(4, LogLevel.Error, "Training diverged: {Term} is {Value} at step {Step}.")]
    public static partial void Diverged(ILogger logger, string term, double value, long step);

    [LoggerMessage(5, LogLevel.Information, "Training resumes from {Checkpoint} at step {Step}.")]
    public static partial void Resumed(ILogger logger, string checkpoint, long step);

    [LoggerMessage(6, LogLevel.Information, "Checkpoint {Path} written in {Elapsed}.")]
    public static partial void CheckpointWritten(ILogger logger, string path, TimeSpan elapsed);

    [LoggerMessage(7, LogLevel.Error, "{Path} could not be written; training goes on.")]
    public static partial void CheckpointFailed(ILogger logger, Exception exception, string path);

    [LoggerMessage(8, LogLevel.Warning, "A checkpoint is damaged and is passed over: {Fault}")]
    public static partial void CheckpointDamaged(ILogger logger, string fault);

    [LoggerMessage(9, LogLevel.Warning, "{Term} is {Value} at step {Step}: the batch is left out ({Skipped} so far).")]
    public static partial void Skipped(ILogger logger, string term, double value, long step, int skipped);

    [LoggerMessage(10, LogLevel.Warning, "{Term} is {Value} at step {Step}: training goes back to {Checkpoint}, learning rates are now multiplied with {RateFactor}.")]
    public static partial void Returned(ILogger logger, string term, double value, long step, string checkpoint, double rateFactor);

    [LoggerMessage(11, LogLevel.Information, "{Plan}")]
    public static partial void MemoryPlanned(ILogger logger, MemoryPlan plan);

    [LoggerMessage(12, LogLevel.Warning, "Training may run out of memory: it needs {Needed} more, {Available} are to be had. The largest parts are {Largest}. {Advice}")]
    public static partial void MemoryShort(ILogger logger, string needed, string available, string largest, string advice);

    [LoggerMessage(14, LogLevel.Warning, "Events for TensorBoard could not be written into {Directory}; training goes on.")]
    public static partial void EventsNotWritten(ILogger logger, Exception exception, string directory);
}
