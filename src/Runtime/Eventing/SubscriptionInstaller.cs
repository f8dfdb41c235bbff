using Declarative.Events;
using Declarative.Merging;
using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Eventing;

/// <summary>
/// Brings the stored subscriptions to what modules declare and destinations say, at start and after a hot reload: declared ones are made or
/// replaced, and switched on; those that nobody declares any more are switched off and can be unsubscribed or changed.
/// </summary>
internal sealed class SubscriptionInstaller(
    DeclaredSubscriptions declarations,
    SubscriptionStore store,
    SubscriptionCache cache,
    EventRegistry events,
    EventingState state,
    DestinationTable destinations,
    IOptions<EventingOptions> options,
    TimeProvider time,
    ILogger<SubscriptionInstaller> logger)
{
    private bool _isWatching;

    /// <summary>What keeps the declared subscriptions from working.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var problem in destinations.Problems())
            yield return problem;
        foreach (var one in declarations.All)
        {
            var where = $"Subscription '{one.Name}' ({one.DeclaredIn}): ";
            if (!destinations.Has(one.Destination ?? DestinationTable.Default))
                yield return $"{where}its destination '{one.Destination ?? DestinationTable.Default}' is not configured: add Declarative:Destinations:{one.Destination ?? DestinationTable.Default} with Url and Secret.";
            if (one.ProviderId is { } provider && !state.HasProvider(provider))
                yield return $"{where}there is no event provider '{provider}': make it by POST eventing/eventProvider before, or set Declarative:Eventing:ProviderId.";
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!_isWatching)
            declarations.Changed += OnReload;
        _isWatching = true;
        var stored = cache.All.Where(static entry => entry.Record.Name is not null).ToDictionary(static entry => EventName.Key(entry.Record.Name!), static entry => entry.Record, StringComparer.Ordinal);
        foreach (var one in declarations.All)
        {
            // One that was made over REST by another spelling of the same name is this one from now on.
            var before = stored.GetValueOrDefault(EventName.Key(one.Name));
            var after = ToRecord(one, before);
            if (before is null || after with { ModifiedAt = before.ModifiedAt } != before)
                await store.PutAsync(after, cancellationToken).ConfigureAwait(false);
            stored.Remove(EventName.Key(one.Name));
        }

        foreach (var before in stored.Values)
        {
            var after = destinations.Apply(before) with { EndpointId = before.EndpointId, IsHipaaAuditRequired = before.IsHipaaAuditRequired || options.Value.HipaaAuditRequired };
            if (before.IsRequired)
            {
                after = after with { IsRequired = false, Status = SubscriptionStatus.Disabled, DisabledReason = "no module declares it any more" };
                logger.SubscriptionUndeclared(before.Name!);
            }

            if (after != before)
                await store.PutAsync(after with { ModifiedAt = time.GetUtcNow() }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What an edit declared wrongly is logged; the stored subscriptions stay as they are.</summary>
    private void OnReload(object? sender, EventArgs e) => _ = Task.Run(async () =>
    {
        try
        {
            if (Problems().ToList() is { Count: > 0 } problems)
                logger.ReloadFailed(string.Join(' ', problems));
            else
                await RunAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            logger.StoreFailed("subscriptions", exception);
        }
    });

    private SubscriptionRecord ToRecord(SubscriptionDescriptor declared, SubscriptionRecord? before)
    {
        var now = time.GetUtcNow();
        var eventName = declared.Parent ?? declared.Name;
        return destinations.Apply(new SubscriptionRecord
        {
            Id = before?.Id ?? 0,
            Name = declared.Name,
            EventName = events.Find(eventName)?.Name ?? eventName,
            Parent = declared.Parent,
            Fields = SubscriptionText.Write(declared.Fields),
            Rules = SubscriptionText.Write(declared.Rules),
            Processors = SubscriptionText.Write(declared.Processors),
            Destination = declared.Destination ?? DestinationTable.Default,
            ProviderId = declared.ProviderId,
            IsPriority = declared.IsPriority ?? false,
            IsRequired = true,
            IsHipaaAuditRequired = declared.IsHipaaAuditRequired == true || options.Value.HipaaAuditRequired,
            Recipient = "",
            Notifier = "http",
            Secret = before?.Secret,
            EndpointId = before?.EndpointId ?? 0,
            EndpointKey = "",
            StoreId = 0,
            Status = SubscriptionStatus.Active,
            Retry = "",
            RetryOn = RetryOn.All,
            CreatedAt = before?.CreatedAt ?? now,
            ModifiedAt = now,
        });
    }
}
