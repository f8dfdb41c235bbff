using System.Globalization;
using Declarative.Delivery;
using Declarative.Events;
using Declarative.Rest;
using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Work;
using Microsoft.Extensions.Options;

namespace Declarative.History;

/// <summary>
/// Sending again, and the end of dead letters. REST and the pages are made of it; whoever calls it has checked that the person may. What it changes is in
/// the audit log.
/// </summary>
public sealed class DeliveryReplays
{
    private readonly EventRegistry _events;
    private readonly SubscriptionCache _subscriptions;
    private readonly IReplayStore _store;
    private readonly HistoryOptions _options;
    private readonly AuditLog _audit;
    private readonly DeliverySignal _deliveries;
    private readonly MessageSignal _messages;
    private readonly HistorySignal _history;
    private readonly TimeProvider _time;

    internal DeliveryReplays(
        EventRegistry events,
        SubscriptionCache subscriptions,
        IReplayStore store,
        IOptions<HistoryOptions> options,
        AuditLog audit,
        DeliverySignal deliveries,
        MessageSignal messages,
        HistorySignal history,
        TimeProvider time)
    {
        _events = events;
        _subscriptions = subscriptions;
        _store = store;
        _options = options.Value;
        _audit = audit;
        _deliveries = deliveries;
        _messages = messages;
        _history = history;
        _time = time;
    }

