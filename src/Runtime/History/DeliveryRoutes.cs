using Declarative.Delivery;
using Declarative.Rest;
using Declarative.Storage;

namespace Declarative.History;

/// <summary>Looking back over REST: lists, traces, searches and replays of deliveries.</summary>
internal sealed class DeliveryRoutes(DeliveryHistory history, DeliveryReplays replays, DataErasure erasure)
{
    private const int MaxPage = 1_000;

    /// <summary>Deliveries, newest first; <paramref name="before"/> is what the page before gave.</summary>
    public Task<DeliveryPage> List(string? eventName = null, long? subscriptionId = null, string? state = null, DateTimeOffset? from = null, DateTimeOffset? to = null, long? before = null, int limit = 100, string? endpoint = null, string? query = null, CancellationToken cancellationToken = default) =>
        PageAsync(Selection(eventName, subscriptionId, state, from, to, endpoint), query, before, limit, cancellationToken);

    /// <summary>What a search finds, newest first. A search for values needs the index.</summary>
    public Task<DeliveryPage> Search(string query, long? before = null, int limit = 100, CancellationToken cancellationToken = default) =>
        PageAsync(new DeliverySelection(), query, before, limit, cancellationToken);

    /// <summary>All that happened under a uuid: the delivery, its replays, every attempt, what was sent.</summary>
    public async Task<TraceView> Trace(Guid uuid, CancellationToken cancellationToken = default) =>
        TraceView.Of(await history.TraceAsync(uuid, cancellationToken).ConfigureAwait(false) ?? throw new NoSuchEntityException("There is no delivery %uuid.", ("uuid", uuid)));

    /// <summary>Delivers the same payload again, under the same uuid.</summary>
    public async Task<ReplayView> Replay(Guid uuid, CancellationToken cancellationToken = default) =>
        new(uuid, await replays.ReplayAsync(uuid, cancellationToken).ConfigureAwait(false));

    /// <summary>Delivers all that is selected and has ended again, in the background.</summary>
    public Task<ReplayProgress> ReplayMany(string? eventName = null, long? subscriptionId = null, string? state = null, DateTimeOffset? from = null, DateTimeOffset? to = null, string? endpoint = null, CancellationToken cancellationToken = default) =>
        replays.ReplayAllAsync(Selection(eventName, subscriptionId, state, from, to, endpoint), cancellationToken);

    /// <summary>Matches what was published in a time anew for one subscription, in the background.</summary>
    public Task<ReplayProgress> ReplayEvents(long subscriptionId, DateTimeOffset from, DateTimeOffset? to = null, CancellationToken cancellationToken = default) =>
        replays.ReplayEventsAsync(subscriptionId, from, to, cancellationToken);

    public Task<IReadOnlyList<ReplayProgress>> Replays(int limit = 20, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return replays.ListReplaysAsync(limit, cancellationToken);
    }

    public async Task<ReplayProgress> FindReplay(long id, CancellationToken cancellationToken = default) =>
        await replays.FindReplayAsync(id, cancellationToken).ConfigureAwait(false) ?? throw new NoSuchEntityException("There is no replay %id.", ("id", id));

    /// <summary>Ends a replay of many; what it has made is still delivered.</summary>
    public async Task<bool> CancelReplay(long id, CancellationToken cancellationToken = default)
    {
        await replays.CancelReplayAsync(id, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public Task<IReadOnlyList<DeadLetter>> DeadLetters(int limit = 100, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return history.DeadLettersAsync(limit, cancellationToken);
    }

    /// <summary>Makes dead letters none without sending them again; how many they were.</summary>
    public Task<int> Discard(IReadOnlyList<Guid> ids, string reason, CancellationToken cancellationToken = default) => replays.DiscardAsync(ids, reason, cancellationToken);

    /// <summary>Erases the data of one event, or of all that hold a value; how many they were.</summary>
    public Task<int> Erase(Guid? uuid = null, string? field = null, string? value = null, CancellationToken cancellationToken = default) => (uuid, field, value) switch
    {
        ({ } id, null, null) => erasure.EraseAsync(id, cancellationToken),
        (null, { } name, { } text) => erasure.EraseAsync(name, text, cancellationToken),
        _ => throw new InputException("Give either uuid, or field and value."),
    };

    /// <summary>What became of one publish: how far it is, and its deliveries. Its id is what the publisher got.</summary>
    public async Task<MessageView> FindMessage(Guid id, CancellationToken cancellationToken = default) =>
        await history.FindMessageAsync(id, cancellationToken).ConfigureAwait(false) is var (message, deliveries)
            ? MessageView.Of(message, deliveries)
            : throw new NoSuchEntityException("There is no event message %id.", ("id", id));

    /// <summary>Resolves a dead event message once more.</summary>
    public async Task<bool> ReplayMessage(Guid id, CancellationToken cancellationToken = default)
    {
        await replays.ReplayMessageAsync(id, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<DeliveryPage> PageAsync(DeliverySelection selection, string? query, long? before, int limit, CancellationToken cancellationToken)
    {
        CheckLimit(limit);
        var found = await history.FindAsync(selection, query, before, limit, cancellationToken: cancellationToken).ConfigureAwait(false);
        return new DeliveryPage([.. found.Items.Select(DeliveryView.Of)], found.NextBefore);
    }

    private static DeliverySelection Selection(string? eventName, long? subscriptionId, string? state, DateTimeOffset? from, DateTimeOffset? to, string? endpoint)
    {
        DeliveryState? wanted = null;
        if (!string.IsNullOrEmpty(state))
        {
            wanted = DeliveryView.States.FirstOrDefault(one => one.Name.Equals(state, StringComparison.OrdinalIgnoreCase)) is { Name: not null } known
                ? known.State
                : throw new InputException("There is no state '%state'; use one of %states.", ("state", state), ("states", string.Join(", ", DeliveryView.States.Select(static one => one.Name))));
        }

        return new DeliverySelection { EventName = string.IsNullOrEmpty(eventName) ? null : eventName, SubscriptionId = subscriptionId, State = wanted, From = from, To = to, Endpoint = string.IsNullOrEmpty(endpoint) ? null : endpoint };
    }

    private static void CheckLimit(int limit)
    {
        if (limit is < 1 or > MaxPage)
            throw new InputException("limit must be 1 to %max.", ("max", MaxPage));
    }
}
