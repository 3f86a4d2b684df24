using Microsoft.Extensions.Logging;

namespace InfoMax.Tests.Support;

/// <summary>Keeps what is logged.</summary>
internal sealed class RecordingLogger : ILogger
{
    public List<(LogLevel Level, int Id, string Text)> Entries { get; } = [];

    public IEnumerable<int> Ids => Entries.Select(e => e.Id);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?,
        string> formatter) => Entries.Add((logLevel, eventId.Id, formatter(state, exception)));
}
