using System.Text;
using System.Text.Json;
using Declarative.EndToEnd.Tests.Harness;
using Declarative.Tests.Servers;

namespace Declarative.EndToEnd.Tests;

/// <summary>BackOffice sets itself up at the Shop, and by the command-line tool: three processes.</summary>
public sealed class OnboardingTests
{
    private const string Password = "brew-it-strong";

    [Fact]
    public async Task The_back_office_sets_itself_up_at_the_shop_and_is_told_of_its_products()
    {
        var (shopUrl, officeUrl) = ("http://127.0.0.1:" + ReadmeTests.FreePort(), "http://127.0.0.1:" + ReadmeTests.FreePort());
        using var shop = await RunningHost.StartAsync(
            "samples/Shop",
            new(StringComparer.Ordinal)
            {
                ["Declarative__Admin__Username"] = "admin",
                ["Declarative__Admin__Password"] = Password,
                ["Declarative__Rest__BaseUrl"] = shopUrl,
                ["Declarative__Destinations__default__Url"] = shopUrl + "/inbox",
            },
            shopUrl);
        using var office = await RunningHost.StartAsync("samples/BackOffice", new(StringComparer.Ordinal) { ["Declarative__Commerce__BaseUrl"] = shopUrl }, officeUrl);
        using var http = new HttpClient { BaseAddress = new Uri(shopUrl + "/rest/V1/") };
        async Task<string> SendAsync(HttpMethod method, string path, string? json)
        {
            using var request = new HttpRequestMessage(method, path) { Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json") };
            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            response.IsSuccessStatusCode.ShouldBeTrue(text);
            return text;
        }

        var token = JsonSerializer.Deserialize<string>(await SendAsync(HttpMethod.Post, "integration/admin/token", $$"""{"username":"admin","password":"{{Password}}"}"""))!;
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Declarative__Commerce__BaseUrl"] = shopUrl,
            ["Declarative__Onboarding__BaseUrl"] = officeUrl,
            ["Declarative__Onboarding__Token"] = token,
        };
        Task<Run> OnboardAsync(params string[] options) => Run.ToEndAsync(Repository.Root, "dotnet", ["run", "--project", "samples/BackOffice", "-c", Repository.Configuration, "--no-build", "--", "onboard", .. options], environment);

        (await OnboardAsync("--dry-run")).ShouldSucceed().Output.ShouldContain("7 would be changed: 0 of 7 were there.");
        (await OnboardAsync()).ShouldSucceed().Output.ShouldContain("7 changed: 0 of 7 were there.");
        var second = JsonDocument.Parse((await OnboardAsync("--json")).ShouldSucceed().Output).RootElement.GetProperty("steps").EnumerateArray().ToList();
        second.Select(static one => one.GetProperty("change").GetString()).ShouldAllBe(static change => change == "kept");
        second.Select(static one => one.GetProperty("kind").GetString()).ShouldBe(["provider", "subscription", "registration", "registration", "registration", "registration", "registration"]);

        var unknown = await OnboardAsync("--dry-runs");
        unknown.ExitCode.ShouldBe(2, unknown.Output);
        var cli = await Run.ToEndAsync(Path.Combine(Repository.Root, "samples/BackOffice"), "dotnet", [Repository.Program("src/Cli", "declarative"), "onboard", "--app", Repository.Program("samples/BackOffice", "BackOffice")], environment);
        cli.ShouldSucceed().Output.ShouldContain("Nothing changed: 7 of 7 were there.");

        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        await SendAsync(HttpMethod.Put, "products/teapot/stock", """{"quantity":7}""");

        // What BackOffice's handler answered stands in the Shop's log.
        const string Deliveries = "async_events/deliveries";
        async Task<JsonElement> FirstAsync() => JsonDocument.Parse(await SendAsync(HttpMethod.Get, $"{Deliveries}?event_name=catalog.stock.updated", null)).RootElement.GetProperty("items").EnumerateArray().FirstOrDefault();
        await Eventually.True(async () => await FirstAsync() is { ValueKind: JsonValueKind.Object } one && one.GetProperty("state").GetString() == "done");
        (await SendAsync(HttpMethod.Get, $"{Deliveries}/{(await FirstAsync()).GetProperty("uuid").GetString()}", null)).ShouldContain("7 of teapot");
    }
}
