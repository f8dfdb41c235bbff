using Declarative.Delivery;
using Declarative.Events;
using Declarative.Rest;
using Declarative.Storage;
using Microsoft.Extensions.Options;

namespace Declarative.History;

/// <summary>
/// Looking back at deliveries. REST and the pages are made of it; whoever calls it has checked that the person may.
/// </summary>
public sealed class DeliveryHistory
{
    /// <summary>So many rows are looked at in one go where no index leads on.</summary>
    private const long Window = 10_000;

    /// <summary>By how much clocks may have been set back between two deliveries.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    private readonly EventRegistry _events;
    private readonly IDeliveryLog _log;
    private readonly IHistoryStore _store;
    private readonly HistoryOptions _options;
    private readonly Redaction _redaction;
    private readonly TimeProvider _time;

    internal DeliveryHistory(
        EventRegistry events,
        IDeliveryLog log,
        IHistoryStore store,
        IOptions<HistoryOptions> options,
        Redaction redaction,
        TimeProvider time)
    {
        _events = events;
        _log = log;
        _store = store;
        _options = options.Value;
        _redaction = redaction;
        _time = time;
    }

    /// <summary>Whether payloads can be searched by their values.</summary>
    public bool SearchesValues => _options.Search;

    /// <summary>Deliveries, newest first, without their attempts.</summary>
    /// <param name="selection">Which; the event may be spelled in any way.</param>
    /// <param name="search">A search besides, as <c>GET /V1/async_events/search</c> takes it; null for none.</param>
    /// <param name="before">Where the page before ended (<see cref="FoundDeliveries.NextBefore"/>); null for the first page.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="patience">How long to look where little is found; the page is then not full, and the next one goes on. Null looks through all.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="InputException">The search can't be read, or looks at values where these are not searched.</exception>
    public async Task<FoundDeliveries> FindAsync(DeliverySelection selection, string? search = null, long? before = null, int limit = 100, TimeSpan? patience = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        var expression = Parse(search);
        selection = selection.Named(_events);
        var found = new List<DeliveryTrace>();
        if (await _store.BoundsAsync(cancellationToken).ConfigureAwait(false) is not { } bounds)
            return new FoundDeliveries(found, null);
        var low = selection.From is { } from && from > DateTimeOffset.MinValue + Margin ? await RowAtAsync(bounds, from - Margin, cancellationToken).ConfigureAwait(false) : bounds.First;
        var high = selection.To is { } to && to < DateTimeOffset.MaxValue - Margin ? await RowAtAsync(bounds, to + Margin, cancellationToken).ConfigureAwait(false) : bounds.Last + 1;
        high = Math.Min(high, before ?? long.MaxValue);
        var window = SearchExpression.HasUuid(expression) || (expression is null && selection with { From = null, To = null } == new DeliverySelection { State = DeliveryState.Dead }) ? long.MaxValue : Window;
        var started = _time.GetTimestamp();
        while (high > low && found.Count < limit && !(_time.GetElapsedTime(started) > patience))
        {
            var first = window > high - low ? low : high - window;
            var page = await _store.LookAsync(selection, expression, first, high, limit - found.Count, cancellationToken).ConfigureAwait(false);
            found.AddRange(page);
            high = found.Count == limit ? page[^1].Id : first;
        }

        return new FoundDeliveries(found, high > low ? high : null);
    }

    /// <summary>All that happened under a uuid; null if there is no such delivery.</summary>
    /// <param name="uuid">The uuid, as receivers see it in <c>webhook-id</c>.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    public async Task<DeliveryStory?> TraceAsync(Guid uuid, CancellationToken cancellationToken = default)
    {
        var traces = await _log.TraceAsync(uuid, cancellationToken).ConfigureAwait(false);
        if (traces.Count == 0)
            return null;
        var payload = await _store.FindPayloadAsync(uuid, cancellationToken).ConfigureAwait(false);
        var isHidden = payload?.IsHipaaAuditRequired ?? true;
        return new DeliveryStory
        {
            Uuid = uuid,
            Deliveries = [.. traces.Select(trace => trace with { Attempts = [.. trace.Attempts.Select(attempt => Shown(attempt, isHidden))] })],
            Payload = isHidden || payload!.ErasedAt is not null ? null : _redaction.Json(payload.Bytes),
            IsHidden = isHidden,
            ErasedAt = payload?.ErasedAt,
        };
    }

    /// <summary>What became of one publish, and the deliveries that it led to; null if there is none of the id.</summary>
    /// <param name="id">What <c>PublishAsync</c> gave.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    public async Task<(MessageTrace Message, IReadOnlyList<DeliveryTrace> Deliveries)?> FindMessageAsync(Guid id, CancellationToken cancellationToken = default) =>
        await _log.FindMessageAsync(id, cancellationToken).ConfigureAwait(false) is { } message
            ? (message, await _log.OfMessageAsync(id, cancellationToken).ConfigureAwait(false))
            : null;

    /// <summary>The newest dead letters, event messages and deliveries alike.</summary>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    public Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(int limit = 100, CancellationToken cancellationToken = default) => _log.DeadLettersAsync(limit, cancellationToken);

    /// <summary>The newest dead event messages: events whose payload could not be made.</summary>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    public Task<IReadOnlyList<DeadLetter>> DeadMessagesAsync(int limit = 100, CancellationToken cancellationToken = default) => _store.DeadMessagesAsync(Math.Clamp(limit, 1, 1_000), cancellationToken);

    private SearchExpression? Parse(string? search)
    {
        if (string.IsNullOrWhiteSpace(search))
            return null;
        var expression = SearchQuery.Parse(search);
        if (!_options.Search && SearchExpression.LooksAtValues(expression))
            throw new InputException("Payloads are not searched here; switch that on by Declarative:History:Search.");
        if (SearchExpression.PathsOf(expression).FirstOrDefault(_redaction.IsRedacted) is { } path)
            throw new InputException("The field %field is redacted here, and can't be searched for.", ("field", path));
        return expression;
    }

    /// <summary>The first row that was made at a time or later. Rows come in the order of their making, so that no index is needed.</summary>
    private async Task<long> RowAtAsync(DeliveryBounds bounds, DateTimeOffset time, CancellationToken cancellationToken)
    {
        var (low, high) = (bounds.First, bounds.Last + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (await _store.MadeAtAsync(middle, cancellationToken).ConfigureAwait(false) is { } at && at < time)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private AttemptRecord Shown(AttemptRecord attempt, bool isHidden) => isHidden
        ? attempt with { Response = null, RequestHeaders = null, ResponseHeaders = null }
        : attempt with { Response = _redaction.Text(attempt.Response) };
}

/// <summary>A page of deliveries.</summary>
/// <param name="Items">They, newest first.</param>
/// <param name="NextBefore">Where the next page begins; null if there is none.</param>
public sealed record FoundDeliveries(IReadOnlyList<DeliveryTrace> Items, long? NextBefore);