    /// <summary>Delivers the same payload again, under the same uuid. A dead letter is one no more.</summary>
    /// <param name="uuid">The delivery.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>Which replay it is.</returns>
    /// <exception cref="NoSuchEntityException">There is no such delivery.</exception>
    /// <exception cref="InputException">It can't be replayed; the message says why.</exception>
    public async Task<int> ReplayAsync(Guid uuid, CancellationToken cancellationToken = default)
    {
        var replay = await _store.ReplayAsync(uuid, _time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        switch (replay.Outcome)
        {
            case ReplayOutcome.Unknown:
                throw new NoSuchEntityException("There is no delivery %uuid.", ("uuid", uuid));
            case ReplayOutcome.Unsubscribed:
                throw new InputException("The subscription of delivery %uuid was deleted.", ("uuid", uuid));
            case ReplayOutcome.NeverReady:
                throw new InputException("Delivery %uuid was never ready to be sent: its data could not be processed. Mend the processor and publish the event again.", ("uuid", uuid));
            case ReplayOutcome.Erased:
                throw new InputException("The data of delivery %uuid was erased.", ("uuid", uuid));
        }

        _deliveries.Set();
        await _audit.WriteAsync("delivery.replay", uuid.ToString(), string.Create(CultureInfo.InvariantCulture, $"replay {replay.ReplayNo}"), CancellationToken.None).ConfigureAwait(false);
        return replay.ReplayNo;
    }

    /// <summary>Resolves a dead event message once more.</summary>
    /// <param name="id">What <c>PublishAsync</c> gave.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="NoSuchEntityException">There is no dead message of that id.</exception>
    public async Task ReplayMessageAsync(Guid id, CancellationToken cancellationToken = default)
    {
        if (!await _store.ReviveMessageAsync(id, _time.GetUtcNow(), cancellationToken).ConfigureAwait(false))
            throw new NoSuchEntityException("There is no dead event message %id.", ("id", id));
        _messages.Set();
        await _audit.WriteAsync("message.replay", id.ToString(), null, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Makes dead letters none without sending them again; they stay in the log.</summary>
    /// <param name="ids">Uuids of dead deliveries, ids of dead event messages; 1 to 1,000.</param>
    /// <param name="reason">Why, for the audit log; at most 500 characters.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>How many of them were dead letters.</returns>
    /// <exception cref="InputException">There is no reason, or no id.</exception>
    public async Task<int> DiscardAsync(IReadOnlyList<Guid> ids, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.Count is < 1 or > 1_000)
            throw new InputException("Name 1 to 1000 dead letters.");
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 500)
            throw new InputException("Say why they are discarded, in at most 500 characters.");
        var discarded = await _store.DiscardAsync(ids, _time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        foreach (var id in ids)
            await _audit.WriteAsync("dead_letter.discard", id.ToString(), reason.Trim(), CancellationToken.None).ConfigureAwait(false);
        return discarded;
    }

    /// <summary>Delivers all that is selected and has ended again, in the background, at the pace of the receivers.</summary>
    /// <param name="selection">Which; something in it must narrow.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="InputException">The selection has nothing that narrows, or a state that hasn't ended.</exception>
    public async Task<ReplayProgress> ReplayAllAsync(DeliverySelection selection, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(selection);
        if (selection == new DeliverySelection())
            throw new InputException("Say what is to be replayed: event_name, subscription_id, endpoint, state, from or to.");
        if (selection.State is not (null or DeliveryState.Done or DeliveryState.Dead))
            throw new InputException("Only deliveries that have ended are replayed: state done or dead.");
        var replay = await _store.StartReplayAsync(selection.Named(_events), _time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        _history.Set();
        await _audit.WriteAsync("replay.start", Text(replay.Id), Words(selection), CancellationToken.None).ConfigureAwait(false);
        return replay;
    }

    /// <summary>
    /// Matches what was published in a time anew for one subscription, which may be younger, and delivers what it has not got yet. In the background, at
    /// the pace of the receiver. Of events whose payload a service method makes, those are there that were published while
    /// <c>Declarative:History:Archive</c> was on.
    /// </summary>
    /// <param name="subscriptionId">The subscription; it must be enabled.</param>
    /// <param name="from">Published at or after this.</param>
    /// <param name="to">Published before this; null for now.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="NoSuchEntityException">There is no such subscription.</exception>
    /// <exception cref="InputException">It is not enabled, its event keeps no payloads, or the time is none.</exception>
    public async Task<ReplayProgress> ReplayEventsAsync(long subscriptionId, DateTimeOffset from, DateTimeOffset? to = null, CancellationToken cancellationToken = default)
    {
        var subscription = _subscriptions.Find(subscriptionId)?.Record ?? throw new NoSuchEntityException("There is no subscription with the id %id.", ("id", subscriptionId));
        if (subscription.Status != SubscriptionStatus.Active)
            throw new InputException("Subscription %id is not enabled.", ("id", subscriptionId));
        if (_events.Find(subscription.EventName) is { Resolve: not null } && !_options.Archive)
            throw new InputException("The payloads of %event are not kept; switch that on by Declarative:History:Archive. What is published from then on can be replayed.", ("event", subscription.EventName));
        var until = to ?? _time.GetUtcNow();
        if (from >= until)
            throw new InputException("The time must begin before it ends.");
        var selection = new DeliverySelection { SubscriptionId = subscriptionId, EventName = subscription.EventName, From = from, To = until };
        var replay = await _store.StartArchiveReplayAsync(selection, _time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        _history.Set();
        await _audit.WriteAsync("replay.start", Text(replay.Id), "events; " + Words(selection), cancellationToken).ConfigureAwait(false);
        return replay;
    }

    /// <summary>How far a replay of many is; null if there is none of that id.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    public Task<ReplayProgress?> FindReplayAsync(long id, CancellationToken cancellationToken = default) => _store.FindReplayAsync(id, cancellationToken);

    /// <summary>The newest replays of many, newest first.</summary>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    public Task<IReadOnlyList<ReplayProgress>> ListReplaysAsync(int limit = 20, CancellationToken cancellationToken = default) => _store.ListReplaysAsync(Math.Clamp(limit, 1, 1_000), cancellationToken);

    /// <summary>Ends a replay of many; what it has made is still delivered.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="NoSuchEntityException">There is no such replay.</exception>
    /// <exception cref="InputException">It has ended already.</exception>
    public async Task CancelReplayAsync(long id, CancellationToken cancellationToken = default)
    {
        if (!await _store.CancelReplayAsync(id, _time.GetUtcNow(), cancellationToken).ConfigureAwait(false))
        {
            throw await _store.FindReplayAsync(id, cancellationToken).ConfigureAwait(false) is null
                ? new NoSuchEntityException("There is no replay %id.", ("id", id))
                : new InputException("Replay %id has ended already.", ("id", id));
        }

        await _audit.WriteAsync("replay.cancel", Text(id), null, CancellationToken.None).ConfigureAwait(false);
    }

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static string Words(DeliverySelection selection)
    {
        var words = new List<string>();
        Add("event_name", selection.EventName);
        Add("subscription_id", selection.SubscriptionId?.ToString(CultureInfo.InvariantCulture));
        Add("endpoint", selection.Endpoint);
        Add("state", selection.State?.ToString().ToLowerInvariant());
        Add("from", selection.From?.ToString("O", CultureInfo.InvariantCulture));
        Add("to", selection.To?.ToString("O", CultureInfo.InvariantCulture));
        return string.Join(", ", words);

        void Add(string name, string? value)
        {
            if (value is not null)
                words.Add($"{name} {value}");
        }
    }
}
