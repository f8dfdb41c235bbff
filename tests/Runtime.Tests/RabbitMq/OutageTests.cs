using System.Globalization;
using Declarative.RabbitMq;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;

namespace Declarative.Tests.RabbitMq;

/// <summary>The broker fails in each way it can, and no acknowledged event is lost.</summary>
public sealed class OutageTests(RabbitMqServer server) : BrokerTest(server)
{
    [Fact]
    public async Task What_is_published_while_the_broker_is_down_is_sent_in_order_when_it_is_back()
    {
        var host = await StartAsync();
        await Server.KillAsync(Tap, Queue, DeadLetterQueue);

        // One that is under way when the connection ends, and those after.
        for (var i = 1; i <= 300; i++)
            await host.OrderCreated.PublishAsync(i);
        Store.Scalar("SELECT count(*) FROM broker_buffer").ShouldBe(300);
        (await HealthAsync(host)).Status.ShouldBe(HealthStatus.Degraded);
        await Server.StartAsync();
        for (var i = 301; i <= 400; i++)
            await host.OrderCreated.PublishAsync(i);

        await Eventually.True(() => Stored() == 400);
        await Eventually.True(() => Store.Scalar("SELECT count(*) FROM broker_buffer") == 0);
        await ConnectAsync();
        for (var i = 1; i <= 400; i++)
            Text(await TakeAsync(Tap)).ShouldContain(string.Create(CultureInfo.InvariantCulture, $$"""{\"id\":{{i}},"""));
        await IsConnectedAsync(host);
        host.Log.All.Count(static line => line.Contains("RabbitMQ at", StringComparison.Ordinal) && line.Contains("fails", StringComparison.Ordinal)).ShouldBe(1);
        host.Log.All.Count(static line => line.Contains("answers again", StringComparison.Ordinal)).ShouldBe(1);
        (await HealthAsync(host)).Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task A_host_starts_and_publishes_without_a_broker_and_leaves_what_it_kept_to_the_next()
    {
        await Server.KillAsync(Tap);
        var first = Build();
        await first.StartAsync();
        await first.OrderCreated.PublishAsync(1);
        await EndAsync(first);
        await Server.StartAsync();

        await StartAsync();

        await Eventually.True(() => Stored() == 1);
    }

    [Fact]
    public async Task A_broker_killed_while_it_confirms_loses_nothing_that_was_acknowledged()
    {
        var host = await StartAsync();
        var acknowledged = 0;
        for (var kill = 0; kill < 2; kill++)
        {
            var isDown = false;
            var enough = acknowledged + 2_000;
            var callers = Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
            {
                while (!Volatile.Read(ref isDown))
                {
                    await host.OrderCreated.PublishAsync(1);
                    Interlocked.Increment(ref acknowledged);
                }
            })).ToArray();
            await Eventually.True(() => Volatile.Read(ref acknowledged) > enough);
            await Server.KillAsync(Tap, Queue, DeadLetterQueue);
            Volatile.Write(ref isDown, true);
            await Task.WhenAll(callers);
            await Server.StartAsync();
            await IsConnectedAsync(host);
        }

        await ConnectAsync();
        await Eventually.True(async () => await Raw.MessageCountAsync(Queue) == 0 && Store.Scalar("SELECT count(*) FROM broker_buffer") == 0 && Stored() >= acknowledged);
        Stored().ShouldBe(acknowledged);
    }

    [Fact]
    public async Task A_queue_that_is_deleted_is_made_anew_and_events_go_on()
    {
        var host = await StartAsync();

        // Else its copy would be what the exchange has a queue for.
        await Raw.QueueUnbindAsync(Tap, Exchange, "event.trigger");
        await Raw.QueueDeleteAsync(Queue);
        await host.OrderCreated.PublishAsync(1);
        await Eventually.True(() => Stored() == 1);
        await Raw.QueueUnbindAsync(Queue, Exchange, "event.trigger");
        await host.OrderCreated.PublishAsync(2);

        await Eventually.True(() => Stored() == 2);
        await IsConnectedAsync(host);
    }

    [Fact]
    public async Task An_exchange_that_is_deleted_is_made_anew_and_events_go_on()
    {
        var host = await StartAsync();

        await Raw.ExchangeDeleteAsync(Exchange);
        await host.OrderCreated.PublishAsync(1);

        await Eventually.True(() => Stored() == 1);
    }

    [Fact]
    public async Task A_queue_that_others_made_is_used_as_it_is()
    {
        await Raw.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false);
        var host = await StartAsync();

        await host.OrderCreated.PublishAsync(1);

        await Eventually.True(() => Stored() == 1);
        host.Log.All.Count(line => line.Contains($"The queue '{Queue}' was made otherwise", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_broker_that_confirms_nothing_is_left_for_the_store()
    {
        // A full queue that refuses: the broker answers each message with a negative confirm.
        await Raw.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-max-length"] = 1, ["x-overflow"] = "reject-publish" });
        await Raw.QueueBindAsync(Queue, Exchange, "event.trigger");
        var store = new FailingMessages { Fails = static _ => true };
        var host = await StartAsync(options => options.Prefetch = 1, store.Add);

        for (var i = 0; i < 10; i++)
            await host.OrderCreated.PublishAsync(i);
        Store.Scalar("SELECT count(*) FROM broker_buffer").ShouldBeGreaterThan(0);
        store.Fails = static _ => false;

        await Eventually.True(() => Stored() == 10);
        await Eventually.True(() => Store.Scalar("SELECT count(*) FROM broker_buffer") == 0);
    }

    private static Task<HealthReport> HealthAsync(TestHost host) =>
        host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(static check => check.Name == "declarative-rabbitmq");
}
