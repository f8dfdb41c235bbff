using System.Collections.Concurrent;
using System.Diagnostics;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.RabbitMq;

/// <summary>A trace goes through the broker as it does without one.</summary>
public sealed class TraceTests(RabbitMqServer server) : BrokerTest(server)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_worker_goes_on_with_the_publishers_trace(bool isClientTraced)
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Declarative" || (isClientTraced && source.Name.StartsWith("RabbitMQ.Client", StringComparison.Ordinal)),
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var host = await StartAsync();
        using var request = new Activity("request").Start();
        request.TraceStateString = "shop=1";

        await host.OrderCreated.PublishAsync(1);
        request.Stop();

        Activity? worker = null;
        await Eventually.True(() => (worker = spans.FirstOrDefault(one => one.OperationName == "process sales.order.created" && one.TraceId == request.TraceId)) is not null);
        worker!.TraceStateString.ShouldBe("shop=1");
        worker.ParentSpanId.ShouldBe(spans.Single(one => one.OperationName == "send sales.order.created" && one.TraceId == request.TraceId).SpanId);
        if (isClientTraced)
            spans.ShouldContain(static one => one.Source.Name == "RabbitMQ.Client.Publisher");
    }
}
