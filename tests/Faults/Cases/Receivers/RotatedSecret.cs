using System.Security.Cryptography;
using System.Text;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>A secret is rotated while deliveries are failing and tried again.</summary>
internal sealed class RotatedSecret() : FaultCase("F38", "a secret rotated during retries", "while both are valid each request bears both signatures; before and after, the one that is valid")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        var counts = new int[4];
        ledger.Answer = async context =>
        {
            context.Request.Body.Seek(0, SeekOrigin.Begin);
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var headers = context.Request.Headers;
            var signed = Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}.").Concat(body.ToArray()).ToArray();
            var signatures = headers["webhook-signature"].ToString().Split(' ');
            var (first, second) = (signatures.Contains(Sign("secret", signed)), signatures.Contains(Sign("another", signed)));
            Interlocked.Increment(ref counts[(first ? 1 : 0) + (second ? 2 : 0)]);
            return StatusCodes.Status500InternalServerError;
        };
        await using var host = await CaseHost.StartAsync(run, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Declarative:Delivery:BreakerFailures"] = "0" });
        var subscription = await host.SubscribeAsync(ledger.Url + "/", retry: string.Join(',', Enumerable.Repeat("0", 900)));
        for (var number = 0; number < run.Times(20, 200); number++)
            await host.PublishAsync(number);
        await FaultRun.UntilAsync(() => Volatile.Read(ref counts[1]) >= 30, TimeSpan.FromSeconds(60), "attempts with the first secret");
        await host.Subscriptions.RotateSecretAsync(subscription.Id, "another", TimeSpan.FromSeconds(2));
        await FaultRun.UntilAsync(() => Volatile.Read(ref counts[3]) >= 30, TimeSpan.FromSeconds(60), "attempts with both secrets");
        await FaultRun.UntilAsync(() => Volatile.Read(ref counts[2]) >= 30, TimeSpan.FromSeconds(60), "attempts with the second secret");
        run.Figure("attempts", $"{counts[1]} with the first secret, {counts[3]} with both, {counts[2]} with the second, {counts[0]} with neither");
        run.Hold(counts[0] == 0, $"{counts[0]} requests bore no valid signature");
    }

    private static string Sign(string token, byte[] signed) => "v1," + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), signed));
}
