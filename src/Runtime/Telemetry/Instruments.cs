using System.Diagnostics;
using System.Diagnostics.Metrics;
using Declarative.Storage;

namespace Declarative.Telemetry;

/// <summary>Traces and metrics, source and meter <c>Declarative</c>. Tags are bounded: never an id or a URL.</summary>
internal sealed class Instruments
{
    public const string Name = "Declarative";

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
        _operation = meter.CreateHistogram<double>("messaging.client.operation.duration", "s", "Time until a publish was durable.");
        _process = meter.CreateHistogram<double>("messaging.process.duration", "s", "Time of resolving and matching one event message.");
        _attempts = meter.CreateCounter<long>("async_events.delivery.attempts", "{attempt}", "Attempts of deliveries, by outcome.");
        _disabled = meter.CreateCounter<long>("async_events.endpoint.disabled", "{subscription}", "Subscriptions disabled because their receiver is gone.");
        _opened = meter.CreateCounter<long>("async_events.endpoint.opened", "{time}", "Times that an endpoint's breaker opened, or stayed open after a probe.");
        _received = meter.CreateCounter<long>("async_events.consumer.events", "{event}", "Incoming events, by consumer, event and outcome.");
        _handling = meter.CreateHistogram<double>("async_events.consumer.duration", "s", "Time of handling one incoming event.");
        meter.CreateObservableGauge("async_events.delivery.queue.depth", () => Pending.Deliveries, "{delivery}", "Deliveries that are due or leased.");
        meter.CreateObservableGauge("async_events.delivery.oldest_age", () => Pending.OldestAge, "s", "How long the oldest row has been due.");
    }

    public static ActivitySource Source { get; } = new(Name);

    /// <summary>The last counts of the store, as the sampler saw them.</summary>
    public PendingCounts Pending { get; set; } = new(0, 0);

    /// <summary>The same by minute, for the overview page.</summary>
    public MinuteCounts Minutes { get; }

    public void Published(string eventName, TimeSpan duration)
    {
        Minutes.Add(MinuteKind.Published);
        _published.Add(1, new KeyValuePair<string, object?>("messaging.destination.name", eventName));
        if (_operation.Enabled)
            _operation.Record(duration.TotalSeconds, new("messaging.destination.name", eventName), new("messaging.operation.type", "send"));
    }

    public void Handled(string eventName, TimeSpan duration)
    {
        _consumed.Add(1, new KeyValuePair<string, object?>("messaging.destination.name", eventName));
        if (_process.Enabled)
            _process.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("messaging.destination.name", eventName));
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

    public void Disabled() => _disabled.Add(1);

    public void Opened() => _opened.Add(1);
}

/// <summary>What was pending when last counted.</summary>
/// <param name="Deliveries">Deliveries due or leased.</param>
/// <param name="OldestAge">Seconds the oldest row has been due; 0 if none is overdue.</param>
internal sealed record PendingCounts(long Deliveries, double OldestAge);
