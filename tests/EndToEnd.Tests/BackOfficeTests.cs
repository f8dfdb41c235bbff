using Declarative.EndToEnd.Tests.Harness;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Declarative.EndToEnd.Tests;

/// <summary>The Shop and BackOffice, two processes, linked as BackOffice's README says.</summary>
public sealed class BackOfficeTests
{
    private const string ShopUrl = "http://127.0.0.1:5080";
    private const string OfficeUrl = "http://127.0.0.1:5090";
    private const string Password = "brew-it-strong";

    [Fact]
    public async Task The_readme_of_the_back_office_works_as_typed()
    {
        Tool.Require("curl");
        using var pair = await Pair.StartAsync();
        var blocks = Markdown.Blocks("samples/BackOffice/README.md");
        string Here(string text) => text.Replace(ShopUrl, pair.ShopUrl, StringComparison.Ordinal).Replace(OfficeUrl, pair.OfficeUrl, StringComparison.Ordinal);

        // The first two blocks are the starts, which are done; the rest is one terminal, whose every output is shown.
        var script = string.Concat(blocks.Skip(2).Select(block => block.Language == "bash" ? Here(block.Text) : "echo; echo '=== end'\n"));
        var terminal = await Run.ToEndAsync(Repository.Root, "bash", ["-euo", "pipefail", "-c", script]);

        terminal.ShouldSucceed();
        var shown = blocks.Where(static block => block.Language != "bash").Select(block => Here(block.Text).Trim());
        terminal.Output.Split("=== end\n", StringSplitOptions.RemoveEmptyEntries).Select(static one => one.Trim()).ShouldBe(shown);
        foreach (var line in blocks.Take(2).Select(static block => block.Text.TrimEnd().Split('\n')[^1]))
            line.ShouldMatch("dotnet run --project samples/(Shop|BackOffice) --urls http://127.0.0.1:50[89]0$");
    }

    [Fact]
    public async Task An_administrator_links_the_two_in_a_browser()
    {
        await using var browser = await Browser.StartAsync();
        using var pair = await Pair.StartAsync();
        var office = await browser.OpenAsync(pair.OfficeUrl);
        await office.GotoAsync("/");
        await Expect(office.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Not linked yet");

        // The grid has what the module declares; it is activated with the administrator's password.
        var page = await browser.OpenAsync(pair.ShopUrl);
        await page.GotoAsync("/admin");
        await page.GetByLabel("User name").FillAsync("admin");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Integrations" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "BackOffice" })).ToContainTextAsync("Inactive");
        await page.GetByRole(AriaRole.Link, new() { Name = "BackOffice" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Activate" }).ClickAsync();
        await Expect(page.GetByText("View orders").First).ToBeVisibleAsync();
        await page.GetByLabel("Your password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Activate" }).ClickAsync();

        // Its log-in page comes in a window of its own, which the way back closes.
        var popup = await page.RunAndWaitForPopupAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Log in at the third party" }).ClickAsync());
        var closed = new TaskCompletionSource();
        popup.Close += (_, _) => closed.TrySetResult();
        await popup.Locator("[name=user]").FillAsync("clerk");
        popup.Url.ShouldStartWith(pair.OfficeUrl + "/integration/login?");
        await popup.Locator("[name=password]").FillAsync("for-this-sample-only");
        await popup.Locator("button").ClickAsync();
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        // Meanwhile the two processes exchanged tokens; the third party now calls the shop.
        await page.GotoAsync("/admin/integrations");
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "BackOffice" })).ToContainTextAsync("Active");
        await office.ReloadAsync();
        await Expect(office.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Linked");
        await Expect(office.GetByText("by clerk")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "BackOffice" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Deactivate" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Deactivate" }).ClickAsync();
        await Expect(page.GetByText("It is inactive: its calls are refused.")).ToBeVisibleAsync();
        await office.ReloadAsync();
        await Expect(office.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("The Shop does not answer us");
    }

    /// <summary>Both processes, on ports of their own that they know each other by.</summary>
    private sealed class Pair(RunningHost shop, RunningHost office) : IDisposable
    {
        public string ShopUrl { get; } = shop.Url;

        public string OfficeUrl { get; } = office.Url;

        public static async Task<Pair> StartAsync()
        {
            var (shopUrl, officeUrl) = ("http://127.0.0.1:" + ReadmeTests.FreePort(), "http://127.0.0.1:" + ReadmeTests.FreePort());
            var shop = await RunningHost.StartAsync(
                "samples/Shop",
                new(StringComparer.Ordinal)
                {
                    ["Declarative__Admin__Username"] = "admin",
                    ["Declarative__Admin__Password"] = Password,
                    ["Declarative__Rest__BaseUrl"] = shopUrl,
                    ["Declarative__Destinations__default__Url"] = shopUrl + "/inbox",
                    ["Declarative__Integrations__BackOffice__EndpointUrl"] = officeUrl + "/integration/callback",
                    ["Declarative__Integrations__BackOffice__IdentityLinkUrl"] = officeUrl + "/integration/login",
                },
                shopUrl);
            return new Pair(shop, await RunningHost.StartAsync("samples/BackOffice", new(StringComparer.Ordinal) { ["Declarative__Commerce__BaseUrl"] = shopUrl }, officeUrl));
        }

        public void Dispose()
        {
            office.Dispose();
            shop.Dispose();
        }
    }
}
