using Declarative.Faults.Harness;
using RabbitMQ.Client;

namespace Declarative.Faults.Cases;

/// <summary>Somebody unbinds the queue while events are published, again and again: what is sent then reaches no queue.</summary>
internal sealed class MissingQueue() : FaultCase("F7", "queue missing or not bound", "what the broker returns stays in the store; the topology is made anew and nothing is lost")
{
    public override IReadOnlyList<string> Stores { get; } = RabbitMqOnly;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        await using var broker = new RabbitMqProcess();
        await broker.FirstStartAsync();
        await using var host = await CaseHost.StartAsync(run, declarative: declarative => declarative.UseRabbitMq(broker.Uri));
        await host.SubscribeAsync(ledger.Url + "/");
        await Publishing.PublishAsync(host.Services, 0, 100, ledger);
        await ledger.SettledAsync();
        await using var connection = await broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        var times = run.Times(10, 50);
        var number = 100;
        for (var time = 0; time < times; time++)
        {
            var publishing = Publishing.PublishAsync(host.Services, number, 500, ledger);
            number += 500;
            await Task.Delay(run.Random.Next(0, 30));
            await channel.QueueUnbindAsync("event.trigger", "magento", "event.trigger");
            await publishing;

            // What is published now reaches a queue only if the binding was made anew.
            await Publishing.PublishAsync(host.Services, number, 10, ledger);
            number += 10;
        }

        // Empty, since a queue that is deleted takes along what it holds.
        await ledger.SettledAsync();
        await channel.QueueDeleteAsync("event.trigger");
        await Publishing.PublishAsync(host.Services, number, 500, ledger);
        await ledger.SettledAsync();
        run.Figure("unbound", $"{times} times, and deleted once");
        run.Audit(ledger);
    }
}
