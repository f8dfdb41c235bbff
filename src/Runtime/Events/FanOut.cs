using System.Globalization;
using Declarative.Eventing;
using Declarative.Matching;
using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Events;

/// <summary>Decides who gets an event's payload and which part of it; equal parts are stored once.</summary>
internal sealed class FanOut(EventingState eventing, MatchServices services, IOptions<PublishingOptions> options, TimeProvider time, ILogger<FanOut> logger)
{
    /// <summary>What stands in place of data that could not be made; such a delivery is a dead letter from the start.</summary>
    private static readonly byte[] NotReady = "null"u8.ToArray();

    /// <summary>No subscriptions.</summary>
    public EventSubscriptions Nobody { get; } = new([], services);

    /// <param name="event">The event, with its payload.</param>
    /// <param name="subscriptions">Who may get it.</param>
    /// <param name="abort">Ends matching.</param>
    public async Task<IReadOnlyList<NewPayload>> MatchAsync(ArchivedEvent @event, EventSubscriptions subscriptions, CancellationToken abort)
    {
        var payload = @event.Payload!;
        using var limit = new CancellationTokenSource(options.Value.ResolveTimeout, time);
        using var stop = abort.UnsafeRegister(static limit => ((CancellationTokenSource)limit!).Cancel(), limit);
        var matched = await subscriptions.Plan.MatchAsync(payload, @event.Original, @event.StoreId, @event.Id, @event.Name, limit.Token).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var payloads = new Dictionary<(byte[] Json, bool IsAudited), List<NewDelivery>>();
        foreach (var one in matched)
        {
            var entry = subscriptions.Entries[one.Target];
            var sent = one.Payload ?? payload;
            var failure = one.Failure ?? (entry.Record.Name is not null && sent.Length > eventing.MaxDataBytes
                ? string.Create(CultureInfo.InvariantCulture, $"its data has {sent.Length} bytes, more than Declarative:Eventing:MaxDataBytes")
                : null);
            if (failure is not null)
                logger.SubscriptionSkipped(entry.Id, @event.Name, @event.Id, failure);
            if (failure is not null && one.End != MatchEnd.Failed)
                continue;
            var bytes = failure is null ? sent : NotReady;
            if (!payloads.TryGetValue((bytes, entry.Record.IsHipaaAuditRequired), out var deliveries))
                payloads.Add((bytes, entry.Record.IsHipaaAuditRequired), deliveries = []);
            deliveries.Add(new NewDelivery(Guid.CreateVersion7(now), entry.Id, entry.EndpointId, failure is null ? null : "not_ready: " + failure));
        }

        return [.. payloads.Select(static one => new NewPayload(one.Key.Json, one.Value, one.Key.IsAudited))];
    }

    /// <summary>The same for one subscription alone.</summary>
    public Task<IReadOnlyList<NewPayload>> MatchAsync(ArchivedEvent @event, SubscriptionEntry subscription, CancellationToken abort) =>
        MatchAsync(@event, new EventSubscriptions([subscription], services), abort);
}
