using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Declarative.EndToEnd.Tests.Harness;

namespace Declarative.EndToEnd.Tests;

/// <summary>Clients that others wrote, from the npm registry, sign calls to the Shop.</summary>
public sealed class IndependentClientsTests
{
    private const string Password = "brew-it-strong";

    private static readonly string[] Resources = ["Shop_Sales::sales", "Shop_Sales::orders", "Shop_Catalog::catalog", "Shop_Catalog::products_edit"];

    /// <summary>Where everything that tests need is installed, a test that can't run is a failure.</summary>
    private static bool IsRequired => Environment.GetEnvironmentVariable("CI") == "true";

    [Fact]
    public async Task Signers_of_others_are_understood()
    {
        if (!IsRequired)
        {
            Tool.Require("node");
            Tool.Require("npm");
        }

        using var folder = new Scratch();
        await NodeClients.InstallAsync(folder, IsRequired, "clients.mjs");
        using var shop = await RunningHost.StartAsync("samples/Shop", new(StringComparer.Ordinal)
        {
            ["Declarative__Admin__Username"] = "admin",
            ["Declarative__Admin__Password"] = Password,
        });

        var node = await Run.ToEndAsync(folder.Path, "node", ["clients.mjs", shop.Url], new Dictionary<string, string>(StringComparer.Ordinal) { ["TOKENS"] = await TokensAsync(shop.Url) });

        node.ShouldSucceed();
        node.Output.Trim().ShouldBe("ok");
    }

    /// <summary>Makes an integration by hand and activates it; its four values, shown this once.</summary>
    private static async Task<string> TokensAsync(string shop)
    {
        using var http = new HttpClient { BaseAddress = new Uri(shop + "/rest/V1/") };
        var admin = await PostAsync(http, "integration/admin/token", new { username = "admin", password = Password });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", admin.GetString());
        var integration = await PostAsync(http, "integrations", new { integration = new { name = "Npm", resources = Resources } });
        var activation = await PostAsync(http, $"integrations/{integration.GetProperty("integration_id").GetInt64()}/activate", new { });
        return activation.GetProperty("tokens").GetRawText();
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, object body)
    {
        using var response = await http.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonDocument.Parse(text).RootElement;
    }
}
