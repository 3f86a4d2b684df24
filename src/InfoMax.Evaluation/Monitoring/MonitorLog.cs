using Microsoft.Extensions.Logging;

namespace InfoMax.Evaluation.Monitoring;

/// <summary>Log events of the monitor; the ids are stable.</summary>
internal static partial class MonitorLog
{
    [LoggerMessage(20, LogLevel.Information, "Step {Step}: {Statistics}.")]
    public static partial void Looked(ILogger logger, long step, string statistics);

    [LoggerMessage(21, LogLevel.Warning, "The representation is collapsing at step {Step}: {Reason}.")]
    public static partial void Collapsing(ILogger logger, long step, string reason);
}
