using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Declarative.Json;
using Declarative.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Declarative.Consumers;

/// <summary>Handles one event: finds its handler, leaves out repeats and echoes, calls it, remembers what was handled.</summary>
internal sealed class EventHandling(EventMemory memory, WireJson json, Instruments instruments, ILogger<EventHandling> logger)
{
    private static readonly EventResult Handled = EventResult.Success("The event was handled before.");

    /// <param name="consumer">Who takes the event.</param>
    /// <param name="incoming">The event.</param>
    /// <param name="isAlone">Whether it came alone, so that the request's id is its own.</param>
    /// <param name="request">The request it came with.</param>
    /// <param name="services">Where its handler comes from.</param>
    /// <param name="cancellationToken">Cancelled when the sender is gone.</param>
    public async Task<EventResult> HandleAsync(Consumer consumer, IncomingEvent incoming, bool isAlone, HttpRequest request, IServiceProvider services, CancellationToken cancellationToken)
    {
        if (consumer.Router.Find(incoming.Type) is not { } route)
        {
            logger.EventUnknown(consumer.Name, ConsumerAnswer.Shortened(incoming.Type));
            instruments.Received(consumer.Name, "", "", "unknown");
            return PermanentResult.Because($"The consumer '{consumer.Name}' takes no event of the type '{ConsumerAnswer.Shortened(incoming.Type)}'.");
        }

        using var activity = Start(route, request.Headers);
        var context = ContextOf(consumer, route, incoming, isAlone, request.Headers);
        var (result, outcome, row) = await HandleAsync(consumer, route, context, services, cancellationToken).ConfigureAwait(false);
        if (activity is not null)
            Tell(activity, consumer, context, result);
        instruments.Received(consumer.Name, route.Name, row?.Event.Handler ?? "", outcome);
        return result;
    }

    private async Task<(EventResult Result, string Outcome, ConsumedEventRow? Row)> HandleAsync(Consumer consumer, ConsumerRoute route, EventContext context, IServiceProvider services, CancellationToken cancellationToken)
    {
        if (!TryChoose(consumer, route, context.Json.Span, out var row, out var echo, out var problem))
            return (PermanentResult.Because(problem!), "invalid", row);
        using var turn = await memory.BeginAsync(consumer.Name, context.Id, echo, cancellationToken).ConfigureAwait(false);
        switch (turn.Verdict)
        {
            case EventVerdict.Running:
                return (RetryableResult.TooMany("The same event is being handled; ask again.", TimeSpan.FromSeconds(1)), "running", row);
            case EventVerdict.Repeat:
                return (Handled, "repeat", row);
            case EventVerdict.Echo:
                logger.EchoDiscarded(consumer.Name, route.Name, context.Id);
                return (EventResult.Success($"The event {context.Type} was discarded, to prevent an infinite loop: it tells of a change that came from here."), "echo", row);
            case EventVerdict.Unavailable:
                return (RetryableResult.Because("It can't be told now whether the event was handled before; send it again."), "unavailable", row);
        }

        var result = await CallAsync(consumer, row!, context, services, cancellationToken).ConfigureAwait(false);
        if (result.IsSuccess)
            await turn.CompleteAsync().ConfigureAwait(false);
        return (result, result.IsSuccess ? "success" : result.IsInvalid ? "invalid" : result.IsRetried ? "retried" : "failed", row);
    }

    /// <summary>The part of the event that is to be handled, and by what an echo of it is known.</summary>
    private static bool TryChoose(Consumer consumer, ConsumerRoute route, ReadOnlySpan<byte> payload, out ConsumedEventRow? row, out Echo? echo, out string? problem)
    {
        row = route.Rows[0];
        echo = null;
        problem = null;
        try
        {
            if (route.Split is { } split)
            {
                var (first, second) = (FieldText.At(payload, split.First), FieldText.At(payload, split.Second));
                if (first is null || second is null)
                {
                    problem = $"The payload has no {string.Join(" and no ", new[] { first is null ? split.First : null, second is null ? split.Second : null }.OfType<string>())}, which tell whether something was created or updated.";
                    return false;
                }

                row = route.Part(first == second);
                if (row is null)
                {
                    problem = $"No module handles this part of the event '{route.Name}'.";
                    return false;
                }
            }

            if (route.Loop is { } loop && FieldText.At(payload, loop.Key) is { } key)
                echo = Echo.Of(loop, $"{consumer.Name}\n{route.Name}", key, payload);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            problem = "The payload is no JSON that can be read.";
            return false;
        }
    }

    private async Task<EventResult> CallAsync(Consumer consumer, ConsumedEventRow row, EventContext context, IServiceProvider services, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var result = await row.HandleAsync(context, services, json, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"The handler {row.Event.Handler} gave no result (null).");
            if (row.Handler is null && result.Status == StatusCodes.Status501NotImplemented)
                logger.HandlerMissing(consumer.Name, context.EventName, row.Event.Handler);
            else if (!result.IsSuccess)
                logger.EventFailed(consumer.Name, context.EventName, context.Id, result.Status, result.Text, result.Cause);
            return result;
        }
        catch (Exception exception) when (!(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            var report = "event-" + Guid.CreateVersion7().ToString("N");
            logger.HandlerThrew(report, consumer.Name, context.EventName, row.Event.Handler, context.Id, exception);
            return EventResult.Failure(StatusCodes.Status500InternalServerError, $"The event could not be handled. The log has the details under the report ID {report}.");
        }
        finally
        {
            instruments.HandledEvent(consumer.Name, row.Event.Handler, Stopwatch.GetElapsedTime(started));
        }
    }

    private static EventContext ContextOf(Consumer consumer, ConsumerRoute route, IncomingEvent incoming, bool isAlone, IHeaderDictionary headers)
    {
        var webhookId = isAlone && headers["webhook-id"] is [{ Length: > 0 } one] ? one : null;
        return new EventContext
        {
            Consumer = consumer.Name,
            EventName = route.Name,
            Type = incoming.Type,
            Id = webhookId ?? (incoming.Id is null ? null : $"{incoming.Source?.Replace(" ", "%20", StringComparison.Ordinal)} {incoming.Id}"),
            Source = incoming.Source,
            Time = incoming.Time,
            RetryCount = Number(headers["x-adobe-retry-count"]) ?? Math.Max(0, (Number(headers["x-attempt"]) ?? 1) - 1),
            Json = incoming.Payload,
        };
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>It goes on with the request's trace, which mostly the server's own span does already.</summary>
    private static Activity? Start(ConsumerRoute route, IHeaderDictionary headers)
    {
        ActivityContext sender = default;
        if (Activity.Current is null)
            _ = ActivityContext.TryParse(headers.TraceParent, headers.TraceState, isRemote: true, out sender);
        return Instruments.Start("process", "process", route.Name, ActivityKind.Consumer, sender);
    }

    private static void Tell(Activity activity, Consumer consumer, EventContext context, EventResult result)
    {
        activity.SetTag("messaging.consumer.group.name", consumer.Name);
        if (context.Id is { } id)
            activity.SetTag("messaging.message.id", id);
        if (!result.IsSuccess)
            Instruments.Fail(activity, result.Status.ToString(CultureInfo.InvariantCulture));
    }
}
