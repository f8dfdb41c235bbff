using Declarative.EndToEnd.Tests.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Declarative.EndToEnd.Tests;

/// <summary>The pages in a real browser, against the Shop. <c>UPDATE_SCREENSHOTS=1</c> renews the pictures in docs/images.</summary>
public sealed class AdminPagesTests
{
    private const string Password = "brew-it-strong";
    private const string List = "/admin/integrations";

    /// <summary>What docs/admin.md shows.</summary>
    private static readonly string[] Pictures = ["sign-in-light", "list-light", "list-phone", "edit-light", "details-dark", "activate-light", "tokens-light", "exchange-dark", "delete-light"];

    /// <summary>Each text that is shown and has less contrast to what it stands on than WCAG 2 AA wants: 4.5, or 3 for large ones.</summary>
    private const string PoorContrast = """
        () => {
            const rgb = text => (text.match(/[\d.]+/g) ?? []).map(Number);
            const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
                .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
            const below = element => {
                for (; element; element = element.parentElement) {
                    const color = rgb(getComputedStyle(element).backgroundColor);
                    if (color.length === 3 || color[3] > 0)
                        return color;
                }
                return [255, 255, 255];
            };
            const poor = [];
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (texts.nextNode()) {
                const element = texts.currentNode.parentElement;
                if (!texts.currentNode.data.trim() || !element.checkVisibility() || ['SCRIPT', 'NOSCRIPT', 'OPTION'].includes(element.tagName))
                    continue;
                const style = getComputedStyle(element);
                const [a, b] = [light(rgb(style.color)), light(below(element))].sort((x, y) => y - x);
                const ratio = (a + .05) / (b + .05);
                if (ratio < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5))
                    poor.push(`${texts.currentNode.data.trim()}: ${ratio.toFixed(2)}`);
            }
            return poor;
        }
        """;

