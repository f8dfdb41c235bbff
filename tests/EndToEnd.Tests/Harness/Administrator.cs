using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Playwright;

namespace Declarative.EndToEnd.Tests.Harness;

/// <summary>The Shop's administrator, in the browser and over REST.</summary>
internal static class Administrator
{
    public const string Password = "brew-it-strong";

    /// <summary>Starts the Shop with this administrator; deliveries are given up after one retry at once.</summary>
    public static Task<RunningHost> StartShopAsync()
    {
        var url = "http://127.0.0.1:" + ReadmeTests.FreePort();
        return RunningHost.StartAsync(
            "samples/Shop",
            new(StringComparer.Ordinal)
            {
                ["Declarative__Admin__Username"] = "admin",
                ["Declarative__Admin__Password"] = Password,
                ["Declarative__Rest__BaseUrl"] = url,
                ["Declarative__Delivery__DefaultRetry"] = "0",
                ["Declarative__Destinations__default__Url"] = url + "/inbox",
            },
            url);
    }

    /// <summary>Opens a page and signs in on the way.</summary>
    public static async Task SignInAsync(IPage page, string path)
    {
        await page.GotoAsync(path);
        await page.GetByLabel("User name").FillAsync("admin");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();
    }

    /// <summary>A client that holds an administrator's token.</summary>
    public static async Task<HttpClient> ClientAsync(string shop)
    {
        var http = new HttpClient { BaseAddress = new Uri(shop + "/rest/V1/") };
        var token = await OkAsync<string>(await http.PostAsJsonAsync("integration/admin/token", new { username = "admin", password = Password }));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    /// <summary>A customer orders a teapot.</summary>
    public static async Task OrderAsync(string shop, string email)
    {
        using var http = new HttpClient { BaseAddress = new Uri(shop + "/rest/V1/") };
        await OkAsync<object>(await http.PostAsJsonAsync("customers", new { customer = new { email, firstName = "Ada", lastName = "Lovelace" }, password = "difference engine" }));
        var token = await OkAsync<string>(await http.PostAsJsonAsync("integration/customer/token", new { username = email, password = "difference engine" }));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await OkAsync<object>(await http.PostAsJsonAsync("orders/mine", new { lines = new[] { new { sku = "teapot" } } }));
    }

    private static async Task<T> OkAsync<T>(HttpResponseMessage response)
    {
        using (response)
        {
            response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
            return (await response.Content.ReadFromJsonAsync<T>())!;
        }
    }
}
