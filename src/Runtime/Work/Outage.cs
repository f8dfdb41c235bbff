using Declarative.Telemetry;
using Microsoft.Extensions.Logging;

namespace Declarative.Work;

/// <summary>A time during which a store fails: one log line when it begins and one when it ends, and a growing pause between tries.</summary>
internal sealed class Outage(string loop, ILogger logger)
{
    private int _failures;

    public TimeSpan Failed(Exception exception)
    {
        if (_failures++ == 0)
            logger.StoreFailed(loop, exception);
        return TimeSpan.FromMilliseconds(Math.Min(5_000, 50 << Math.Min(_failures, 10)));
    }

    public void End()
    {
        if (_failures == 0)
            return;
        logger.StoreRecovered(loop, _failures);
        _failures = 0;
    }
}
