using Declarative.Delivery;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Delivery;

public sealed class SqliteStopTests : StopTests<SqliteFixture>;

public sealed class PostgreSqlStopTests : StopTests<PostgreSqlFixture>;

/// <summary>What a stop does to what is in flight.</summary>
public abstract class StopTests<TStore> : IDisposable
    where TStore : IStoreFixture, new()
{
    private readonly TStore _store = new();

    public void Dispose()
    {
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_attempt_in_flight_is_finished()
    {
        var arrived = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = async _ =>
        {
            arrived.TrySetResult();
            await answer.Task;
        };
        Guid message;
        await using (var host = TestHost.Build(_store.Use))
        {
            await host.StartAsync();
            await host.SubscribeAsync(receiver.Url);
            message = await host.OrderCreated.PublishAsync(1);
            await arrived.Task;

            var stop = host.StopAsync();
            answer.SetResult();
            await stop;
            host.Attempts.All.ShouldHaveSingleItem().State.ShouldBe(DeliveryState.Done);
        }

        await using var next = TestHost.Build(_store.Use);
        await next.StartAsync();
        (await next.DeliveryOfAsync(message, _ => true)).State.ShouldBe(DeliveryState.Done);
        receiver.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_can_not_be_finished_in_time_is_released_and_not_failed()
    {
        await using var receiver = await Receiver.StartAsync();
        var hangs = true;
        receiver.Answer = context => hangs ? Task.Delay(Timeout.Infinite, context.RequestAborted) : Task.CompletedTask;
        var messages = new List<Guid>();
        await using (var host = TestHost.Build(_store.Use))
        {
            await host.StartAsync();
            await host.SubscribeAsync(receiver.Url);
            for (var i = 0; i < 20; i++)
                messages.Add(await host.OrderCreated.PublishAsync(i));
            await Eventually.True(() => receiver.Requests.Count == 8);

            using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
            await host.StopAsync(atOnce.Token);
            host.Attempts.All.ShouldBeEmpty();
        }

        hangs = false;
        await using var next = TestHost.Build(_store.Use);
        await next.StartAsync();
        foreach (var message in messages)
        {
            var delivery = await next.DeliveryOfAsync(message, one => one.State == DeliveryState.Done);
            delivery.Attempts.ShouldHaveSingleItem().Number.ShouldBe(1);
        }
    }
}
