using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Declarative.Telemetry;

/// <summary>
/// What the engine logs with. A provider of the host's that throws (its disk is full, its server is away) must not end a loop or leave a row without an
/// outcome: what can't be logged is lost, nothing else. The host's own categories go through unchanged.
/// </summary>
/// <typeparam name="T">The category.</typeparam>
internal sealed class EngineLogger<T>(ILoggerFactory factory) : ILogger<T>
{
    private static readonly bool IsEngines = typeof(T).Namespace is { } name && (name == "Declarative" || name.StartsWith("Declarative.", StringComparison.Ordinal));

    private readonly Logger<T> _logger = new(factory);

    /// <summary>In place of the framework's own class only: one of the host's is left alone.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The open type is closed with categories that are kept.")]
    public static void Register(IServiceCollection services)
    {
        services.AddLogging();
        if (services.LastOrDefault(static service => service.ServiceType == typeof(ILogger<>))?.ImplementationType == typeof(Logger<>))
            services.Replace(ServiceDescriptor.Singleton(typeof(ILogger<>), typeof(EngineLogger<>)));
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => ((ILogger)_logger).BeginScope(state);

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return ((ILogger)_logger).IsEnabled(logLevel);
        }
        catch (Exception) when (IsEngines)
        {
            return false;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            ((ILogger)_logger).Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception) when (IsEngines)
        {
            // There is nowhere else to tell it.
        }
    }
}
