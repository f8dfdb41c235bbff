using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Declarative.Consumers;
using Declarative.Events;
using Declarative.Tests.Consumers;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Telemetry;

/// <summary>Spans of one event over two hosts, and what is measured of it.</summary>
public sealed class TraceTests
{
    private readonly ConcurrentQueue<Activity> _spans = [];

    private sealed class Welcome(IEventPublisher publisher) : IEventHandler<CustomerSaved>
    {
        public async Task<EventResult> HandleAsync(CustomerSaved payload, EventContext context, CancellationToken cancellationToken)
        {
            await publisher.PublishAsync("customer.welcomed", TestHost.Json($$"""{"customer_id":{{payload.CustomerId}},"email":"{{payload.Email}}"}"""), cancellationToken: cancellationToken);
            return EventResult.Success("welcome");
        }
    }

    private ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Declarative",
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private async Task<Activity> SpanAsync(ActivityTraceId trace, string name, ActivityKind kind, Func<Activity, bool>? which = null)
    {
        Activity? found = null;
        await Eventually.True(() => (found = _spans.FirstOrDefault(one => one.TraceId == trace && one.OperationName == name && one.Kind == kind && which?.Invoke(one) != false)) is not null, name);
        return found!;
    }

    [Fact]
    public async Task One_trace_goes_from_the_publish_over_http_into_the_handler_and_into_what_it_publishes()
    {
        using var listener = Listen();
        using var store = new SqliteFixture();
        await using var office = await ConsumerHost.StartAsync<SqliteFixture>(static module =>
        {
            module.AddConsumer(new ConsumerDescriptor("customer", ProductConsumer.File) { Path = "/consumers/customer", Signature = "none" });
            module.AddEventHandler<Welcome, CustomerSaved>(new("customer", ShopModule.CustomerSavedEvent, "BackOffice.Welcome", ProductConsumer.File));
            module.AddPayloadEvent<CustomerSaved>("customer.welcomed", "etc/async_events.xml", []);
        });
        await using var shop = TestHost.Build(store.Use);
        await shop.StartAsync();
        await shop.SubscribeAsync(new Uri(office.Client.BaseAddress!, "/consumers/customer").ToString(), ShopModule.CustomerSavedEvent);

        using var request = new Activity("request") { TraceStateString = "shop=1" }.Start();
        var trace = request.TraceId;
        var id = await shop.CustomerSaved.PublishAsync(new CustomerSaved(7, "ada@example.com"));
        request.Stop();

        var send = await SpanAsync(trace, "send customer.saved", ActivityKind.Producer);
        var worker = await SpanAsync(trace, "process customer.saved", ActivityKind.Consumer, one => one.ParentSpanId == send.SpanId);
        var deliver = await SpanAsync(trace, "deliver customer.saved", ActivityKind.Client);
        var handler = await SpanAsync(trace, "process customer.saved", ActivityKind.Consumer, one => one != worker);
        var back = await SpanAsync(trace, "send customer.welcomed", ActivityKind.Producer);
        deliver.ParentSpanId.ShouldBe(send.SpanId);
        back.ParentSpanId.ShouldBe(handler.SpanId);
        handler.TraceStateString.ShouldBe("shop=1");
        Tags(deliver).ShouldBe(["async_events.attempt=1", "http.response.status_code=200", "messaging.destination.name=customer.saved", $"messaging.message.id={id}", "messaging.operation.name=deliver", "messaging.operation.type=send", "messaging.system=declarative"]);
        Tags(handler).ShouldContain("messaging.consumer.group.name=customer");
        Tags(send).ShouldContain($"messaging.message.id={id}");
    }

    [Fact]
    public async Task A_retry_is_a_trace_of_its_own_that_is_linked_with_the_publish()
    {
        using var listener = Listen();
        using var store = new SqliteFixture();
        var time = new TestClock();
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(500, 200);
        await using var host = TestHost.Build(store.Use, time);
        await host.StartAsync();
        await host.SubscribeAsync(receiver.Url);
        using var request = new Activity("request").Start();
        await host.OrderCreated.PublishAsync(7);
        request.Stop();

        var first = await SpanAsync(request.TraceId, "deliver sales.order.created", ActivityKind.Client);
        Tags(first).ShouldContain("error.type=status");
        await Eventually.True(() =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            return receiver.Requests.Count == 2;
        });
        var send = await SpanAsync(request.TraceId, "send sales.order.created", ActivityKind.Producer);
        Activity? retry = null;
        await Eventually.True(() => (retry = _spans.FirstOrDefault(one => one.Links.Any(link => link.Context.SpanId == send.SpanId))) is not null);
        retry!.TraceId.ShouldNotBe(request.TraceId);
        retry.Links.Single().Context.TraceId.ShouldBe(request.TraceId);
        receiver.Requests.Select(static one => one.Headers["traceparent"]).ShouldBe([first.Id, retry.Id]);
    }

    [Fact]
    public async Task Measurements_follow_the_conventions_and_have_no_ids()
    {
        using var store = new SqliteFixture();
        var measured = new ConcurrentQueue<string>();
        using var listener = new MeterListener();
        await using var host = TestHost.Build(store.Use);
        IReadOnlyList<double>? buckets = null;
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (!instrument.Name.StartsWith("messaging.", StringComparison.Ordinal) || !ReferenceEquals(instrument.Meter.Scope, host.Services.GetRequiredService<IMeterFactory>()))
                return;
            self.EnableMeasurementEvents(instrument);
            if (instrument is Histogram<double> histogram)
            {
                instrument.Unit.ShouldBe("s");
                buckets = histogram.Advice!.HistogramBucketBoundaries;
            }
        };
        void Add(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            measured.Enqueue(instrument.Name + " " + string.Join(' ', tags.ToArray().Select(static tag => $"{tag.Key.Replace("messaging.", "", StringComparison.Ordinal)}={tag.Value}")));
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Add(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, tags));
        listener.Start();
        await host.StartAsync();
        await host.SubscribeAsync("http://127.0.0.1:9/");
        host.Orders.Answer = static (_, _) => throw new InvalidOperationException("the service fails");
        await host.OrderCreated.PublishAsync(7);
        await Should.ThrowAsync<ArgumentException>(() => host.OrderCreated.PublishAsync(7, options: new PublishOptions { StoreId = -1 }));

        await Eventually.True(() => measured.Count >= 6);
        measured.ShouldBe(
        [
            "messaging.client.sent.messages system=declarative destination.name=sales.order.created operation.name=send",
            "messaging.client.operation.duration system=declarative destination.name=sales.order.created operation.name=send operation.type=send",
            "messaging.client.sent.messages system=declarative destination.name=sales.order.created operation.name=send error.type=System.ArgumentException",
            "messaging.client.operation.duration system=declarative destination.name=sales.order.created operation.name=send error.type=System.ArgumentException operation.type=send",
            "messaging.client.consumed.messages system=declarative destination.name=sales.order.created operation.name=process error.type=System.InvalidOperationException",
            "messaging.process.duration system=declarative destination.name=sales.order.created operation.name=process error.type=System.InvalidOperationException",
        ], ignoreOrder: true);
        buckets.ShouldNotBeNull().ShouldBe([0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]);
    }

    private static IEnumerable<string> Tags(Activity activity) => activity.TagObjects.Select(static tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal);
}
