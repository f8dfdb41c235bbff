using Declarative.Events;
using Declarative.Telemetry;
using Microsoft.Extensions.Logging;

namespace Declarative.Subscriptions;

/// <summary>Tells operators what the engine found out about a subscription: in the log, and as an event that can be subscribed to.</summary>
internal sealed class SubscriptionNews(SubscriptionCache subscriptions, EventQueue queue, ILogger<SubscriptionNews> logger)
{
    public const string EventName = "declarative.subscription.status_changed";

    /// <summary>The change itself is stored already; that it can't be told must not undo it.</summary>
    public async Task TellAsync(long id, string status, string reason)
    {
        var record = subscriptions.Find(id)?.Record;
        logger.SubscriptionChanged(id, record?.Name ?? record?.EventName ?? "", status, reason);
        try
        {
            await queue.PublishAsync(EventName, new SubscriptionStatusChanged(id, record?.Name, record?.EventName ?? "", status, reason), options: null, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            logger.SubscriptionChangeNotTold(id, exception);
        }
    }
}
