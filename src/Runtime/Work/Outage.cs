using Declarative.Telemetry;
using Microsoft.Extensions.Logging;

namespace Declarative.Work;

/// <summary>A time during which a store fails: one log line when it begins and one when it ends, and a growing pause between tries.</summary>
internal sealed class Outage(string loop, ILogger logger)
{
    private int _failures;

    public TimeSpan Failed(Exception exception)
    {
        var failures = Interlocked.Increment(ref _failures);
        if (failures == 1)
            logger.StoreFailed(loop, exception);
        return TimeSpan.FromMilliseconds(Math.Min(5_000, 50 << Math.Min(failures, 10)));
    }

    public void End()
    {
        if (Volatile.Read(ref _failures) != 0 && Interlocked.Exchange(ref _failures, 0) is > 0 and var failures)
            logger.StoreRecovered(loop, failures);
    }
}
