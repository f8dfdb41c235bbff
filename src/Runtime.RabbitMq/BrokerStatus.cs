using Microsoft.Extensions.Logging;

namespace Declarative.RabbitMq;

/// <summary>Whether the broker answers, over both connections: one log line when it stops to and one when it does again.</summary>
internal sealed class BrokerStatus(BrokerConnector connector, TimeProvider time, ILogger<BrokerStatus> logger)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
    private readonly HashSet<string> _working = new(StringComparer.Ordinal);
    private DateTimeOffset _since;

    /// <summary>What is wrong, in words; null while everything works.</summary>
    public string? Problem { get; private set; } = "not connected yet";

    public void Failed(string what, Exception exception)
    {
        lock (_lock)
        {
            _working.Remove(what);
            if (_failing.Add(what) && _failing.Count == 1)
            {
                _since = time.GetUtcNow();
                logger.BrokerFailed(connector.Address, what, exception);
            }

            Problem = $"{connector.Address} ({what}): {exception.GetBaseException().Message}";
        }
    }

    public void Works(string what)
    {
        lock (_lock)
        {
            _working.Add(what);
            if (_failing.Remove(what) && _failing.Count == 0)
                logger.BrokerRecovered(connector.Address, time.GetUtcNow() - _since);
            if (_failing.Count == 0 && _working.Count == 2)
                Problem = null;
        }
    }
}
