using System.Globalization;
using Declarative.Benchmarks.Measuring;
using Declarative.Integrations;
using Declarative.Modules;
using Declarative.OAuth;

namespace Declarative.Benchmarks.Http;

/// <summary>What a call that an integration signs costs beside an anonymous one on the same route: signature, and nonce on disk.</summary>
internal static class SignedSuite
{
    private const int Requests = 6_400;
    private const int Connections = 64;
    private const string Resource = "Shop_Sales::orders";

    public static async Task<Figure> RunAsync()
    {
        await using var host = await RestHost.StartAsync(module =>
        {
            module.AddResource(Resource, "etc/acl.xml", title: "Orders");
            Add(module, "/V1/open/:id", "anonymous");
        });
        var integrations = host.Services.GetRequiredService<IntegrationService>();
        var integration = await integrations.CreateAsync(new IntegrationData { Name = "Erp", Resources = [Resource] });
        var tokens = (await integrations.ActivateAsync(integration.Id, new Uri("http://localhost/"))).Tokens!;
        var key = new OAuthSignature(tokens.ConsumerSecret, tokens.AccessTokenSecret);

        var anonymous = Enumerable.Repeat(RawClient.Get("/rest/V1/open/42?currency=EUR"), Requests).ToArray();
        var compared = Rounds.Compare(
            () =>
            {
                // Signed outside of what is measured, each for one use.
                var signed = Enumerable.Range(0, Requests).Select(_ => Signed("/rest/V1/open/42?currency=EUR", tokens, key)).ToArray();
                GC.Collect();
                return RawClient.Processor(host.Address, signed, Connections);
            },
            () =>
            {
                GC.Collect();
                return RawClient.Processor(host.Address, anonymous, Connections);
            },
            rounds: 15,
            warmUp: 4);
        return Figure.AtMost(60, $"processor time of a signed request more than of an anonymous one ({compared.Subject:0.0} beside {compared.Yardstick:0.0})", compared.Subject - compared.Yardstick, "µs");
    }

    private static void Add(ModuleManifest module, string url, string resource) => module.AddRoute<OrderService, SalesOrder>(
        "GET",
        url,
        "etc/webapi.xml",
        "Get",
        [new("id", typeof(int)), new("currency", typeof(string))],
        [resource],
        static (service, call) => call.Answer(service.Get(call.Argument<int>(0), call.Argument<string>(1))));

    private static byte[] Signed(string path, IntegrationTokens tokens, OAuthSignature key)
    {
        List<OAuthParameter> parameters =
        [
            new("oauth_consumer_key", tokens.ConsumerKey),
            new("oauth_nonce", OAuthSecret.New()),
            new("oauth_signature_method", OAuthSignature.HmacSha256),
            new("oauth_timestamp", TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            new("oauth_token", tokens.AccessToken),
            new("oauth_version", "1.0"),
        ];
        var question = path.IndexOf('?', StringComparison.Ordinal);
        List<OAuthParameter> covered = [.. parameters];
        OAuthParameter.Read(path.AsSpan(question + 1), plusIsSpace: true, covered);
        var signature = key.Sign(SignatureBase.Of("GET", SignatureBase.Address("http", "localhost", path[..question]), covered, StringComparer.Ordinal), OAuthSignature.HmacSha256);
        return RawClient.Get(path, $"Authorization: {OAuthHeader.Write([.. parameters, new("oauth_signature", signature)])}\r\n");
    }
}