    [Fact]
    public async Task An_administrator_makes_an_integration_hands_its_tokens_over_and_takes_them_back()
    {
        await using var browser = await Browser.StartAsync();
        using var shop = await StartAsync();
        var page = await browser.OpenAsync(shop.Url);

        await page.GotoAsync("/admin");
        await SignInAsync(page);
        await Assertions.Expect(page).ToHaveURLAsync(shop.Url + "/admin/overview");
        await page.GetByRole(AriaRole.Link, new() { Name = "Integrations" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(shop.Url + List);
        await Assertions.Expect(page).ToHaveTitleAsync("Integrations · Administration");
        await page.GetByRole(AriaRole.Link, new() { Name = "New integration" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Ledger");
        await page.GetByLabel("E-mail").FillAsync("books@example.com");

        // One button ticks a branch with all that stands below it.
        await page.GetByRole(AriaRole.Button, new() { Name = "tick all of Sales", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Ledger");
        await Assertions.Expect(page.GetByText("Inactive")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Activate" }).ClickAsync();
        await page.GetByLabel("Your password").FillAsync("not-the-password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Activate" }).ClickAsync();
        await Assertions.Expect(page.GetByText("The password is wrong")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByLabel("Your password")).ToBeFocusedAsync();
        await page.GetByLabel("Your password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Activate" }).ClickAsync();
        var secret = await page.GetByLabel("Access token secret", new() { Exact = true }).InputValueAsync();
        secret.Length.ShouldBe(32);

        // The page is loaded again, by which the browser sends the same form again: nothing is shown or made a second time.
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByText("Handed over by you; 1 now")).ToBeVisibleAsync();
        (await page.ContentAsync()).ShouldNotContain(secret);
        await page.GotoAsync(List);
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "Ledger" })).ToContainTextAsync("Active");

        await page.GetByRole(AriaRole.Link, new() { Name = "Ledger" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Deactivate" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Deactivate" }).ClickAsync();
        await Assertions.Expect(page.GetByText("It is inactive: its calls are refused.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(page.GetByText("You are signed out.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Everything_can_be_done_without_a_mouse()
    {
        await using var browser = await Browser.StartAsync();
        using var shop = await StartAsync();
        var page = await browser.OpenAsync(shop.Url);
        await page.GotoAsync(List);

        // A page begins with the way past its head; then come the fields, in reading order.
        (await TabAsync(page)).ShouldBe("Skip to the content");
        (await TabAsync(page)).ShouldBe("username");
        await page.Keyboard.TypeAsync("admin");
        (await TabAsync(page)).ShouldBe("password");
        await page.Keyboard.TypeAsync(Password);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();

        await TabAsync(page);
        await page.Keyboard.PressAsync("Enter");
        (await TabAsync(page)).ShouldBe("q", "past the head, in the filter");
        await TabToAsync(page, "New integration");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByLabel("Name")).ToBeVisibleAsync();
        await TabToAsync(page, "name");
        await page.Keyboard.TypeAsync("Ledger");
        await TabToAsync(page, "all_resources");
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("Saved.")).ToBeVisibleAsync();

        // What has the focus is seen to have it.
        await TabToAsync(page, "Activate");
        (await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle")).ShouldBe("solid");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByLabel("Your password")).ToBeVisibleAsync();
        await TabToAsync(page, "password");
        await page.Keyboard.TypeAsync(Password);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("These values are shown")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Without_script_everything_works_too()
    {
        await using var browser = await Browser.StartAsync();
        using var shop = await StartAsync();
        var page = await browser.OpenAsync(shop.Url, hasScript: false);

        await page.GotoAsync(List + "/new");
        await SignInAsync(page);
        await page.GetByLabel("Name").FillAsync("Ledger");
        await page.GetByLabel("Sales", new() { Exact = true }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Activate" }).ClickAsync();
        await page.GetByLabel("Your password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Activate" }).ClickAsync();
        (await page.GetByLabel("Consumer secret", new() { Exact = true }).InputValueAsync()).Length.ShouldBe(32);
    }

    [Fact]
    public async Task The_third_partys_window_can_not_touch_the_page_and_closes_when_it_comes_back()
    {
        await using var browser = await Browser.StartAsync();
        using var shop = await StartAsync();
        await using var partner = await PartnerAsync();
        var page = await browser.OpenAsync(shop.Url);
        await MakeAsync(page, "Ledger", partner.Urls.First());

        await page.GetByRole(AriaRole.Link, new() { Name = "Activate" }).ClickAsync();
        await page.GetByLabel("Your password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Activate" }).ClickAsync();
        await Assertions.Expect(page).ToHaveTitleAsync("Activating Ledger · Administration");
        await Assertions.Expect(page.GetByText("The credentials were sent to the third party: done")).ToBeVisibleAsync();
        var popup = await page.RunAndWaitForPopupAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Log in at the third party" }).ClickAsync());
        await Assertions.Expect(popup).ToHaveTitleAsync("Ledger");
        (await popup.EvaluateAsync<bool>("window.opener === null")).ShouldBeTrue();
        (await popup.EvaluateAsync<int>("window.innerWidth")).ShouldBe(680);
        var closed = new TaskCompletionSource();
        popup.Close += (_, _) => closed.TrySetResult();
        await popup.GetByRole(AriaRole.Link, new() { Name = "Let the shop in" }).ClickAsync();
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        // It has fetched no tokens, so the page says that it still waits.
        await Assertions.Expect(page.GetByText("This page follows by itself.")).ToBeVisibleAsync();

        // The page notices by itself that somebody else has stopped it.
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync(page.Url.Replace("/exchange", "/deactivate", StringComparison.Ordinal));
        await other.GetByRole(AriaRole.Button, new() { Name = "Deactivate" }).ClickAsync();
        await Assertions.Expect(page.GetByText("No exchange is under way.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Pages_are_readable_wide_and_narrow_light_and_dark()
    {
        await using var browser = await Browser.StartAsync();
        using var shop = await StartAsync();
        await using var partner = await PartnerAsync();
        var first = await browser.OpenAsync(shop.Url);
        await MakeAsync(first, "Ledger", partner.Urls.First());
        await first.GetByRole(AriaRole.Link, new() { Name = "Activate" }).ClickAsync();
        await first.GetByLabel("Your password").FillAsync(Password);
        await first.GetByRole(AriaRole.Button, new() { Name = "Activate" }).ClickAsync();
        await MakeAsync(first, "Parcel service", null);
        await first.GetByRole(AriaRole.Link, new() { Name = "Activate" }).ClickAsync();
        await first.GetByLabel("Your password").FillAsync(Password);
        await first.GetByRole(AriaRole.Button, new() { Name = "Activate" }).ClickAsync();
        await CheckAsync(first, "light", "tokens");

        foreach (var (look, width, isDark) in new[] { ("light", 1180, false), ("dark", 1180, true), ("phone", 320, false) })
        {
            var page = await browser.OpenAsync(shop.Url, width, 760, isDark);
            await page.GotoAsync(List);
            await CheckAsync(page, look, "sign-in");
            await SignInAsync(page);
            // The first one is what the shop's own module declares.
            foreach (var (name, path) in new[] { ("list", ""), ("new", "/new"), ("details", "/3"), ("edit", "/2/edit"), ("activate", "/2/activate"), ("exchange", "/2/exchange"), ("delete", "/2/delete") })
            {
                await page.GotoAsync(List + path);
                await CheckAsync(page, look, name);
            }

            await page.GotoAsync(List + "/new");
            await page.GetByLabel("Name").FillAsync("Ledger");
            await page.GetByLabel("Callback URL").FillAsync("http://example.com/callback");
            await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
            await CheckAsync(page, look, "refused");
        }
    }

    private static async Task CheckAsync(IPage page, string look, string name)
    {
        var (scroll, width) = (await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await page.EvaluateAsync<int>("window.innerWidth"));
        scroll.ShouldBeLessThanOrEqualTo(width, $"{name}, {look}: it scrolls sideways");
        (await page.EvaluateAsync<string[]>(PoorContrast)).ShouldBeEmpty($"{name}, {look}");
        await ShootAsync(page, $"{name}-{look}");
    }

    private static async Task ShootAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_SCREENSHOTS") == "1" && Pictures.Contains(name))
            await page.ScreenshotAsync(new() { Path = Path.Combine(Repository.Root, "docs", "images", $"admin-{name}.png"), FullPage = true });
    }

    private static async Task SignInAsync(IPage page)
    {
        await page.GetByLabel("User name").FillAsync("admin");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();
    }

    private static async Task MakeAsync(IPage page, string name, string? partner)
    {
        await page.GotoAsync(List + "/new");
        if (page.Url.Contains("/login", StringComparison.Ordinal))
            await SignInAsync(page);
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByLabel("E-mail").FillAsync("someone@example.com");
        if (partner is not null)
        {
            await page.GetByLabel("Callback URL").FillAsync(partner + "/callback");
            await page.GetByLabel("Identity link URL").FillAsync(partner + "/login");
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "tick all of Sales", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
    }

    /// <summary>Presses Tab; what has the focus then, by its name or its text.</summary>
    private static async Task<string> TabAsync(IPage page)
    {
        await page.Keyboard.PressAsync("Tab");
        return await page.EvaluateAsync<string>("(document.activeElement.name || document.activeElement.textContent).trim()");
    }

    private static async Task TabToAsync(IPage page, string name)
    {
        for (var presses = 0; presses < 60; presses++)
        {
            if (await TabAsync(page) == name)
                return;
        }

        Assert.Fail($"Tab never comes to '{name}'.");
    }

    /// <summary>A third party that takes its credentials and has a log-in page, but never fetches a token.</summary>
    private static async Task<WebApplication> PartnerAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/callback", () => Results.Ok());
        app.MapGet("/login", (string success_call_back) => Results.Content(
            $"<!DOCTYPE html><title>Ledger</title><link rel=icon href=data:,><a href=\"{System.Net.WebUtility.HtmlEncode(success_call_back)}\">Let the shop in</a>", "text/html"));
        await app.StartAsync();
        return app;
    }

    private static Task<RunningHost> StartAsync()
    {
        var url = "http://127.0.0.1:" + ReadmeTests.FreePort();
        return RunningHost.StartAsync(
            "samples/Shop",
            new(StringComparer.Ordinal) { ["Declarative__Admin__Username"] = "admin", ["Declarative__Admin__Password"] = Password, ["Declarative__Rest__BaseUrl"] = url },
            url);
    }
}
