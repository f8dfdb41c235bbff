using Declarative.EndToEnd.Tests.Harness;

namespace Declarative.EndToEnd.Tests;

/// <summary>The Shop, driven as its README says and by a client in another language.</summary>
public sealed class ShopTests
{
    private const string Password = "brew-it-strong";

    [Fact]
    public async Task The_readme_of_the_shop_works_as_typed()
    {
        Tool.Require("curl");
        using var shop = await StartAsync();
        var blocks = Markdown.Blocks("samples/Shop/README.md");

        // The first block is the start, which is done; the rest is one terminal, whose every output is shown.
        var script = new System.Text.StringBuilder();
        foreach (var (language, text) in blocks.Skip(1))
            script.Append(language == "bash" ? text.Replace("http://127.0.0.1:5080", shop.Url, StringComparison.Ordinal) : "echo; echo '=== end'\n");
        var terminal = await Run.ToEndAsync(Repository.Root, "bash", ["-euo", "pipefail", "-c", script.ToString()]);

        terminal.ShouldSucceed();
        var shown = blocks.Where(block => block.Language == "json").Select(block => block.Text.Trim());
        terminal.Output.Split("=== end\n", StringSplitOptions.RemoveEmptyEntries).Select(one => one.Trim()).ShouldBe(shown);

        // What the README says that the shop's own terminal shows.
        foreach (var line in Markdown.Indented("samples/Shop/README.md"))
            await shop.Run.LineAsync(printed => printed.Trim() == line);
    }

    [Fact]
    public async Task Node_drives_the_shop_with_a_bearer_token()
    {
        Tool.Require("node");
        using var shop = await StartAsync();

        var node = await Run.ToEndAsync(Repository.Root, "node", [Repository.Fixture("shop.mjs"), shop.Url, Password]);

        node.ShouldSucceed();
        node.Output.Trim().ShouldBe("ok");
    }

    [Fact]
    public async Task The_shop_says_how_to_make_an_administrator_where_none_is()
    {
        using var shop = await StartAsync(hasAdmin: false);

        (await shop.Run.LineAsync(line => line.Contains("Declarative:Admin:Username", StringComparison.Ordinal))).ShouldContain("Declarative:Admin:Password");
    }

    private static async Task<RunningHost> StartAsync(bool hasAdmin = true)
    {
        var url = "http://127.0.0.1:" + ReadmeTests.FreePort();
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["Declarative__Destinations__default__Url"] = url + "/inbox" };
        if (hasAdmin)
        {
            settings["Declarative__Admin__Username"] = "admin";
            settings["Declarative__Admin__Password"] = Password;
        }

        return await RunningHost.StartAsync("samples/Shop", settings, url);
    }
}
