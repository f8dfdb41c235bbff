using System.Text.Json;
using Declarative.Delivery;
using Declarative.Events;
using Declarative.Merging;
using Declarative.Rest;
using Declarative.Storage;
using Declarative.Work;
using Microsoft.Extensions.Options;

namespace Declarative.History;

/// <summary>Looking back over REST: lists, traces, searches and replays of deliveries.</summary>
internal sealed class DeliveryRoutes(EventRegistry events, IDeliveryLog log, IHistoryStore store, IOptions<HistoryOptions> options, DeliverySignal deliveries, MessageSignal messages, HistorySignal history, TimeProvider time)
{
    private const int MaxPage = 1_000;

    /// <summary>Deliveries, newest first; <paramref name="before"/> is the last id of the page before.</summary>
    public async Task<DeliveryPage> List(string? eventName = null, long? subscriptionId = null, string? state = null, DateTimeOffset? from = null, DateTimeOffset? to = null, long? before = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return Page(await log.ListAsync(Selection(eventName, subscriptionId, state, from, to), before, limit, cancellationToken).ConfigureAwait(false), limit);
    }

    /// <summary>What a search finds, newest first. A search for values needs the index.</summary>
    public async Task<DeliveryPage> Search(string query, long? before = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        var expression = SearchQuery.Parse(query);
        if (!options.Value.Search && LooksAtValues(expression))
            throw new InputException("Payloads are not searched here; switch that on by Declarative:History:Search.");
        return Page(await log.SearchAsync(expression, before, limit, cancellationToken).ConfigureAwait(false), limit);
    }

    /// <summary>All that happened under a uuid: the delivery, its replays, every attempt, what was sent.</summary>
    public async Task<TraceView> Trace(Guid uuid, CancellationToken cancellationToken = default)
    {
        var traces = await log.TraceAsync(uuid, cancellationToken).ConfigureAwait(false);
        if (traces.Count == 0)
            throw Unknown(uuid);
        var payload = await store.FindPayloadAsync(uuid, cancellationToken).ConfigureAwait(false);
        var isHidden = payload?.IsHipaaAuditRequired ?? true;
        var attempts = traces.SelectMany(one => one.Attempts.Select(attempt => AttemptView.Of(one, attempt, isHidden))).OrderBy(static one => one.StartedAt).ToList();
        return new TraceView(
            uuid,
            traces[0].EventName,
            traces[0].SubscriptionId,
            OutcomeOf(traces[^1], attempts.Count),
            attempts.Count == 0 ? null : attempts[0].StartedAt,
            attempts.Count == 0 ? null : attempts[^1].StartedAt,
            [.. traces.Select(DeliveryView.Of)],
            attempts,
            isHidden ? null : JsonElement.Parse(payload!.Bytes));
    }

