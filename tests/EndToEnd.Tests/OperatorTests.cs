using Declarative.EndToEnd.Tests.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Declarative.EndToEnd.Tests;

/// <summary>An operator of the Shop, in a real browser. <c>UPDATE_SCREENSHOTS=1</c> renews the pictures in docs/images.</summary>
public sealed class OperatorTests
{
    /// <summary>What docs/admin.md shows.</summary>
    private static readonly string[] Pictures =
        ["overview-light", "overview-dark", "overview-phone", "deliveries-light", "trace-light", "trace-dark", "dead-letters-light", "subscriptions-light", "subscription-light", "permissions-light", "audit-light"];

    /// <summary>Where everything that tests need is installed, a test that can't run is a failure.</summary>
    private static bool IsRequired => Environment.GetEnvironmentVariable("CI") == "true";

    [Fact]
    public async Task What_a_broken_receiver_leaves_is_noticed_found_mended_and_sent_again()
    {
        await using var browser = await Browser.StartAsync();
        using var shop = await Administrator.StartShopAsync();
        await using var receiver = await FlakyReceiver.StartAsync();
        var page = await browser.OpenAsync(shop.Url);
        await Administrator.SignInAsync(page, "/admin");
        await Assertions.Expect(page).ToHaveURLAsync(shop.Url + "/admin/overview");
        await Assertions.Expect(page.GetByText("Events flow.")).ToBeVisibleAsync();

        // Somebody subscribes, and their receiver is broken.
        await page.GetByRole(AriaRole.Link, new() { Name = "Subscriptions" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "New subscription" }).ClickAsync();
        await page.GetByLabel("Event").FillAsync("sales.order.created");
        await page.GetByLabel("Receiver").FillAsync(receiver.Url + "/orders");
        await page.GetByLabel("Verification token").FillAsync("known to both");
        await page.GetByRole(AriaRole.Button, new() { Name = "Subscribe" }).ClickAsync();
        await Assertions.Expect(page.GetByText("It is subscribed.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send a test delivery" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Test delivery: not accepted")).ToBeVisibleAsync();

        // The overview, open meanwhile, says so by itself.
        await page.GetByRole(AriaRole.Link, new() { Name = "Overview" }).ClickAsync();
        await Administrator.OrderAsync(shop.Url, "ada@example.com");
        await Assertions.Expect(page.GetByText("Not everything flows")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await page.GetByRole(AriaRole.Link, new() { Name = "1 dead letter" }).ClickAsync();
        await page.GetByRole(AriaRole.Row).Nth(1).GetByRole(AriaRole.Link).ClickAsync();

        // What the receiver answered is shown, and stays text.
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Dead Lettered with 1 retry" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("<script>document.title = 'stolen'</script>").First).ToBeVisibleAsync();
        (await page.EvaluateAsync<bool>("document.title === 'stolen'")).ShouldBeFalse();

        // It is mended, sent again, and all is well.
        receiver.IsBroken = false;
        await page.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await Assertions.Expect(page.GetByText("It is sent again.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Overview" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Events flow.")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        receiver.Accepted.ShouldBe(1);
        await page.GetByRole(AriaRole.Link, new() { Name = "Audit" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "delivery.replay" })).ToContainTextAsync("admin");
    }

    [Fact]
    public async Task Dead_letters_are_discarded_by_keyboard_alone_and_without_script()
    {
        await using var browser = await Browser.StartAsync();
        using var shop = await Administrator.StartShopAsync();
        await using var receiver = await FlakyReceiver.StartAsync();
        await DeadLettersAsync(shop.Url, receiver.Url, 1);
        var page = await browser.OpenAsync(shop.Url, hasScript: false);
        await Administrator.SignInAsync(page, "/admin/dead-letters");

        var box = page.GetByRole(AriaRole.Checkbox).First;
        await box.FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard the ticked…" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByLabel("Reason").FocusAsync();
        await page.Keyboard.TypeAsync("a test order");
        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page.GetByText("They are discarded.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("There is no dead letter.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Pages_are_accessible_and_fit_wide_and_narrow_light_and_dark()
    {
        await using var browser = await Browser.StartAsync();
        var axe = await Axe.LoadAsync(IsRequired);
        using var shop = await Administrator.StartShopAsync();
        await using var receiver = await FlakyReceiver.StartAsync();
        var dead = await DeadLettersAsync(shop.Url, receiver.Url, 3);
        var faults = new List<string>();

        foreach (var (look, width, isDark) in new[] { ("light", 1180, false), ("dark", 1180, true), ("phone", 320, false) })
        {
            var page = await browser.OpenAsync(shop.Url, width, 760, isDark);
            await Administrator.SignInAsync(page, "/admin/overview");
            foreach (var (name, path) in new[]
            {
                ("overview", "/overview"), ("deliveries", "/deliveries"), ("trace", $"/deliveries/{dead}"), ("dead-letters", "/dead-letters"), ("replays", "/replays"),
                ("subscriptions", "/subscriptions"), ("subscription", "/subscriptions/2"), ("new-subscription", "/subscriptions/new"), ("delete-subscription", "/subscriptions/2/delete"),
                ("providers", "/providers"), ("new-provider", "/providers/new"), ("events", "/events"), ("event", "/events/sales.order.created"), ("permissions", "/permissions"),
                ("audit", "/audit"), ("erase", "/erase"), ("integrations", "/integrations"), ("new-integration", "/integrations/new"),
            })
            {
                await page.GotoAsync("/admin" + path);
                var (scroll, inner) = (await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await page.EvaluateAsync<int>("window.innerWidth"));
                if (scroll > inner)
                    faults.Add($"{name}, {look}: it scrolls sideways, {scroll} of {inner}");
                faults.AddRange((await Axe.ViolationsAsync(page, axe)).Select(one => $"{name}, {look}: {one}"));
                if (Environment.GetEnvironmentVariable("UPDATE_SCREENSHOTS") == "1" && Pictures.Contains($"{name}-{look}"))
                    await page.ScreenshotAsync(new() { Path = Path.Combine(Repository.Root, "docs", "images", $"admin-{name}-{look}.png"), FullPage = true });
            }
        }

        faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_other_page_does_what_it_is_for()
    {
        await using var browser = await Browser.StartAsync();
        using var shop = await Administrator.StartShopAsync();
        await using var receiver = await FlakyReceiver.StartAsync();
        await DeadLettersAsync(shop.Url, receiver.Url, 2);
        var page = await browser.OpenAsync(shop.Url);
        await Administrator.SignInAsync(page, "/admin/deliveries");

        // Found by a filter and a search, and taken away.
        await page.GetByLabel("State").SelectOptionAsync("Dead letter");
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Search" }).FillAsync("sales.* AND success:false");
        await page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "All of these as CSV" }).ClickAsync());
        (await File.ReadAllLinesAsync((await download.PathAsync())!, TestContext.Current.CancellationToken)).Length.ShouldBe(3);

        // All at once in the background, with its progress.
        receiver.IsBroken = false;
        await page.GetByRole(AriaRole.Link, new() { Name = "Dead letters" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "in the background" }).ClickAsync();
        await Assertions.Expect(page.GetByText("All that it was asked for is made due again.")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(page.GetByText("2 deliveries")).ToBeVisibleAsync();

        // Many subscriptions off and on.
        await page.GetByRole(AriaRole.Link, new() { Name = "Subscriptions" }).ClickAsync();
        await page.GetByRole(AriaRole.Checkbox).First.CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Disable the ticked" }).ClickAsync();
        await Assertions.Expect(page.GetByText("They are disabled")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Checkbox).First.CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Enable the ticked" }).ClickAsync();
        await Assertions.Expect(page.GetByText("They are enabled")).ToBeVisibleAsync();

        // A provider is made and deleted.
        await page.GetByRole(AriaRole.Link, new() { Name = "Providers" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "New provider" }).ClickAsync();
        await page.GetByLabel("Provider id").FillAsync("back-office");
        await page.GetByLabel("Instance id").FillAsync("one");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Delete… back-office" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Assertions.Expect(page.GetByText("The provider is deleted.")).ToBeVisibleAsync();

        // What an event holds, one level and all.
        await page.GetByRole(AriaRole.Link, new() { Name = "Events", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "sales.order.created" }).ClickAsync();
        await page.GetByLabel("Levels").FillAsync("1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Assertions.Expect(page.Locator(".tree").GetByText("increment_id")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".tree").GetByText("sku")).ToHaveCountAsync(0);

        // Who holds what; and data is erased, of which the audit log keeps that it was.
        await page.GetByRole(AriaRole.Link, new() { Name = "Permissions" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Shop_Sales::orders")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Audit" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Erase data" }).ClickAsync();
        await page.GetByLabel("Field").FillAsync("customer_email");
        await page.GetByLabel("Value").FillAsync("ada0@example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Erase…" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Erase" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Erased: ")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Audit" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "data.erase" })).ToContainTextAsync("customer_email");
    }

    /// <summary>Subscribes a receiver that is broken, and makes so many dead letters; the uuid of one.</summary>
    private static async Task<string> DeadLettersAsync(string shop, string receiver, int count)
    {
        using var http = await Administrator.ClientAsync(shop);
        using var made = await http.PostAsync("async_event", new StringContent(
            $$$"""{"asyncEvent":{"event_name":"sales.order.created","recipient_url":"{{{receiver}}}/orders","verification_token":"known to both"}}""", null, "application/json"));
        made.IsSuccessStatusCode.ShouldBeTrue(await made.Content.ReadAsStringAsync());
        for (var i = 0; i < count; i++)
            await Administrator.OrderAsync(shop, $"ada{i}@example.com");
        System.Text.Json.JsonElement items = default;
        await Declarative.Tests.Servers.Eventually.True(async () =>
        {
            using var listed = System.Text.Json.JsonDocument.Parse(await http.GetStringAsync("async_events/deliveries?state=dead"));
            items = listed.RootElement.GetProperty("items").Clone();
            return items.GetArrayLength() == count;
        });
        return items[0].GetProperty("uuid").GetString()!;
    }

    private sealed class FlakyReceiver : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private int _accepted;

        private FlakyReceiver(WebApplication app) => _app = app;

        public bool IsBroken { get; set; } = true;

        public int Accepted => _accepted;

        public string Url => _app.Urls.First();

        public static async Task<FlakyReceiver> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var receiver = new FlakyReceiver(builder.Build());
            receiver._app.MapPost("/orders", receiver.TakeAsync);
            await receiver._app.StartAsync();
            return receiver;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private async Task TakeAsync(HttpContext context)
        {
            if (!IsBroken)
            {
                Interlocked.Increment(ref _accepted);
                return;
            }

            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await context.Response.WriteAsync("<script>document.title = 'stolen'</script>");
        }
    }
}
