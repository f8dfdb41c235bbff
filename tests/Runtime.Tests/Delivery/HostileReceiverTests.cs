using System.Text;
using Declarative.Delivery;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Delivery;

public sealed class SqliteHostileReceiverTests : HostileReceiverTests<SqliteFixture>;

public sealed class PostgreSqlHostileReceiverTests : HostileReceiverTests<PostgreSqlFixture>;

/// <summary>Receivers that misbehave, on raw sockets where a server would not let them.</summary>
public abstract class HostileReceiverTests<TStore> : IAsyncLifetime
    where TStore : IStoreFixture, new()
{
    private readonly TStore _store = new();
    private readonly TestClock _time = new();
    private TestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = TestHost.Build(_store.Use, _time);
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task One_that_never_answers_costs_the_attempts_time_and_no_other_receiver()
    {
        await using var hanging = RawServer.Start(static (_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken));
        await using var healthy = await Receiver.StartAsync();
        await _host.SubscribeAsync(hanging.Url);
        await _host.SubscribeAsync(healthy.Url);
        for (var i = 0; i < 50; i++)
            await _host.OrderCreated.PublishAsync(i);

        // Ended, not only received: what is still under way would run out of time too.
        await Eventually.True(() => _host.Attempts.All.Count == 50);
        healthy.Requests.Count.ShouldBe(50);
        await Eventually.True(() => hanging.Requests == 8);
        _host.Attempts.All.ShouldAllBe(attempt => attempt.State == DeliveryState.Done);

        _time.Advance(TimeSpan.FromSeconds(15));
        await Eventually.True(() => _host.Attempts.All.Count(attempt => attempt.State == DeliveryState.Due) == 8);
        _host.Attempts.All.ShouldAllBe(attempt => attempt.State == DeliveryState.Done || attempt.Attempt.Reason == "timeout");
    }

    [Fact]
    public async Task One_that_trickles_its_body_is_ended_by_the_total_time()
    {
        await using var trickling = RawServer.Start(static async (stream, cancellationToken) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"u8.ToArray(), cancellationToken);
            while (true)
            {
                await stream.WriteAsync(new byte[] { (byte)'x' }, cancellationToken);
                await Task.Delay(5, cancellationToken);
            }
        });
        await _host.SubscribeAsync(trickling.Url);
        await _host.OrderCreated.PublishAsync(1);
        await Eventually.True(() => trickling.Requests == 1);

        await Eventually.True(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return !_host.Attempts.All.IsEmpty;
        });

        var attempt = _host.Attempts.All.First().Attempt;
        attempt.Reason.ShouldBe("timeout");
        attempt.Duration.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task One_with_an_endless_body_is_read_no_further_than_is_worth_it()
    {
        await using var endless = RawServer.Start(static async (stream, cancellationToken) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), cancellationToken);
            var block = Encoding.ASCII.GetBytes(new string('x', 64 * 1024));
            while (true)
                await stream.WriteAsync(block, cancellationToken);
        });
        await _host.SubscribeAsync(endless.Url);
        var message = await _host.OrderCreated.PublishAsync(1);

        var delivery = await _host.DeliveryOfAsync(message, one => one.State == DeliveryState.Done);

        var attempt = delivery.Attempts.ShouldHaveSingleItem();
        attempt.Response!.Length.ShouldBe(16 * 1024);
        attempt.IsTruncated.ShouldBeTrue();
        await Eventually.True(() => endless.Broken == 1);
    }

    [Fact]
    public async Task One_with_endless_headers_fails()
    {
        await using var endless = RawServer.Start(static async (stream, cancellationToken) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), cancellationToken);
            while (true)
                await stream.WriteAsync("x-more: and more and more and more\r\n"u8.ToArray(), cancellationToken);
        });
        await _host.SubscribeAsync(endless.Url);
        await _host.OrderCreated.PublishAsync(1);

        await Eventually.True(() => !_host.Attempts.All.IsEmpty);
        var attempt = _host.Attempts.All.First();
        attempt.Attempt.Reason.ShouldBe("protocol");
        attempt.State.ShouldBe(DeliveryState.Due);
    }

    [Fact]
    public async Task One_that_redirects_is_not_followed()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };
        await _host.SubscribeAsync(receiver.Url + "/hook");
        await _host.OrderCreated.PublishAsync(1);

        await Eventually.True(() => !_host.Attempts.All.IsEmpty);
        var attempt = _host.Attempts.All.First();
        attempt.Attempt.Status.ShouldBe(302);
        attempt.State.ShouldBe(DeliveryState.Due);
        receiver.Requests.ShouldHaveSingleItem().Path.ShouldBe("/hook");
    }

    [Fact]
    public async Task One_that_is_not_there_is_tried_again()
    {
        string url;
        await using (var server = RawServer.Start(static (_, _) => Task.CompletedTask))
            url = server.Url;
        await _host.SubscribeAsync(url);
        await _host.OrderCreated.PublishAsync(1);

        await Eventually.True(() => !_host.Attempts.All.IsEmpty);
        var attempt = _host.Attempts.All.First();
        attempt.Attempt.Reason.ShouldBe("connect");
        attempt.Attempt.Status.ShouldBeNull();
        attempt.State.ShouldBe(DeliveryState.Due);
    }

    [Fact]
    public async Task A_name_that_leads_to_a_private_address_is_refused_when_connecting()
    {
        await using var store = new DisposableStore();
        await using var receiver = await Receiver.StartAsync();
        await using var host = TestHost.Build(store.Fixture.Use, configuration: new() { ["Declarative:Delivery:AllowedNetworks:0"] = "10.0.0.0/8" });
        await host.StartAsync();
        await host.SubscribeAsync(receiver.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        await host.OrderCreated.PublishAsync(1);

        await Eventually.True(() => !host.Attempts.All.IsEmpty);
        host.Attempts.All.First().Attempt.Reason.ShouldBe("refused_address");
        receiver.Requests.ShouldBeEmpty();
    }

    private sealed class DisposableStore : IAsyncDisposable
    {
        public TStore Fixture { get; } = new();

        public ValueTask DisposeAsync()
        {
            Fixture.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
