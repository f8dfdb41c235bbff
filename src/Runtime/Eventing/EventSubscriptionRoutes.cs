using Declarative.Events;
using Declarative.Merging;
using Declarative.Rest;
using Declarative.Storage;
using Declarative.Subscriptions;
using Microsoft.Extensions.Options;

namespace Declarative.Eventing;

/// <summary><c>eventSubscribe</c> and its kin: subscriptions by name. Those that modules declare can't be changed here.</summary>
internal sealed class EventSubscriptionRoutes(
    SubscriptionStore store,
    EventDraftCheck check,
    EventRegistry events,
    EventingState state,
    DestinationTable destinations,
    IOptions<EventingOptions> options,
    TimeProvider time)
{
    /// <summary>Subscribes; what an observer event's subscription of the same name had is replaced.</summary>
    public async Task Subscribe(EventInput @event, bool force = false, CancellationToken cancellationToken = default)
    {
        var draft = EventDraft.Of(@event);
        await store.PutAsync(
            draft.Name,
            stored =>
            {
                check.Run(draft, stored, isNew: true, force);
                return stored is { IsRequired: true } ? throw Declared(draft.Name, "replaced") : ToRecord(draft);
            },
            "subscribe",
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Changes a subscription; the name in the path counts.</summary>
    public async Task Update(string name, EventInput @event, CancellationToken cancellationToken = default)
    {
        await store.PutAsync(
            name,
            found =>
            {
                var stored = Require(found, name, "changed");
                if (stored.Status != SubscriptionStatus.Active)
                    throw new InputException("The subscription %name is not enabled.", ("name", stored.Name!));
                var draft = EventDraft.Merge(stored, @event);
                check.Run(draft, stored, isNew: false, isForced: false);
                return ToRecord(draft);
            },
            "change",
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Switches a subscription off; it is kept, and subscribing again brings it back.</summary>
    public async Task Unsubscribe(string name, CancellationToken cancellationToken = default)
    {
        var stored = Require(store.FindNamed(name), name, "unsubscribed");
        if (stored.Status != SubscriptionStatus.Active)
            throw new InputException("The subscription %name is off already.", ("name", stored.Name!));
        await store.SetStatusAsync(stored.Id, isActive: false, "unsubscribed", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The enabled subscriptions.</summary>
    /// <param name="numbers">Whether with the number by which deliveries and logs know each, which the original's answer hasn't.</param>
    public IReadOnlyList<EventView> GetList(bool numbers = false) =>
    [
        .. store.List().Where(static one => one.Name is not null && one.Status == SubscriptionStatus.Active).Select(one => new EventView(
            one.Name!,
            one.Parent,
            [.. one.Fields.Select(static field => new FieldView(field.Name, field.Converter, field.Source))],
            one.Rules.Count == 0 ? null : one.Rules,
            one.Destination ?? DestinationTable.Default,
            one.IsPriority,
            one.IsHipaaAuditRequired,
            one.ProviderId ?? state.ProviderId,
            numbers ? one.Id : null)),
    ];

    /// <summary>The events that can be subscribed to: the declared ones, and the plugin events with a decorator.</summary>
    public IReadOnlyList<string> SupportedEvents() => [.. events.Events.Select(static one => one.Name)];

    private SubscriptionRecord ToRecord(EventDraft draft)
    {
        var now = time.GetUtcNow();
        return destinations.Apply(new SubscriptionRecord
        {
            Name = draft.Name,
            EventName = events.Find(draft.EventName)?.Name ?? draft.EventName,
            Parent = draft.Parent,
            Fields = SubscriptionText.Write(draft.CheckedFields),
            Rules = SubscriptionText.Write(draft.CheckedRules),
            Destination = draft.Destination ?? DestinationTable.Default,
            ProviderId = draft.ProviderId,
            IsPriority = draft.IsPriority,
            IsHipaaAuditRequired = draft.IsHipaaAuditRequired || options.Value.HipaaAuditRequired,
            Recipient = "",
            Notifier = "http",
            EndpointKey = "",
            StoreId = 0,
            Status = SubscriptionStatus.Active,
            Retry = "",
            RetryOn = RetryOn.All,
            CreatedAt = now,
            ModifiedAt = now,
        });
    }

    private static Subscription Require(Subscription? stored, string name, string what)
    {
        if (stored is null)
            throw new InputException("There is no subscription %name.", ("name", EventName.Stored(name)));
        return stored.IsRequired ? throw Declared(stored.Name!, what) : stored;
    }

    private static InputException Declared(string name, string what) =>
        new("The subscription %name is declared by a module and can't be " + what + ".", ("name", name));
}
