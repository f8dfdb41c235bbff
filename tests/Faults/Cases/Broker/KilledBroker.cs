using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary><c>kill -9</c> of RabbitMQ while it confirms what 64 publishers publish.</summary>
internal sealed class KilledBroker() : FaultCase("F5", "kill -9 of RabbitMQ during confirms", "nothing acknowledged is lost; what the broker can't take is kept and sent later")
{
    public override IReadOnlyList<string> Stores { get; } = RabbitMqOnly;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        await using var broker = new RabbitMqProcess();
        await broker.FirstStartAsync();
        using var database = new Database(run.Store);
        var kills = run.Times(2, 6);
        var inFlight = 0;
        using var victim = VictimProcess.Start(database.Orders(ledger.Url + "/") with { Count = 10_000_000, Publishers = 64, Broker = broker.Uri }, ledger);
        await victim.AcknowledgedAsync(100);
        for (var kill = 0; kill < kills; kill++)
        {
            await victim.AcknowledgedAsync(victim.Acknowledged + run.Random.Next(200, 2_000));
            await broker.KillAsync("event.trigger", "event.trigger.dead-letter");
            inFlight += ledger.Missing > 0 ? 1 : 0;
            await victim.AcknowledgedAsync(victim.Acknowledged + 100);
            await broker.StartAsync();
        }

        await victim.Run.KillAsync();
        await VictimProcess.FinishAsync(database.Orders(ledger.Url + "/") with { Broker = broker.Uri }, ledger);

        run.Figure("kills", $"{kills}, {inFlight} with work in flight");
        run.Figure("refused", $"{victim.Refused}");
        run.Hold(victim.Refused == 0, $"{victim.Refused} publishes were refused although the store could keep them");
        run.Hold(inFlight > 0, $"no kill hit work in flight");
        run.Audit(ledger);
    }
}
