using Microsoft.Extensions.Logging;

namespace InfoMax.Samples.Overnight;

/// <summary>Log events as lines: enough for a sample, without a package of its own.</summary>
internal sealed class ConsoleLog : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?,
        string> formatter) =>
        Console.WriteLine($"[{logLevel}] {formatter(state, exception)}");
}