    /// <summary>Delivers the same payload again, under the same uuid.</summary>
    public async Task<ReplayView> Replay(Guid uuid, CancellationToken cancellationToken = default)
    {
        var replay = await store.ReplayAsync(uuid, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        switch (replay.Outcome)
        {
            case ReplayOutcome.Unknown:
                throw Unknown(uuid);
            case ReplayOutcome.Unsubscribed:
                throw new InputException("The subscription of delivery %uuid was deleted.", ("uuid", uuid));
            case ReplayOutcome.NeverReady:
                throw new InputException("Delivery %uuid was never ready to be sent: its data could not be processed. Mend the processor and publish the event again.", ("uuid", uuid));
        }

        deliveries.Set();
        return new ReplayView(uuid, replay.ReplayNo);
    }

    /// <summary>Delivers all that is selected and has ended again, in the background.</summary>
    public async Task<ReplayProgress> ReplayMany(string? eventName = null, long? subscriptionId = null, string? state = null, DateTimeOffset? from = null, DateTimeOffset? to = null, CancellationToken cancellationToken = default)
    {
        var selection = Selection(eventName, subscriptionId, state, from, to);
        if (selection == new DeliverySelection())
            throw new InputException("Say what is to be replayed: event_name, subscription_id, state, from or to.");
        if (selection.State is not (null or DeliveryState.Done or DeliveryState.Dead))
            throw new InputException("Only deliveries that have ended are replayed: state done or dead.");
        var replay = await store.StartReplayAsync(selection, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        history.Set();
        return replay;
    }

    public async Task<ReplayProgress> FindReplay(long id, CancellationToken cancellationToken = default) =>
        await store.FindReplayAsync(id, cancellationToken).ConfigureAwait(false) ?? throw new NoSuchEntityException("There is no replay %id.", ("id", id));

    /// <summary>Ends a replay of many; what it has made is still delivered.</summary>
    public async Task<bool> CancelReplay(long id, CancellationToken cancellationToken = default)
    {
        if (await store.CancelReplayAsync(id, time.GetUtcNow(), cancellationToken).ConfigureAwait(false))
            return true;
        _ = await FindReplay(id, cancellationToken).ConfigureAwait(false);
        throw new InputException("Replay %id has ended already.", ("id", id));
    }

    public Task<IReadOnlyList<DeadLetter>> DeadLetters(int limit = 100, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return log.DeadLettersAsync(limit, cancellationToken);
    }

    /// <summary>What became of one publish: how far it is, and its deliveries. Its id is what the publisher got.</summary>
    public async Task<MessageView> FindMessage(Guid id, CancellationToken cancellationToken = default) =>
        await log.FindMessageAsync(id, cancellationToken).ConfigureAwait(false) is { } message
            ? MessageView.Of(message, await log.OfMessageAsync(id, cancellationToken).ConfigureAwait(false))
            : throw new NoSuchEntityException("There is no event message %id.", ("id", id));

    /// <summary>Resolves a dead event message once more.</summary>
    public async Task<bool> ReplayMessage(Guid id, CancellationToken cancellationToken = default)
    {
        if (!await store.ReviveMessageAsync(id, time.GetUtcNow(), cancellationToken).ConfigureAwait(false))
            throw new NoSuchEntityException("There is no dead event message %id.", ("id", id));
        messages.Set();
        return true;
    }

    private static string OutcomeOf(DeliveryTrace last, int attempts)
    {
        var outcome = last.State switch
        {
            DeliveryState.Done => "Delivered",
            DeliveryState.Dead => "Dead Lettered",
            DeliveryState.Parked => "Parked",
            DeliveryState.Cancelled => "Cancelled",
            _ => "Pending",
        };
        var retries = attempts - 1 - last.ReplayNo;
        return retries > 0 ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{outcome} with {retries} {(retries == 1 ? "retry" : "retries")}") : outcome;
    }

    private DeliverySelection Selection(string? eventName, long? subscriptionId, string? state, DateTimeOffset? from, DateTimeOffset? to)
    {
        DeliveryState? wanted = null;
        if (!string.IsNullOrEmpty(state))
        {
            wanted = DeliveryView.States.FirstOrDefault(one => one.Name.Equals(state, StringComparison.OrdinalIgnoreCase)) is { Name: not null } known
                ? known.State
                : throw new InputException("There is no state '%state'; use one of %states.", ("state", state), ("states", string.Join(", ", DeliveryView.States.Select(static one => one.Name))));
        }

        return new DeliverySelection { EventName = string.IsNullOrEmpty(eventName) ? null : events.Find(eventName)?.Name ?? EventName.Stored(eventName), SubscriptionId = subscriptionId, State = wanted, From = from, To = to };
    }

    private static DeliveryPage Page(IReadOnlyList<DeliveryTrace> traces, int limit) =>
        new([.. traces.Select(DeliveryView.Of)], traces.Count == limit ? traces[^1].Id : null);

    private static bool LooksAtValues(SearchExpression expression) => expression switch
    {
        SearchExpression.Value => true,
        SearchExpression.Not not => LooksAtValues(not.Part),
        SearchExpression.Several several => several.Parts.Any(LooksAtValues),
        _ => false,
    };

    private static void CheckLimit(int limit)
    {
        if (limit is < 1 or > MaxPage)
            throw new InputException("limit must be 1 to %max.", ("max", MaxPage));
    }

    private static NoSuchEntityException Unknown(Guid uuid) => new("There is no delivery %uuid.", ("uuid", uuid));
}
