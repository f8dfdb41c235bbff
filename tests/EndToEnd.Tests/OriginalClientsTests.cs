using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Declarative.EndToEnd.Tests.Harness;

namespace Declarative.EndToEnd.Tests;

/// <summary>
/// The calls that the original systems' documents show, as somebody types them from there, against the Shop: the host and the token are
/// put in, nothing else is changed. Answers are compared value by value.
/// </summary>
public sealed class OriginalClientsTests
{
    private const string Password = "brew-it-strong";

    /// <summary>Under the names that the examples show.</summary>
    private static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        ["Declarative__Admin__Username"] = "admin",
        ["Declarative__Admin__Password"] = Password,
        ["Declarative__Eventing__ProviderId"] = "ad667bc6-1678-49ff-99fc-215d71ebf82f",
        ["Declarative__Eventing__InstanceId"] = "my_instance",
        ["Declarative__Eventing__Label"] = "my_provider",
        ["Declarative__Eventing__Description"] = "Provides out-of-process extensibility for Adobe Commerce",
    };

    [Fact]
    public async Task The_calls_of_the_eventing_document_work_as_typed()
    {
        Tool.Require("curl");
        using var shop = await RunningHost.StartAsync("samples/Shop", new(Settings, StringComparer.Ordinal));
        using var client = await SignInAsync(shop);

        // What the examples take as given: two providers besides, so that the next has the row 3, and the default one's workspace;
        // and no other subscription in the list.
        foreach (var id in new[] { "one", "two" })
            await SendAsync(client, "POST", "/V1/eventing/eventProvider", $$$"""{"eventProvider":{"provider_id":"{{{id}}}","instance_id":"i"}}""");
        await SendAsync(client, "PUT", "/V1/eventing/updateConfiguration", """{"config":{"workspace_configuration":"{\"project\":{\"workspace\":{\"details\":{\"credentials\":[]}}}}"}}""");

        foreach (var block in (await File.ReadAllTextAsync(Repository.Fixture("eventing.txt"), TestContext.Current.CancellationToken)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = block.Split("\n=> ");
            var command = parts[0]
                .Replace("<ADOBE_COMMERCE_URL>", shop.Url, StringComparison.Ordinal)
                .Replace("<AUTH_TOKEN>", client.DefaultRequestHeaders.Authorization!.Parameter, StringComparison.Ordinal)
                .Replace("<TOKEN>", client.DefaultRequestHeaders.Authorization.Parameter, StringComparison.Ordinal);
            var curl = await Run.ToEndAsync(Repository.Root, "bash", ["-c", command.Replace("curl ", "curl -s -w '\\n%{http_code}' ", StringComparison.Ordinal)]);

            var lines = curl.ShouldSucceed().Output.Trim().Split('\n');
            var expected = parts[1].Trim().Split(' ', 2);
            lines[^1].ShouldBe(expected[0], curl.Output);
            if (expected.Length == 2)
                Comparable(lines[^2]).ShouldBe(Comparable(expected[1]), command);
        }
    }

    [Fact]
    public async Task The_body_of_the_async_events_document_makes_a_subscription()
    {
        using var shop = await RunningHost.StartAsync("samples/Shop", new(Settings, StringComparer.Ordinal));
        using var client = await SignInAsync(shop);

        var made = await SendAsync(client, "POST", "/V1/async_event", """
            {
            "asyncEvent": {
            "event_name": "sales.order.created",
            "recipient_url": "https://example.com/order_created",
            "verification_token": "fv38u07Wdh$R@mRd",
            "metadata": "http"
            }
            }
            """);

        made["event_name"]!.GetValue<string>().ShouldBe("sales.order.created");
        made["recipient_url"]!.GetValue<string>().ShouldBe("https://example.com/order_created");
        made["status"]!.GetValue<bool>().ShouldBeTrue();
        made.AsObject().Select(static one => one.Key).ShouldBe(["subscription_id", "event_name", "recipient_url", "status", "subscribed_at", "store_id"]);
    }

    /// <summary>Subscriptions that the Shop declares are not in the examples; the other two providers aren't either.</summary>
    private static string Comparable(string json)
    {
        var node = JsonNode.Parse(json);
        if (node is JsonArray list)
        {
            for (var i = list.Count - 1; i >= 0; i--)
            {
                if (list[i]?["name"]?.GetValue<string>() is { } name && !name.Contains("catalog_category", StringComparison.Ordinal) || list[i]?["provider_id"]?.GetValue<string>() is "one" or "two")
                    list.RemoveAt(i);
            }
        }

        return node!.ToJsonString();
    }

    private static async Task<HttpClient> SignInAsync(RunningHost shop)
    {
        var client = new HttpClient { BaseAddress = new Uri(shop.Url + "/rest/all/") };
        var token = await SendAsync(client, "POST", "/V1/integration/admin/token", string.Create(CultureInfo.InvariantCulture, $$"""{"username":"admin","password":"{{Password}}"}"""));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetValue<string>());
        return client;
    }

    private static async Task<JsonNode> SendAsync(HttpClient client, string method, string path, string json)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path.TrimStart('/')) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        using var response = await client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(200, body);
        return JsonNode.Parse(body)!;
    }
}
