using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Declarative.EndToEnd.Tests.Harness;

namespace Declarative.EndToEnd.Tests;

/// <summary>What the Shop's own customers must not allow: the sample is what hosts copy.</summary>
public sealed class ShopCustomersTests
{
    private const string Password = "difference engine";

    [Fact]
    public async Task After_a_restart_an_old_token_speaks_for_nobody()
    {
        using var scratch = new Scratch();
        string token;
        using (var shop = await RunningShop.StartAsync(scratch))
        {
            (await shop.RegisterAsync("ada@example.com")).ShouldBe(1);
            token = await shop.TokenAsync("ada@example.com");
            (await shop.SendAsync(HttpMethod.Get, "customers/me", token)).ShouldBe(HttpStatusCode.OK);
        }

        using var next = await RunningShop.StartAsync(scratch);
        (await next.RegisterAsync("bob@example.com")).ShouldBe(1);

        (await next.SendAsync(HttpMethod.Get, "customers/me", token)).ShouldBe(HttpStatusCode.Unauthorized);
        (await next.SendAsync(HttpMethod.Get, "customers/me", await next.TokenAsync("bob@example.com"))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Nobody_takes_the_email_address_of_another()
    {
        using var scratch = new Scratch();
        using var shop = await RunningShop.StartAsync(scratch);
        await shop.RegisterAsync("ada@example.com");
        await shop.RegisterAsync("bob@example.com");
        var token = await shop.TokenAsync("bob@example.com");

        foreach (var (email, expected) in new[] { ("ADA@example.com", HttpStatusCode.BadRequest), ("Bob@example.com", HttpStatusCode.OK), ("eve@example.com", HttpStatusCode.OK) })
        {
            var customer = new { email, firstName = "Bob", lastName = "B" };
            (await shop.SendAsync(HttpMethod.Put, "customers/me", token, new { customer })).ShouldBe(expected, email);
        }

        await shop.TokenAsync("ada@example.com");
        await shop.TokenAsync("eve@example.com");
    }

    [Fact]
    public async Task An_unknown_email_address_costs_as_much_as_a_wrong_password()
    {
        using var scratch = new Scratch();
        using var shop = await RunningShop.StartAsync(scratch);
        await shop.RegisterAsync("ada@example.com");
        var (wrong, unknown) = (TimeSpan.MaxValue, TimeSpan.MaxValue);

        // The shortest of some, since other work only makes them longer; of more, if it kept all of one kind long.
        for (var i = 0; i < 4 || (i < 20 && unknown <= wrong / 2); i++)
        {
            wrong = Shorter(wrong, await shop.TimeOfRefusalAsync("ada@example.com"));
            unknown = Shorter(unknown, await shop.TimeOfRefusalAsync("nobody@example.com"));
        }

        unknown.ShouldBeGreaterThan(wrong / 2);

        static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
    }

    /// <summary>The Shop on a database that outlives it.</summary>
    private sealed class RunningShop : IDisposable
    {
        private readonly Run _run;
        private readonly HttpClient _client;

        private RunningShop(Run run, string url)
        {
            _run = run;
            _client = new HttpClient { BaseAddress = new Uri(url + "/rest/V1/") };
        }

        public static async Task<RunningShop> StartAsync(Scratch scratch)
        {
            var url = "http://127.0.0.1:" + ReadmeTests.FreePort();
            var settings = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["ConnectionStrings__Declarative"] = $"Data Source={scratch["shop.db"]}",
                ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information",
            };
            var run = Run.Start(Repository.Root, "dotnet", ["run", "--project", "samples/Shop", "-c", Repository.Configuration, "--no-build", "--urls", url], settings);
            var shop = new RunningShop(run, url);
            try
            {
                await run.LineAsync(line => line.Contains("Application started", StringComparison.Ordinal));
                return shop;
            }
            catch
            {
                shop.Dispose();
                throw;
            }
        }

        public async Task<int> RegisterAsync(string email)
        {
            using var response = await _client.PostAsJsonAsync("customers", new { customer = new { email, firstName = "A", lastName = "B" }, password = Password });
            response.EnsureSuccessStatusCode();
            return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetInt32();
        }

        public async Task<string> TokenAsync(string email)
        {
            using var response = await _client.PostAsJsonAsync("integration/customer/token", new { username = email, password = Password });
            response.EnsureSuccessStatusCode();
            return (await response.Content.ReadFromJsonAsync<string>())!;
        }

        public async Task<HttpStatusCode> SendAsync(HttpMethod method, string path, string token, object? body = null)
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await _client.SendAsync(request);
            return response.StatusCode;
        }

        public async Task<TimeSpan> TimeOfRefusalAsync(string email)
        {
            var started = Stopwatch.GetTimestamp();
            using var response = await _client.PostAsJsonAsync("integration/customer/token", new { username = email, password = "wrong password" });
            response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            return Stopwatch.GetElapsedTime(started);
        }

        public void Dispose()
        {
            _client.Dispose();
            _run.Dispose();
        }
    }
}
