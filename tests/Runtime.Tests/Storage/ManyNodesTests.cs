using System.Diagnostics;
using System.Net;
using System.Text;
using Declarative.Delivery;
using Declarative.Integrations;
using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Tests.Acl;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Storage;

/// <summary>Several nodes on one PostgreSQL database, with clocks that are ten minutes wrong: only the database's counts.</summary>
public sealed class ManyNodesTests : IAsyncLifetime
{
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    private readonly PostgreSqlFixture _store = new() { GoesByItsClock = true };
    private readonly List<IAsyncDisposable> _hosts = [];
    private Receiver _receiver = null!;

    public async ValueTask InitializeAsync() => _receiver = await Receiver.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();
        await _receiver.DisposeAsync();
        _store.Dispose();
    }

    [Fact]
    public async Task Each_event_is_fanned_out_once_and_each_delivery_made_once()
    {
        var nodes = new[] { await StartAsync(TenMinutes), await StartAsync(-TenMinutes), await StartAsync(TimeSpan.Zero) };
        await nodes[0].SubscribeAsync(_receiver.Url + "/a");
        await nodes[1].SubscribeAsync(_receiver.Url + "/b");
        await Eventually.True(() => nodes.All(static node => node.Subscriptions.List().Count == 2));

        var published = await Task.WhenAll(Enumerable.Range(0, 90).Select(i => nodes[i % 3].OrderCreated.PublishAsync(i)));

        await Eventually.True(() => _store.Scalar("SELECT count(*) FROM delivery WHERE state = 2") == 180);
        published.Distinct().Count().ShouldBe(90);
        _receiver.Requests.Count.ShouldBe(180);
        _receiver.Requests.Select(static request => request.Headers["webhook-id"]).Distinct().Count().ShouldBe(180);
        _store.Scalar("SELECT count(*) FROM delivery").ShouldBe(180);
        _store.Scalar("SELECT count(*) FROM attempt").ShouldBe(180);
        _store.Scalar("SELECT count(*) FROM message WHERE state = 2").ShouldBe(90);
    }

    [Fact]
    public async Task A_node_with_nothing_to_do_is_woken_for_what_another_one_has()
    {
        var busy = await StartAsync(TimeSpan.Zero);
        var idle = await StartAsync(TenMinutes);
        var release = new TaskCompletionSource();
        _receiver.Answer = _ => release.Task;
        await busy.SubscribeAsync(_receiver.Url);

        // One node runs 8 at once for a receiver; what it can't take is left to the other one, whose back-stop is far away.
        for (var i = 0; i < 16; i++)
            await busy.OrderCreated.PublishAsync(i);

        await Eventually.True(() => _receiver.Requests.Count == 16);
        release.SetResult();
        await Eventually.True(() => _store.Scalar("SELECT count(*) FROM delivery WHERE state = 2") == 16);
        idle.Attempts.All.Count.ShouldBe(8);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public async Task What_a_lost_node_had_is_taken_when_its_lease_ends_and_not_before(int minutesWrong)
    {
        var lease = TimeSpan.FromSeconds(3);
        var first = await StartAsync(TimeSpan.Zero);
        await first.SubscribeAsync(_receiver.Url, "customer.saved");
        await first.StopAsync();

        // A node that claims an event message and a delivery, and is never heard of again.
        await using var lost = await OpenAsync();
        var messages = lost.GetRequiredService<IMessageStore>();
        var subscription = (await lost.GetRequiredService<ISubscriptionRecords>().LoadAsync(default)).Single();
        var now = DateTimeOffset.UnixEpoch;
        await messages.AppendAsync([Message(1), Message(2)], default);
        var claimed = (await messages.ClaimAsync(new Claim<string>(now, now + lease, 1, 1, 1, new Dictionary<string, int>()), default)).Rows.Single();
        await messages.CompleteAsync(
            [new(claimed.Seq, 1, MessageEnd.FannedOut) { Payloads = [new("1"u8.ToArray(), [new(Guid.CreateVersion7(), subscription.Id, subscription.EndpointId)])] }],
            now,
            default);
        var claimedAt = Stopwatch.GetTimestamp();
        (await messages.ClaimAsync(new Claim<string>(now, now + lease, 2, 1, 1, new Dictionary<string, int>()), default)).Rows.ShouldHaveSingleItem();
        (await lost.GetRequiredService<IDeliveryStore>().ClaimAsync(new Claim<long>(now, now + lease, 3, 9, 9, new Dictionary<long, int>()), default)).Rows.ShouldHaveSingleItem();

        await StartAsync(TimeSpan.FromMinutes(minutesWrong));
        await Eventually.True(() => !_receiver.Requests.IsEmpty);
        Stopwatch.GetElapsedTime(claimedAt).ShouldBeInRange(lease - TimeSpan.FromMilliseconds(50), lease + TimeSpan.FromSeconds(5));
        await Eventually.True(() => _store.Scalar("SELECT count(*) FROM delivery WHERE state = 2") == 2);
        _store.Scalar("SELECT count(*) FROM message WHERE state = 2").ShouldBe(2);
        _receiver.Requests.Count.ShouldBe(2);
        _store.Scalar("SELECT max(attempts) FROM delivery").ShouldBe(2);
    }

    [Fact]
    public async Task A_retry_waits_as_long_as_its_schedule_says_whoever_makes_it()
    {
        var nodes = new[] { await StartAsync(TenMinutes), await StartAsync(-TenMinutes) };
        var times = new List<long>();
        _receiver.Answer = context =>
        {
            lock (times)
                times.Add(Stopwatch.GetTimestamp());
            context.Response.StatusCode = times.Count < 3 ? 500 : 200;
            return Task.CompletedTask;
        };
        await nodes[0].SubscribeAsync(_receiver.Url, retry: "1,1,1");

        var message = await nodes[0].OrderCreated.PublishAsync(1);

        await nodes[1].DeliveryOfAsync(message, static one => one.State == DeliveryState.Done);
        times.Count.ShouldBe(3);
        foreach (var (earlier, later) in times.Zip(times.Skip(1)))
            Stopwatch.GetElapsedTime(earlier, later).ShouldBeInRange(TimeSpan.FromSeconds(0.7), TimeSpan.FromSeconds(6));
    }

    [Fact]
    public async Task A_hundred_repeats_of_a_key_on_four_nodes_are_one_event()
    {
        var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => StartAsync(TenMinutes * (i - 2))));
        var options = new PublishOptions { IdempotencyKey = "order-1" };

        var ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => nodes[i % 4].OrderCreated.PublishAsync(1, options: options))));

        ids.Distinct().ShouldHaveSingleItem();
        _store.Scalar("SELECT count(*) FROM message").ShouldBe(1);
        await Should.ThrowAsync<Declarative.Events.IdempotencyConflictException>(() => nodes[1].OrderCreated.PublishAsync(2, options: options));
    }

    [Fact]
    public async Task Subscriptions_and_integrations_of_one_node_are_the_others_within_a_second()
    {
        var (here, there) = (await StartAsync(TenMinutes), await StartAsync(-TenMinutes));

        var subscription = await here.SubscribeAsync(_receiver.Url);
        await WithinASecondAsync(() => there.Subscriptions.List().Any(one => one.Id == subscription.Id));
        await there.Subscriptions.SetStatusAsync(subscription.Id, isActive: false);
        await WithinASecondAsync(() => here.Subscriptions.List().Single().Status == SubscriptionStatus.Disabled);
        await here.Subscriptions.DeleteAsync(subscription.Id);
        await WithinASecondAsync(() => there.Subscriptions.List().Count == 0);

        var integrations = here.Services.GetRequiredService<IntegrationService>();
        var erp = await integrations.CreateAsync(new IntegrationData { Name = "Erp", Resources = [] });
        await WithinASecondAsync(async () => (await there.Services.GetRequiredService<IntegrationService>().FindAsync(erp.Id)) is not null);
        await integrations.DeleteAsync(erp.Id);
        await WithinASecondAsync(async () => (await there.Services.GetRequiredService<IntegrationService>().FindAsync(erp.Id)) is null);
    }

    [Fact]
    public async Task Who_subscribed_before_an_event_was_published_gets_it_though_nobody_was_told()
    {
        var node = await StartAsync(TimeSpan.Zero);
        await node.SubscribeAsync(_receiver.Url + "/first");
        await node.OrderCreated.PublishAsync(1);
        await Eventually.True(() => _receiver.Requests.Count == 1);

        _store.Execute($"""
            WITH e AS (INSERT INTO endpoint (key) VALUES ('http|by hand') RETURNING id)
            INSERT INTO subscription (event_name, recipient, notifier, status, retry, retry_on, endpoint_id, created_at, modified_at)
            SELECT 'sales.order.created', '{_receiver.Url}/by-hand', 'http', 1, 'aligent', 0, e.id, now(), now() FROM e
            """);
        await node.OrderCreated.PublishAsync(2);
        await Eventually.True(() => _receiver.Requests.Count == 3);
        _receiver.Requests.Count(static request => request.Path == "/by-hand").ShouldBe(1);

        var version = _store.Scalar("SELECT version FROM subscription_version");
        _store.Execute("UPDATE subscription SET status = 2 WHERE recipient LIKE '%/first'");
        await node.OrderCreated.PublishAsync(3);
        await Eventually.True(() => _receiver.Requests.Count(static request => request.Path == "/by-hand") == 2);
        _store.Scalar("SELECT count(*) FROM delivery").ShouldBe(4);
        _store.Scalar("SELECT version FROM subscription_version").ShouldBe(version + 1);
    }

    [Fact]
    public async Task Roles_and_revoked_tokens_of_one_node_count_on_the_others_within_a_second()
    {
        var (here, there) = (await CallerHost.StartAsync(_store), await CallerHost.StartAsync(_store));
        _hosts.AddRange([here, there]);

        // What a first request costs is not what is measured.
        await there.GetAsync("/orders", "no token of anybody");
        var token = await here.AdminAsync("anna", CallerHost.Orders);
        await WithinASecondAsync(async () => await there.GetAsync("/orders", token) == HttpStatusCode.OK);

        await here.Users.SaveRoleAsync("anna's role", [CallerHost.View]);
        await WithinASecondAsync(async () => await there.GetAsync("/orders", token) == HttpStatusCode.Unauthorized);
        (await there.GetAsync("/view", token)).ShouldBe(HttpStatusCode.OK);
        await here.Users.RevokeTokensAsync("anna");
        await WithinASecondAsync(async () => await there.GetAsync("/view", token) == HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_nonce_that_one_node_took_is_refused_by_the_others()
    {
        await using var here = await OpenAsync();
        await using var there = await OpenAsync();
        var nonce = new IntegrationNonce(1, "n", DateTimeOffset.UnixEpoch.AddYears(50).ToUnixTimeSeconds());

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? here : there).GetRequiredService<IIntegrationStore>().AddNoncesAsync([nonce], default)));

        taken.Count(static one => one.Single()).ShouldBe(1);
        (await there.GetRequiredService<IIntegrationStore>().HasNonceAsync(nonce, default)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_probe_of_an_open_breaker_is_made_by_one_node()
    {
        var nodes = new[] { await OpenAsync(), await OpenAsync(), await OpenAsync() };
        _hosts.AddRange(nodes);
        var subscription = await nodes[0].GetRequiredService<ISubscriptionRecords>().AddAsync(Subscription(), default);
        for (var i = 0; i < 20; i++)
            await FanOutAsync(nodes[0], subscription);
        var now = DateTimeOffset.UnixEpoch;
        var failed = (await nodes[0].GetRequiredService<IDeliveryStore>().ClaimAsync(Claim(now, 1, limit: 3), default)).Rows;
        var rule = new BreakerRule(3, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
        await nodes[0].GetRequiredService<IDeliveryStore>().CompleteAsync([.. failed.Select(row => new DeliveryOutcome(row, DeliveryEnd.Retry) { DueAt = now, Sign = EndpointSign.Down })], rule, now, default);
        await Eventually.True(() => _store.Scalar("SELECT count(*) FROM endpoint WHERE open_until < clock_timestamp()") == 1);

        var claimed = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => nodes[i % 3].GetRequiredService<IDeliveryStore>().ClaimAsync(Claim(now, 10 + i), default))));

        claimed.Sum(static one => one.Rows.Count).ShouldBe(1);
    }

    [Fact]
    public async Task A_lost_connection_is_made_anew_and_what_was_missed_is_seen()
    {
        var (here, there) = (await StartAsync(TimeSpan.Zero), await StartAsync(TimeSpan.Zero));
        _store.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

        Guid? published = null;
        await Eventually.True(async () =>
        {
            try
            {
                published = await here.OrderCreated.PublishAsync(1);
                return true;
            }
            catch (StoreException)
            {
                return false;
            }
        });
        published.ShouldNotBeNull();
        var subscription = await here.SubscribeAsync(_receiver.Url);
        await Eventually.True(() => there.Subscriptions.List().Any(one => one.Id == subscription.Id));
        there.Log.All.Count(static line => line.Contains("listens for other nodes' changes is lost", StringComparison.Ordinal)).ShouldBe(1);
        await Eventually.True(() => there.Log.All.Any(static line => line.Contains("Listening to the database", StringComparison.Ordinal)));
    }

    private static async Task WithinASecondAsync(Func<Task<bool>> condition)
    {
        var started = Stopwatch.GetTimestamp();
        await Eventually.True(condition);
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(1));
    }

    private static Task WithinASecondAsync(Func<bool> condition) => WithinASecondAsync(() => Task.FromResult(condition()));

    private static Claim<long> Claim(DateTimeOffset now, long token, int limit = 9) => new(now, now.AddMinutes(1), token, limit, 9, new Dictionary<long, int>());

    private static NewMessage Message(int id) => new()
    {
        Id = Guid.CreateVersion7(),
        Name = "customer.saved",
        StoreId = 0,
        CarriesPayload = true,
        Json = Encoding.UTF8.GetBytes($"{{\"id\":{id}}}"),
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    private static SubscriptionRecord Subscription() => new()
    {
        EventName = "customer.saved",
        Recipient = "https://a.example/",
        Notifier = "http",
        StoreId = 0,
        Status = SubscriptionStatus.Active,
        Retry = "aligent",
        RetryOn = RetryOn.All,
        EndpointKey = "a",
        CreatedAt = DateTimeOffset.UnixEpoch,
        ModifiedAt = DateTimeOffset.UnixEpoch,
    };

    private static async Task FanOutAsync(IServiceProvider node, SubscriptionRecord subscription)
    {
        var (messages, now) = (node.GetRequiredService<IMessageStore>(), DateTimeOffset.UnixEpoch);
        await messages.AppendAsync([Message(1)], default);
        var row = (await messages.ClaimAsync(new Claim<string>(now, now.AddMinutes(1), 1, 1, 1, new Dictionary<string, int>()), default)).Rows.Single();
        await messages.CompleteAsync([new(row.Seq, 1, MessageEnd.FannedOut) { Payloads = [new("1"u8.ToArray(), [new(Guid.CreateVersion7(), subscription.Id, subscription.EndpointId)])] }], now, default);
    }

    /// <summary>A node that looks by itself only after ten minutes, so that what comes sooner came by a wake-up or a due time.</summary>
    private async Task<TestHost> StartAsync(TimeSpan wrongBy)
    {
        var host = TestHost.Build(_store.Use, new WrongTime(wrongBy), new() { ["Declarative:Delivery:BackStop"] = "00:10:00" });
        _hosts.Add(host);
        await host.StartAsync();
        return host;
    }

    /// <summary>A node that is only its store.</summary>
    private async Task<ServiceProvider> OpenAsync()
    {
        var services = new ServiceCollection();
        _store.Use(new DeclarativeBuilder(services, new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build()));
        var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IStoreLifecycle>().OpenAsync(MigrationMode.Verify, default);
        return provider;
    }
}
