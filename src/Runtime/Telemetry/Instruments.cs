using System.Diagnostics;
using System.Diagnostics.Metrics;
using Declarative.Storage;

namespace Declarative.Telemetry;

/// <summary>Traces and metrics, source and meter <c>Declarative</c>. Tags are bounded: never an id or a URL.</summary>
internal sealed class Instruments
{
    public const string Name = "Declarative";

    private const string MessagingSystem = "messaging.system";
    private const string Destination = "messaging.destination.name";
    private const string Operation = "messaging.operation.name";
    private const string OperationType = "messaging.operation.type";
    private const string Error = "error.type";

    /// <summary>The boundaries that OpenTelemetry's conventions recommend for durations of messaging, in seconds.</summary>
    private static readonly InstrumentAdvice<double> Durations = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] };

    private readonly Counter<long> _published;
    private readonly Counter<long> _consumed;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _disabled;
    private readonly Counter<long> _opened;
    private readonly Counter<long> _received;
    private readonly Histogram<double> _operation;
    private readonly Histogram<double> _process;
    private readonly Histogram<double> _handling;

    public Instruments(IMeterFactory meters, TimeProvider time)
    {
        Minutes = new MinuteCounts(time);
        var meter = meters.Create(Name);
        _published = meter.CreateCounter<long>("messaging.client.sent.messages", "{message}", "Events published durably.");
        _consumed = meter.CreateCounter<long>("messaging.client.consumed.messages", "{message}", "Event messages handled.");
        _operation = meter.CreateHistogram<double>("messaging.client.operation.duration", "s", "Time until a publish was durable.", tags: null, Durations);
        _process = meter.CreateHistogram<double>("messaging.process.duration", "s", "Time of resolving and matching one event message.", tags: null, Durations);
        _attempts = meter.CreateCounter<long>("async_events.delivery.attempts", "{attempt}", "Attempts of deliveries, by outcome.");
        _disabled = meter.CreateCounter<long>("async_events.endpoint.disabled", "{subscription}", "Subscriptions disabled because their receiver is gone.");
        _opened = meter.CreateCounter<long>("async_events.endpoint.opened", "{time}", "Times that an endpoint's breaker opened, or stayed open after a probe.");
        _received = meter.CreateCounter<long>("async_events.consumer.events", "{event}", "Incoming events, by consumer, event and outcome.");
        _handling = meter.CreateHistogram<double>("async_events.consumer.duration", "s", "Time of handling one incoming event.", tags: null, Durations);
        meter.CreateObservableGauge("async_events.delivery.queue.depth", () => Pending.Deliveries, "{delivery}", "Deliveries that are due or leased.");
        meter.CreateObservableGauge("async_events.delivery.oldest_age", () => Pending.OldestAge, "s", "How long the oldest row has been due.");
    }

    public static ActivitySource Source { get; } = new(Name);

    /// <summary>The last counts of the store, as the sampler saw them.</summary>
    public PendingCounts Pending { get; set; } = new(0, 0);

    /// <summary>The same by minute, for the overview page.</summary>
    public MinuteCounts Minutes { get; }

    /// <summary>Starts a span about an event: <c>send order.created</c>.</summary>
    /// <param name="operation"><c>send</c>, <c>process</c> or <c>deliver</c>.</param>
    /// <param name="type">The operation's type as OpenTelemetry's conventions call it.</param>
    /// <param name="eventName">The event as declared.</param>
    /// <param name="kind">The span's kind.</param>
    /// <param name="parent">What it goes on with; what is current if it is none.</param>
    /// <param name="link">What it is linked with.</param>
    /// <returns>The span; null if nobody listens.</returns>
    public static Activity? Start(string operation, string type, string eventName, ActivityKind kind, ActivityContext parent = default, ActivityContext link = default)
    {
        if (!Source.HasListeners())
            return null;
        var activity = Source.StartActivity($"{operation} {eventName}", kind, parent, links: link == default ? null : [new ActivityLink(link)]);
        if (activity is { IsAllDataRequested: true })
            activity.SetTag(MessagingSystem, "declarative").SetTag(Destination, eventName).SetTag(Operation, operation).SetTag(OperationType, type);
        return activity;
    }

    /// <summary>Says that what a span is about failed.</summary>
    /// <param name="activity">The span.</param>
    /// <param name="error">A word of a short list, or an exception's type.</param>
    public static void Fail(Activity? activity, string error) => activity?.SetStatus(ActivityStatusCode.Error).SetTag(Error, error);

    /// <summary>Counts a publish.</summary>
    /// <param name="eventName">The event as declared.</param>
    /// <param name="duration">Until it was durable, or failed.</param>
    /// <param name="error">Type of the exception that it failed with; null if it did not.</param>
    public void Published(string eventName, TimeSpan duration, string? error)
    {
        var tags = Tags("send", eventName, error);
        _published.Add(1, tags);
        tags.Add(OperationType, "send");
        _operation.Record(duration.TotalSeconds, tags);
    }

    /// <summary>Counts an event message that was resolved and matched.</summary>
    /// <param name="eventName">The event as declared.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="error">Why it failed, a word of a short list or an exception's type; null if it did not.</param>
    public void Handled(string eventName, TimeSpan duration, string? error)
    {
        var tags = Tags("process", eventName, error);
        _consumed.Add(1, tags);
        _process.Record(duration.TotalSeconds, tags);
    }

    /// <summary>Counts an incoming event.</summary>
    /// <param name="consumer">The consumer's name, or the path of an ingestion route.</param>
    /// <param name="eventName">The event as declared; empty where it isn't.</param>
    /// <param name="handler">The declared class; empty where none was chosen.</param>
    /// <param name="outcome">What became of it, a word of a short list.</param>
    public void Received(string consumer, string eventName, string handler, string outcome) =>
        _received.Add(1, new("consumer", consumer), new("messaging.destination.name", eventName), new("handler", handler), new("outcome", outcome));

    /// <summary>Records how long a handler took.</summary>
    public void HandledEvent(string consumer, string handler, TimeSpan duration)
    {
        if (_handling.Enabled)
            _handling.Record(duration.TotalSeconds, new("consumer", consumer), new("handler", handler));
    }

    public void Attempted(DeliveryEnd end)
    {
        var (outcome, kind) = end switch
        {
            DeliveryEnd.Done => ("success", MinuteKind.Delivered),
            DeliveryEnd.Retry => ("retry", MinuteKind.Retried),
            DeliveryEnd.Gone => ("gone", MinuteKind.Gone),
            _ => ("dead", MinuteKind.Dead),
        };
        Minutes.Add(kind);
        _attempts.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
    }

    private static TagList Tags(string operation, string eventName, string? error)
    {
        var tags = new TagList { { MessagingSystem, "declarative" }, { Destination, eventName }, { Operation, operation } };
        if (error is not null)
            tags.Add(Error, error);
        return tags;
    }

    public void Disabled() => _disabled.Add(1);

    public void Opened() => _opened.Add(1);
}

/// <summary>What was pending when last counted.</summary>
/// <param name="Deliveries">Deliveries due or leased.</param>
/// <param name="OldestAge">Seconds the oldest row has been due; 0 if none is overdue.</param>
internal sealed record PendingCounts(long Deliveries, double OldestAge);
