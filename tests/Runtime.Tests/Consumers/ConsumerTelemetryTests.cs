using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Declarative.Consumers;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Declarative.Tests.Consumers;

public sealed class SqliteConsumerTelemetryTests : ConsumerTelemetryTests<SqliteFixture>;

public sealed class PostgreSqlConsumerTelemetryTests : ConsumerTelemetryTests<PostgreSqlFixture>;

/// <summary>What an operator sees of incoming events: counters, spans, and lines without secrets.</summary>
public abstract class ConsumerTelemetryTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    [Fact]
    public async Task Events_are_counted_by_consumer_event_and_outcome()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        var counted = new ConcurrentQueue<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "async_events.consumer.events" && ReferenceEquals(instrument.Meter.Scope, host.Services.GetService(typeof(IMeterFactory))))
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => counted.Enqueue(string.Join(' ', tags.ToArray().Select(static tag => tag.Value))));
        listener.Start();
        await host.SendAsync(ProductConsumer.Create, """{"sku":"A"}""", "w1");
        await host.SendAsync(ProductConsumer.Create, """{"sku":"A"}""", "w1");
        await host.SendAsync(ProductConsumer.Create, "{}");
        await host.SendAsync("stranger", "{}");
        await host.PostAsync("{");
        counted.ShouldBe(
        [
            "product be-observer.catalog_product_create BackOffice.ProductCreated success",
            "product be-observer.catalog_product_create BackOffice.ProductCreated repeat",
            "product be-observer.catalog_product_create BackOffice.ProductCreated invalid",
            "product   unknown",
            "product   invalid",
        ]);
    }

    [Fact]
    public async Task The_senders_trace_goes_on_in_the_handler_and_in_what_it_calls()
    {
        var seen = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener { ShouldListenTo = static source => source.Name == "Declarative", Sample = static (ref _) => ActivitySamplingResult.AllData };
        ActivitySource.AddActivityListener(listener);
        await using var host = await ConsumerHost.StartAsync<TStore>();
        host.Handled.Do = async (product, _) =>
        {
            seen.Enqueue(Activity.Current!);

            // The handler calls another system, here a consumer of its own.
            if (product.Sku == "A")
                await host.SendAsync(ProductConsumer.Update, """{"sku":"B"}""");
            return EventResult.Success("done");
        };
        await host.PostAsync($$$"""{"type":"{{{ProductConsumer.Create}}}","data":{"sku":"A"}}""", headers: [("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]);
        seen.Select(static one => (one.OperationName, one.Kind, one.TraceId.ToHexString())).ShouldBe(
        [
            ("process " + ProductConsumer.Create, ActivityKind.Consumer, "0af7651916cd43dd8448eb211c80319c"),
            ("process " + ProductConsumer.Update, ActivityKind.Consumer, "0af7651916cd43dd8448eb211c80319c"),
        ]);
    }

    [Fact]
    public async Task Secrets_are_hidden_in_the_log()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(services: static services => services.AddLogging(static logging => logging.SetMinimumLevel(LogLevel.Debug)));
        await host.PostAsync(
            $$$"""{"type":"{{{ProductConsumer.Create}}}","data":{"sku":"A","apiToken":"t0ps3cret","nested":{"client_secret":["t0ps3cret"],"n":1.50}} }""",
            headers: [("Authorization", "Bearer t0ps3cret"), ("x-magento-signature", "t0ps3cret"), ("x-plain", "shown")]);
        var line = host.Log.All.Single(static line => line.StartsWith("Debug Consumer 'product' received", StringComparison.Ordinal));
        line.ShouldContain("\"apiToken\":\"<hidden>\"");
        line.ShouldContain("x-plain: shown");
        line.ShouldContain("\"n\":1.50");
        host.Log.All.ShouldAllBe(static one => !one.Contains("t0ps3cret", StringComparison.Ordinal));
    }
}
