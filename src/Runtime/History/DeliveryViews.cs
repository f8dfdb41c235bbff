using System.Text.Json;
using Declarative.Delivery;
using Declarative.Storage;

namespace Declarative.History;

/// <summary>A page of deliveries; the next one, if there is one, begins before <c>NextBefore</c>, which a page that isn't full has not.</summary>
internal sealed record DeliveryPage(IReadOnlyList<DeliveryView> Items, long? NextBefore);

/// <summary>A delivery as callers see it. A destination's URL stays in the configuration.</summary>
internal sealed record DeliveryView(
    long Id,
    Guid Uuid,
    int ReplayNo,
    Guid MessageId,
    string EventName,
    long SubscriptionId,
    string? RecipientUrl,
    string? Destination,
    string State,
    string? Reason,
    int? Status,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NextDue,
    DateTimeOffset? FinishedAt)
{
    /// <summary>The states by their names on the wire.</summary>
    public static IReadOnlyList<(string Name, DeliveryState State)> States { get; } =
    [
        ("due", DeliveryState.Due),
        ("leased", DeliveryState.Leased),
        ("done", DeliveryState.Done),
        ("dead", DeliveryState.Dead),
        ("parked", DeliveryState.Parked),
        ("cancelled", DeliveryState.Cancelled),
        ("replayed", DeliveryState.Replayed),
        ("discarded", DeliveryState.Discarded),
    ];

    public static DeliveryView Of(DeliveryTrace trace) => new(
        trace.Id,
        trace.Uuid,
        trace.ReplayNo,
        trace.MessageId,
        trace.EventName,
        trace.SubscriptionId,
        trace.Destination is null ? trace.Recipient : null,
        trace.Destination,
        States.First(one => one.State == trace.State).Name,
        trace.Reason,
        trace.Status,
        trace.CreatedAt,
        trace.NextDue,
        trace.FinishedAt);
}

/// <summary>A publish as callers see it, with the deliveries that it led to.</summary>
internal sealed record MessageView(
    Guid Id,
    string EventName,
    string State,
    int Attempts,
    string? Reason,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NextDue,
    DateTimeOffset? FinishedAt,
    IReadOnlyList<DeliveryView> Deliveries)
{
    public static MessageView Of(MessageTrace message, IReadOnlyList<DeliveryTrace> deliveries) => new(
        message.Id,
        message.EventName,
        message.State switch
        {
            MessageState.Due => "due",
            MessageState.Leased => "leased",
            MessageState.Resolved => "resolved",
            MessageState.NothingToDeliver => "nothing_to_deliver",
            MessageState.Discarded => "discarded",
            _ => "dead",
        },
        message.Attempts,
        message.Reason,
        message.CreatedAt,
        message.NextDue,
        message.FinishedAt,
        [.. deliveries.Select(DeliveryView.Of)]);
}

/// <summary>All that happened under a uuid. Data and answers of a subscription that wants audits are left out.</summary>
internal sealed record TraceView(
    Guid Uuid,
    string EventName,
    long SubscriptionId,
    string Outcome,
    DateTimeOffset? FirstAttempt,
    DateTimeOffset? LastAttempt,
    IReadOnlyList<DeliveryView> Deliveries,
    IReadOnlyList<AttemptView> Attempts,
    JsonElement? Data,
    DateTimeOffset? ErasedAt)
{
    public static TraceView Of(DeliveryStory story)
    {
        var attempts = story.Deliveries.SelectMany(static one => one.Attempts.Select(attempt => AttemptView.Of(one, attempt))).OrderBy(static one => one.StartedAt).ToList();
        return new TraceView(
            story.Uuid,
            story.Deliveries[0].EventName,
            story.Deliveries[0].SubscriptionId,
            story.Outcome,
            attempts.Count == 0 ? null : attempts[0].StartedAt,
            attempts.Count == 0 ? null : attempts[^1].StartedAt,
            [.. story.Deliveries.Select(DeliveryView.Of)],
            attempts,
            story.Payload is null ? null : JsonElement.Parse(story.Payload),
            story.ErasedAt);
    }
}

/// <summary>An attempt as callers see it.</summary>
internal sealed record AttemptView(int ReplayNo, int Number, DateTimeOffset StartedAt, int DurationMs, int? Status, bool Success, string? Reason, string? Response, string? RequestHeaders, string? ResponseHeaders)
{
    public static AttemptView Of(DeliveryTrace trace, AttemptRecord attempt) => new(
        trace.ReplayNo,
        attempt.Number,
        attempt.StartedAt,
        (int)attempt.Duration.TotalMilliseconds,
        attempt.Status,
        attempt.IsSuccess,
        attempt.Reason,
        attempt.Response,
        attempt.RequestHeaders,
        attempt.ResponseHeaders);
}

/// <summary>A replay as it was made.</summary>
internal sealed record ReplayView(Guid Uuid, int ReplayNo);
