using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Declarative.EndToEnd.Tests.Harness;
using Declarative.Tests.Servers;

namespace Declarative.EndToEnd.Tests;

/// <summary>The Shop and BackOffice, two processes, export to a collector because the environment names one.</summary>
public sealed class TelemetryTests
{
    private const string Password = "brew-it-strong";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_trace_goes_from_the_publish_over_http_into_the_handler_and_back()
    {
        using var collector = new OtlpCollector();
        var (shopUrl, officeUrl) = ("http://127.0.0.1:" + ReadmeTests.FreePort(), "http://127.0.0.1:" + ReadmeTests.FreePort());
        var settings = collector.Settings;
        settings["Declarative__Admin__Username"] = "admin";
        settings["Declarative__Admin__Password"] = Password;
        settings["Declarative__Rest__BaseUrl"] = shopUrl;
        settings["Declarative__Integrations__BackOffice__EndpointUrl"] = officeUrl + "/integration/callback";
        settings["Declarative__Integrations__BackOffice__IdentityLinkUrl"] = officeUrl + "/integration/login";
        using var shop = await RunningHost.StartAsync("samples/Shop", settings, shopUrl);
        settings = collector.Settings;
        settings["Declarative__Commerce__BaseUrl"] = shopUrl;
        using var office = await RunningHost.StartAsync("samples/BackOffice", settings, officeUrl);
        using var http = new HttpClient { BaseAddress = new Uri(shopUrl + "/rest/V1/") };
        await LinkAsync(http, officeUrl);
        await PostAsync(http, "async_event", new { asyncEvent = new { event_name = "catalog.product.saved", recipient_url = officeUrl + "/consumers/product", verification_token = "shop-to-backoffice-in-this-sample", metadata = "http" } });

        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        using var change = new HttpRequestMessage(HttpMethod.Put, "products/teapot") { Content = JsonContent.Create(new { product = new { name = "Teapot", price = 29.90m } }) };
        change.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
        (await http.SendAsync(change, Cancellation)).EnsureSuccessStatusCode();

        // The Shop tells BackOffice, whose handler writes the product back, of which the Shop tells again.
        string[] expected =
        [
            "Shop send catalog.product.saved",
            "Shop deliver catalog.product.saved",
            "BackOffice process catalog.product.saved",
            "Shop send catalog.product.saved",
            "Shop deliver catalog.product.saved",
            "BackOffice process catalog.product.saved",
        ];
        List<ExportedSpan> spans = [];
        await Eventually.True(() =>
        {
            spans = [.. collector.Spans.Where(static one => one.Trace == Trace)];
            return Longest(spans).SequenceEqual(expected, StringComparer.Ordinal);
        });
        spans.ShouldContain(static one => one.Service == "Shop" && one.Name == "process catalog.product.saved");

        string[] measured =
        [
            "Shop messaging.client.sent.messages",
            "Shop messaging.client.operation.duration",
            "Shop messaging.client.consumed.messages",
            "Shop messaging.process.duration",
            "Shop async_events.delivery.attempts",
            "Shop async_events.delivery.queue.depth",
            "BackOffice async_events.consumer.events",
            "BackOffice async_events.consumer.duration",
        ];
        await Eventually.True(() => measured.Except(collector.Metrics, StringComparer.Ordinal).Any() == false);
        await Eventually.True(() => collector.Logs.Distinct(StringComparer.Ordinal).Count() == 2);
    }

    [Fact]
    public async Task Both_samples_tell_that_they_live_and_are_ready()
    {
        foreach (var project in (string[])["samples/Shop", "samples/BackOffice"])
        {
            using var host = await RunningHost.StartAsync(project, new(StringComparer.Ordinal));
            using var http = new HttpClient { BaseAddress = new Uri(host.Url) };
            (await http.GetStringAsync("/health/live", Cancellation)).ShouldBe("Healthy");
            (await http.GetStringAsync("/health/ready", Cancellation)).ShouldBe("Healthy");
        }
    }

    /// <summary>The longest way from a span back to the trace's beginning: what of it is about the event.</summary>
    private static List<string> Longest(List<ExportedSpan> spans)
    {
        var byId = spans.DistinctBy(static one => one.Id, StringComparer.Ordinal).ToDictionary(static one => one.Id, StringComparer.Ordinal);
        return spans.Select(last =>
        {
            var way = new List<string>();
            for (var one = last; one is not null; one = byId.GetValueOrDefault(one.Parent))
                way.Add($"{one.Service} {one.Name}");
            way.Reverse();
            return way.FindAll(static step => step.EndsWith(" catalog.product.saved", StringComparison.Ordinal));
        }).MaxBy(static way => way.Count) ?? [];
    }

    /// <summary>As BackOffice's README does it by hand.</summary>
    private static async Task LinkAsync(HttpClient http, string officeUrl)
    {
        var token = await PostAsync(http, "integration/admin/token", new { username = "admin", password = Password });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetString());
        var link = (await PostAsync(http, "integrations/1/activate", new { })).GetProperty("identity_link_url").GetString();
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var login = new FormUrlEncodedContent([KeyValuePair.Create("user", "clerk"), KeyValuePair.Create("password", "for-this-sample-only")]);
        using var back = await browser.PostAsync(link, login, Cancellation);
        await Eventually.True(async () => (await browser.GetStringAsync(officeUrl, Cancellation)).Contains("is linked", StringComparison.Ordinal));
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, object body)
    {
        using var response = await http.PostAsJsonAsync(path, body, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonDocument.Parse(text).RootElement;
    }
}
