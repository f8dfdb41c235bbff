using Declarative.Delivery;
using Declarative.History;
using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.History;

public sealed class SqliteRetentionTests : RetentionTests<SqliteFixture>;

public sealed class PostgreSqlRetentionTests : RetentionTests<PostgreSqlFixture>;

/// <summary>What is finished for longer than its retention goes; what is pending stays, however old.</summary>
public abstract class RetentionTests<TStore> : IAsyncLifetime
    where TStore : IStoreFixture, new()
{
    private readonly TStore _store = new();
    private readonly TestClock _time = new();
    private Receiver _receiver = null!;
    private TestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _host = TestHost.Build(_store.Use, _time, new() { ["Declarative:History:Search"] = "true" });
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _receiver.DisposeAsync();
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    private IHistoryStore History => _host.Services.GetRequiredService<IHistoryStore>();

    [Fact]
    public async Task Finished_events_go_after_thirty_days_with_all_that_belongs_to_them()
    {
        var subscription = await _host.SubscribeAsync(_receiver.Url);
        var old = await _host.OrderCreated.PublishAsync(1);
        await _host.DeliveryOfAsync(old, one => one.State == DeliveryState.Done);
        await Eventually.True(async () =>
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            return (await History.LoadUnindexedAsync(1, default)).Count == 0;
        });
        _time.Advance(TimeSpan.FromDays(20));
        var newer = await _host.OrderCreated.PublishAsync(2);
        await _host.DeliveryOfAsync(newer, one => one.State == DeliveryState.Done);
        await _host.Subscriptions.SetStatusAsync(subscription.Id, isActive: false);

        await Eventually.True(async () =>
        {
            _time.Advance(TimeSpan.FromHours(1));
            return (await _host.DeliveryLog.OfMessageAsync(old)).Count == 0;
        });

        _time.GetUtcNow().ShouldBeGreaterThan(new TestClock().GetUtcNow().AddDays(30));
        (await _host.DeliveryLog.OfMessageAsync(newer)).Count.ShouldBe(1);
        foreach (var table in new[] { "message", "delivery", "attempt", "payload" })
            _store.Scalar($"SELECT count(*) FROM {table}").ShouldBe(1, table);
    }

    [Fact]
    public async Task Pending_deliveries_keep_their_event()
    {
        var subscription = await _host.SubscribeAsync(_receiver.Url, retry: "600000");
        _receiver.AnswerWith(500);
        var message = await _host.OrderCreated.PublishAsync(1);
        await _host.DeliveryOfAsync(message, one => one.State == DeliveryState.Due && one.Attempts.Count == 1);
        await _host.Subscriptions.SetStatusAsync(subscription.Id, isActive: false);

        var before = _time.GetUtcNow().AddDays(100);
        (await History.DeleteFinishedAsync(before, 0, 10, default)).ShouldBe((1L, 0));
        (await History.DeleteFinishedAsync(before, 1, 10, default)).ShouldBeNull();
        await _host.Subscriptions.DeleteAsync(subscription.Id);
        (await History.DeleteFinishedAsync(before, 0, 10, default)).ShouldBe((1L, 1));
    }

    [Fact]
    public async Task What_comes_after_everything_went_is_searched_too()
    {
        await _host.SubscribeAsync(_receiver.Url);
        await PublishAndIndexAsync(1);
        (await History.DeleteFinishedAsync(_time.GetUtcNow().AddDays(1), 0, 10, default)).ShouldBe((1L, 1));

        await PublishAndIndexAsync(2);

        (await _host.DeliveryLog.SearchAsync(SearchQuery.Parse("data.entity_id:2"), cancellationToken: TestContext.Current.CancellationToken)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_payload_that_nobody_gets_any_more_is_not_kept()
    {
        var subscription = await _host.SubscribeAsync(_receiver.Url);
        _host.Orders.Answer = async (id, cancellationToken) =>
        {
            await _host.Subscriptions.DeleteAsync(subscription.Id, cancellationToken);
            return new Order(id, "1", 1);
        };

        await _host.OrderCreated.PublishAsync(1);

        await Eventually.True(() => _store.Scalar("SELECT count(*) FROM message WHERE state = 2") == 1);
        _store.Scalar("SELECT count(*) FROM payload").ShouldBe(0);
    }

    private async Task PublishAndIndexAsync(int id)
    {
        var message = await _host.OrderCreated.PublishAsync(id);
        await _host.DeliveryOfAsync(message, one => one.State == DeliveryState.Done);
        await Eventually.True(async () =>
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            return (await History.LoadUnindexedAsync(1, default)).Count == 0;
        });
    }
}
