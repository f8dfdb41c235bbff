using System.Globalization;
using Declarative.Faults.Harness;
using Declarative.Integrations;
using Declarative.Tests.Fixtures;

namespace Declarative.Faults.Cases;

/// <summary>Calls signed by OAuth 1.0a that somebody recorded, changed or made up.</summary>
internal sealed class ForgedCalls() : FaultCase("F44", "OAuth: nonces replayed (before and after a restart), wrong clocks, signatures, doubled parameters", "all get 401 or 400 in the originals' form; of many equal calls at once one gets in")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        using var database = new Database(run.Store);
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Loopback.FreePort()}");
        IntegrationTokens tokens;
        HttpClient http = new() { BaseAddress = new Uri(url) };
        using var dispose = http;
        OAuthClient client;
        var (forged, letIn) = (0, 0);
        var once = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        await using (var host = await StartAsync())
        {
            var service = host.Services.GetRequiredService<IntegrationService>();
            var integration = await service.CreateAsync(new IntegrationData { Name = "Erp", Email = "erp@example.com", AllResources = true });
            tokens = (await service.ActivateAsync(integration.Id, new Uri(url + "/linked"))).Tokens!;
            client = Client();
            run.Hold(await StatusAsync(client) == 200, $"a right call is refused");

            await ForgedAsync("a nonce used twice", Once, isFirstRight: true);
            foreach (var seconds in new[] { -601, 601, -86_400, 86_400 })
                await ForgedAsync($"a clock {seconds} s wrong", parameters => parameters["oauth_timestamp"] = (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + seconds).ToString(CultureInfo.InvariantCulture));
            await ForgedAsync("a secret too many", alterClient: static one => one.ConsumerSecret += "x");
            await ForgedAsync("another token's secret", alterClient: static one => one.TokenSecret = one.ConsumerSecret);
            await ForgedAsync("no signature", alterClient: static one => one.AlterHeader = static header => header[..header.IndexOf(", oauth_signature=", StringComparison.Ordinal)]);
            await ForgedAsync("a changed signature", alterClient: static one => one.AlterHeader = static header => header.Replace("oauth_signature=\"", "oauth_signature=\"A", StringComparison.Ordinal));
            await ForgedAsync("a parameter twice", alterClient: static one => one.AlterHeader = static header => header + ", oauth_nonce=\"another\"");
            await ForgedAsync("another method", static parameters => parameters["oauth_signature_method"] = "PLAINTEXT");

            var raced = Client();
            var parallel = run.Times(50, 500);
            raced.Alter = parameters => (parameters["oauth_nonce"], parameters["oauth_timestamp"]) = ("raced for", once);
            var statuses = await Task.WhenAll(Enumerable.Range(0, parallel).Select(_ => StatusAsync(raced)));
            run.Hold(statuses.Count(static status => status == 200) == 1 && statuses.Count(static status => status == 401) == parallel - 1, $"of {parallel} equal calls {statuses.Count(static status => status == 200)} got in");
            run.Figure("equal calls at once", $"{parallel}, {statuses.Count(static status => status == 200)} got in");
        }

        await using (await StartAsync())
            await ForgedAsync("a nonce used before the restart", Once);
        run.Figure("forged calls", $"{forged}, {letIn} got in");

        Task<CaseHost> StartAsync() => CaseHost.StartAsync(run, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Declarative:Rest:BaseUrl"] = url }, builder => builder.WebHost.UseUrls(url), database);

        void Once(Dictionary<string, string> parameters) => (parameters["oauth_nonce"], parameters["oauth_timestamp"]) = ("once", once);

        OAuthClient Client() => new(http, TimeProvider.System) { ConsumerKey = tokens.ConsumerKey, ConsumerSecret = tokens.ConsumerSecret, Token = tokens.AccessToken, TokenSecret = tokens.AccessTokenSecret };

        async Task ForgedAsync(string what, Action<Dictionary<string, string>>? alter = null, Action<OAuthClient>? alterClient = null, bool isFirstRight = false)
        {
            var forger = Client();
            forger.Alter = alter;
            alterClient?.Invoke(forger);
            if (isFirstRight)
                run.Hold(await StatusAsync(forger) == 200, $"{what}: the first call is refused");
            var (status, body) = await forger.SendAsync(HttpMethod.Get, "/rest/V1/async_events/deliveries");
            forged++;
            letIn += status == 200 ? 1 : 0;
            run.Hold(status is 400 or 401 && body.Contains("\"message\"", StringComparison.Ordinal), $"{what}: {status} {body}");
        }
    }

    private static async Task<int> StatusAsync(OAuthClient client) => (await client.SendAsync(HttpMethod.Get, "/rest/V1/async_events/deliveries")).Status;
}
