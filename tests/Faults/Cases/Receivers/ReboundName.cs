using Declarative.EndToEnd.Tests.Harness;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>
/// A name that leads to an allowed address when it is subscribed and to a forbidden one afterwards. The victim has a hosts file of its own, in a mount namespace of
/// its own, which is changed under it.
/// </summary>
internal sealed class ReboundName() : FaultCase("F17", "DNS rebinding: a name leads elsewhere later", "each connection checks the address that it goes to; the forbidden one gets nothing")
{
    private const string Name = "receiver.rebinding.test";

    public override IReadOnlyList<string> Stores { get; } = Both;

    public override string? Missing(string store) => base.Missing(store) ?? MissingRoot;

    public override async Task RunAsync(FaultRun run)
    {
        using var scratch = new Scratch();
        var port = Loopback.FreePort();
        await using var allowed = await Ledger.StartAsync($"http://127.0.0.2:{port}");
        await using var forbidden = await Ledger.StartAsync($"http://127.0.0.3:{port}");

        // Else the second delivery would go over the connection of the first, to the address that was checked.
        allowed.Answer = static context =>
        {
            context.Response.Headers.Connection = "close";
            return Task.FromResult(StatusCodes.Status200OK);
        };
        scratch.Write("hosts", $"127.0.0.1 localhost\n127.0.0.2 {Name}\n");
        using var database = new Database(run.Store);
        var orders = database.Orders($"http://{Name}:{port}/") with
        {
            Count = 2,
            Publishers = 1,
            Settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Declarative:Delivery:AllowedNetworks:0"] = "127.0.0.2/32", ["Declarative:Delivery:AllowedNetworks:1"] = "127.0.0.1/32", ["Declarative:Delivery:BreakerFailures"] = "0" },
            Retry = "1,1,1,1,1,1,1,1,1,1,1,1",
        };
        string[] ownHosts = ["unshare", "--mount", "sh", "-c", $"mount --bind {scratch["hosts"]} /etc/hosts && exec \"$@\"", "sh"];
        using (var victim = VictimProcess.Start(orders, allowed, ownHosts))
        {
            await victim.PublishedAsync();
            await FaultRun.UntilAsync(() => allowed.Delivered == 2, TimeSpan.FromSeconds(30), "deliveries to the allowed address");
            await victim.Run.TerminateAsync();
        }

        var times = run.Times(3, 20);
        scratch.Write("hosts", $"127.0.0.1 localhost\n127.0.0.2 {Name}\n");
        using (var victim = VictimProcess.Start(orders with { First = 2, Count = 0 }, allowed, ownHosts))
        {
            await victim.ReadyAsync();
            await File.WriteAllTextAsync(scratch["hosts"], $"127.0.0.1 localhost\n127.0.0.3 {Name}\n");
            using var client = await FaultHost.SignInAsync(await victim.UrlAsync());
            using (var answer = await client.PostAsJsonAsync("/rest/V1/async_events/replays", new { state = "done" }))
                answer.EnsureSuccessStatusCode();
            await Eventually.True(async () => await database.ScalarAsync("SELECT count(*) FROM attempt WHERE reason IS NOT NULL") >= times);
            await File.WriteAllTextAsync(scratch["hosts"], $"127.0.0.1 localhost\n127.0.0.2 {Name}\n");
            await FaultRun.UntilAsync(() => allowed.Requests >= 4, TimeSpan.FromSeconds(60), "the replays, once the name leads back");
            await victim.Run.TerminateAsync();
        }

        var reasons = await database.TextsAsync("SELECT DISTINCT reason FROM attempt WHERE reason IS NOT NULL");
        run.Figure("refused", $"{await database.ScalarAsync("SELECT count(*) FROM attempt WHERE reason IS NOT NULL")} attempts ({string.Join(", ", reasons)})");
        run.Figure("requests at the forbidden address", $"{forbidden.Requests}");
        run.Hold(forbidden.Requests == 0, $"{forbidden.Requests} requests came to the forbidden address");
        run.Hold(reasons is ["refused_address"], $"the attempts' reasons are {string.Join(", ", reasons)}");
        run.Hold(allowed.Delivered == 2 && allowed.Requests == 4, $"{allowed.Requests} of 4 requests came to the allowed address");
    }
}
