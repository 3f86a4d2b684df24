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
}
