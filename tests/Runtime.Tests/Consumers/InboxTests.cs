using Declarative.Consumers;
using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Consumers;

public sealed class SqliteInboxTests : InboxTests<SqliteFixture>;

public sealed class PostgreSqlInboxTests : InboxTests<PostgreSqlFixture>;

/// <summary>Repeats: what was handled is not handled again, what failed is, and what still runs is asked for later.</summary>
public abstract class InboxTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    private const string Product = """{"sku":"A"}""";

    [Fact]
    public async Task A_repeat_of_a_handled_event_is_a_success_and_is_not_handled_again()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        (await host.SendAsync(ProductConsumer.Create, Product, "w1")).Status.ShouldBe(200);
        var (status, body) = await host.SendAsync(ProductConsumer.Create, Product, "w1");
        (status, body.GetProperty("response").GetProperty("message").GetString()).ShouldBe((200, "The event was handled before."));
        host.Handled.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_deliberate_replay_has_an_id_of_its_own_and_passes()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        await host.SendAsync(ProductConsumer.Create, Product, "w1");
        await host.SendAsync(ProductConsumer.Create, Product, "w1.r1");
        host.Handled.All.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_failed_event_is_handled_when_it_comes_again()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        host.Handled.Do = static (_, _) => Task.FromResult(RetryableResult.Because("not now"));
        (await host.SendAsync(ProductConsumer.Create, Product, "w1")).Status.ShouldBe(503);
        host.Handled.Do = static (_, _) => Task.FromResult(EventResult.Success("now"));
        (await host.SendAsync(ProductConsumer.Create, Product, "w1")).Status.ShouldBe(200);
        host.Handled.All.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_repeat_while_the_first_still_runs_is_429_with_a_time_to_wait()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        var isRunning = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        host.Handled.Do = async (_, _) =>
        {
            isRunning.SetResult();
            await goOn.Task;
            return EventResult.Success("done");
        };
        var first = host.SendAsync(ProductConsumer.Create, Product, "w1");
        await isRunning.Task;
        using var second = await host.RespondAsync(System.Text.Encoding.UTF8.GetBytes($$"""{"type":"{{ProductConsumer.Create}}","data":{{Product}}}"""), headers: [("webhook-id", "w1")]);
        ((int)second.StatusCode).ShouldBe(429);
        second.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        goOn.SetResult();
        (await first).Status.ShouldBe(200);
        host.Handled.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_repeats_at_the_same_time_one_is_handled()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => host.SendAsync(ProductConsumer.Create, Product, "w1")));
        answers.ShouldAllBe(static answer => answer.Status == 200 || answer.Status == 429);
        answers.ShouldContain(static answer => answer.Status == 200);
        host.Handled.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Ids_are_kept_ten_minutes_unless_set_and_then_swept()
    {
        var time = new TestClock();
        await using var host = await ConsumerHost.StartAsync<TStore>(time: time);
        await host.SendAsync(ProductConsumer.Create, Product, "w1");
        time.Advance(TimeSpan.FromMinutes(9.9));
        await host.SendAsync(ProductConsumer.Create, Product, "w1");
        host.Handled.All.Count.ShouldBe(1);
        time.Advance(TimeSpan.FromMinutes(0.2));
        await host.SendAsync(ProductConsumer.Create, Product, "w1");
        host.Handled.All.Count.ShouldBe(2);
    }

    /// <summary>In a body that is no CloudEvent "id" may be the order's.</summary>
    [Fact]
    public async Task An_id_in_a_plain_body_is_not_the_events()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        const string Body = """{"type":"be-observer.catalog_product_create","id":"1001","source":"s","data":{"sku":"A"}}""";
        await host.PostAsync(Body);
        await host.PostAsync(Body);
        host.Handled.All.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Without_an_inbox_or_an_id_each_repeat_is_handled()
    {
        await using var without = await ConsumerHost.StartAsync<TStore>(configuration: new() { ["Declarative:Consumers:Inbox"] = "false" });
        await without.SendAsync(ProductConsumer.Create, Product, "w1");
        await without.SendAsync(ProductConsumer.Create, Product, "w1");
        without.Handled.All.Count.ShouldBe(2);
        await using var host = await ConsumerHost.StartAsync<TStore>();
        await host.SendAsync(ProductConsumer.Create, Product);
        await host.SendAsync(ProductConsumer.Create, Product);
        host.Handled.All.Count.ShouldBe(2);
    }

    [Fact]
    public async Task While_the_store_fails_the_sender_is_asked_to_come_again()
    {
        var store = new FailingStore();
        await using var host = await ConsumerHost.StartAsync<TStore>(services: services => services.AddSingleton<IConsumerStore>(store));
        (await host.SendAsync(ProductConsumer.Create, Product, "w1")).Status.ShouldBe(503);
        host.Handled.All.ShouldBeEmpty();
        store.CanRead = true;
        (await host.SendAsync(ProductConsumer.Create, Product, "w1")).Status.ShouldBe(200);
        host.Log.All.ShouldContain(static line => line.Contains("a repeat of it is handled again", StringComparison.Ordinal));
    }

    private sealed class FailingStore : IConsumerStore
    {
        public bool CanRead { get; set; }

        public Task<Recollection> RecallAsync(InboxKey? inbox, string? echoKey, DateTimeOffset now, CancellationToken cancellationToken) =>
            CanRead ? Task.FromResult(default(Recollection)) : Task.FromException<Recollection>(new StoreException("the disk is gone"));

        public Task RememberAsync(IReadOnlyList<HandledEvent> events, CancellationToken cancellationToken) => Task.FromException(new StoreException("the disk is full"));

        public Task<bool> ForgetAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => Task.FromResult(false);
    }
}
