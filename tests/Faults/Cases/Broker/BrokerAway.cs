using System.Diagnostics;
using Declarative.Faults.Harness;
using RabbitMQ.Client;

namespace Declarative.Faults.Cases;

/// <summary>RabbitMQ is away for a minute and comes back empty of everything that was declared.</summary>
internal sealed class BrokerAway() : FaultCase("F6", "RabbitMQ down for a while, back without exchange and queues", "publishes go on into the store, topology and consumer are made anew, all is sent and delivered")
{
    public override IReadOnlyList<string> Stores { get; } = RabbitMqOnly;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        await using var broker = new RabbitMqProcess();
        await broker.FirstStartAsync();
        await using var host = await CaseHost.StartAsync(run, declarative: declarative => declarative.UseRabbitMq(broker.Uri));
        await host.SubscribeAsync(ledger.Url + "/");
        await Publishing.PublishAsync(host.Services, 0, 500, ledger);
        await ledger.SettledAsync();
        await broker.KillAsync("event.trigger", "event.trigger.dead-letter");
        var away = TimeSpan.FromSeconds(run.Times(3, 60));
        var watch = Stopwatch.StartNew();
        var number = 500;
        var slowest = TimeSpan.Zero;
        while (watch.Elapsed < away)
        {
            var asked = Stopwatch.StartNew();
            await Publishing.PublishAsync(host.Services, number, 20, ledger);
            slowest = asked.Elapsed > slowest ? asked.Elapsed : slowest;
            number += 20;
        }

        var buffered = await host.Database.ScalarAsync("SELECT count(*) FROM broker_buffer");
        broker.Forget();
        await broker.StartAsync();
        var back = Stopwatch.StartNew();
        await ledger.SettledAsync();
        run.Figure("kept meanwhile", $"{buffered:N0} in {away.TotalSeconds:0} s, slowest publish {slowest.TotalMilliseconds:0} ms");
        run.Figure("all delivered", $"{back.Elapsed.TotalSeconds:0.0} s after it was back");
        await Publishing.PublishAsync(host.Services, number, 500, ledger);
        await ledger.SettledAsync();
        await using (var connection = await broker.ConnectAsync())
        await using (var channel = await connection.CreateChannelAsync())
            run.Hold(await channel.ConsumerCountAsync("event.trigger") == 1, $"nobody consumes from the queue");
        run.Hold(buffered > 0, $"nothing was kept, so this proves nothing");
        run.Audit(ledger);
    }
}
