using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Declarative.Testing;

/// <summary>What the application warned of, so that an event that never came says why: its service threw, say, which is no error of the test's.</summary>
internal sealed class CapturedWarnings : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            _lines.Enqueue(formatter(state, exception) + (exception is null ? "" : $" {exception.GetType().Name}: {exception.Message}"));
    }

    public void Dispose()
    {
        // The lines outlive the application; there is nothing else.
    }
}
