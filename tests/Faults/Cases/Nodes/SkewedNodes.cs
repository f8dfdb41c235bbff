using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>Two nodes on one database, whose clocks are ten minutes wrong, one each way.</summary>
internal sealed class SkewedNodes() : FaultCase("F34", "two nodes with clocks 20 minutes apart", "nothing is sent twice, retries wait as long as they should, nothing is lost")
{
    public override IReadOnlyList<string> Stores { get; } = PostgreSqlOnly;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        var failed = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        ledger.Answer = context => Task.FromResult(failed.TryAdd(context.Request.Headers["webhook-id"].ToString(), true) ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK);
        using var database = new Database(run.Store);
        await using var ahead = await CaseHost.StartAsync(run, configure: static builder => builder.Services.AddSingleton<TimeProvider>(new TurnedTime(TimeSpan.FromMinutes(10))), database: database);
        await using var behind = await CaseHost.StartAsync(run, configure: static builder => builder.Services.AddSingleton<TimeProvider>(new TurnedTime(-TimeSpan.FromMinutes(10))), database: database);
        await ahead.SubscribeAsync(ledger.Url + "/", retry: "2,2,2");
        await Eventually.True(() => behind.Subscriptions.List().Count == 1);
        var events = run.Times(1_000, 20_000);
        await Task.WhenAll(Publishing.PublishAsync(ahead.Services, 0, events, ledger), Publishing.PublishAsync(behind.Services, events, events, ledger));
        await ledger.SettledAsync();
        var shortest = await database.ScalarAsync("SELECT extract(epoch FROM min(b.started_at - a.started_at)) * 1000 FROM attempt a JOIN attempt b ON b.delivery_seq = a.delivery_seq AND b.number = 2 WHERE a.number = 1");
        run.Figure("attempts", $"{ledger.Requests:N0} for {2 * events:N0} events, each of which fails once");
        run.Figure("shortest pause before a retry", $"{shortest} ms");
        run.Audit(ledger);
        run.Hold(ledger.Requests == 4 * events, $"{ledger.Requests} attempts were made for {2 * events} deliveries that fail once");
        run.Hold(shortest >= 1_500, $"a retry came {shortest} ms after the first attempt instead of 2 s");
    }
}
