using Declarative.Delivery;
using Declarative.Storage;
using Declarative.Telemetry;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Declarative.Tests.Telemetry;

public sealed class SqliteHealthTests : HealthTests<SqliteFixture>;

public sealed class PostgreSqlHealthTests : HealthTests<PostgreSqlFixture>;

/// <summary>What the health check says when something stands still.</summary>
public abstract class HealthTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    [Fact]
    public async Task A_publish_that_the_store_never_answers_is_unhealthy()
    {
        using var fixture = new TStore();
        var time = new TestClock();
        var hanging = new HangingMessages();
        await using var host = TestHost.Build(fixture.Use, time, configure: declarative => declarative.Services.AddSingleton<IMessageStore>(hanging));
        await host.StartAsync();
        (await CheckAsync(host)).Status.ShouldBe(HealthStatus.Healthy);

        var publish = host.OrderCreated.PublishAsync(7);
        await Eventually.True(() => hanging.Appends == 1);
        time.Advance(TimeSpan.FromMinutes(5));

        await Eventually.True(async () => await CheckAsync(host) is { Status: HealthStatus.Unhealthy, Description: var text } && text!.Contains("'publish", StringComparison.Ordinal));
        hanging.Answer();
        await publish;
        await Eventually.True(async () => (await CheckAsync(host)).Status == HealthStatus.Healthy);
    }

    [Fact]
    public async Task Ready_is_who_can_read_the_store_and_has_nothing_long_due()
    {
        using var fixture = new TStore();
        var time = new TestClock();
        await using var host = TestHost.Build(fixture.Use, time, new() { ["Declarative:Eventing:Enabled"] = "false" });
        await host.StartAsync();
        await host.OrderCreated.PublishAsync(7);
        var ready = await ReadyAsync(host);
        ready.Status.ShouldBe(HealthStatus.Healthy);
        ready.Data["messages_due"].ShouldBe(1L);

        time.Advance(TimeSpan.FromMinutes(6));
        ready = await ReadyAsync(host);
        ready.Status.ShouldBe(HealthStatus.Degraded);
        ready.Description.ShouldBe("Something has been due for 360 s.");
    }

    private static async Task<HealthReportEntry> ReadyAsync(TestHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(static check => check.Tags.Contains("ready"))).Entries.Values.Single();

    [Fact]
    public void The_gauges_ask_an_idle_store_no_more_often_than_the_workers() =>
        PendingSampler.Period.ShouldBeGreaterThanOrEqualTo(new DeliveryOptions().BackStop);

    private static async Task<HealthReportEntry> CheckAsync(TestHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(static check => check.Tags.Contains("live"))).Entries.Values.Single();

    private sealed class HangingMessages : IMessageStore
    {
        private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _appends;

        public int Appends => _appends;

        public void Answer() => _answer.SetResult();

        public async Task<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _appends);
            await _answer.Task;
            return [.. messages.Select(message => new AppendResult(message.Id, AppendOutcome.Stored))];
        }

        public Task<Claimed<ClaimedMessage>> ClaimAsync(Claim<string> claim, CancellationToken cancellationToken) =>
            Task.FromResult(new Claimed<ClaimedMessage>([], null));

        public Task<int> CompleteAsync(IReadOnlyList<MessageOutcome> outcomes, DateTimeOffset now, CancellationToken cancellationToken) => Task.FromResult(0);
    }
}
