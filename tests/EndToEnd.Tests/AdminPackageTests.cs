using System.Net;
using System.Text.RegularExpressions;
using Declarative.EndToEnd.Tests.Harness;

namespace Declarative.EndToEnd.Tests;

/// <summary>The package with the pages, in a project that has nothing else.</summary>
[Collection(nameof(UsesFeed))]
public sealed partial class AdminPackageTests(Feed feed)
{
    [Fact]
    public async Task Two_lines_add_the_pages_with_their_style_and_script()
    {
        using var scratch = new Scratch();
        feed.WriteApp(scratch, "Declarative.Sqlite", "Declarative.Admin");
        scratch.Write("app/Program.cs", """
            var builder = WebApplication.CreateBuilder(args);
            builder.AddDeclarative(declarative => declarative.UseSqlite("Data Source=app.db").UseAdmin());
            var app = builder.Build();
            app.MapDeclarative();
            app.MapDeclarativeAdmin();
            app.Run();
            """);
        var url = "http://127.0.0.1:" + ReadmeTests.FreePort();

        using var app = Run.Start(scratch["app"], "dotnet", ["run", "--urls", url], feed.Environment);
        await app.LineAsync(line => line.Contains("Application started", StringComparison.Ordinal));
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        var page = await client.GetStringAsync("/admin", TestContext.Current.CancellationToken);
        page.ShouldContain("<title>Sign in · Administration</title>");
        var assets = Asset().Matches(page);
        assets.Count.ShouldBe(2);
        foreach (Match asset in assets)
            (await client.GetAsync(asset.Value, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [GeneratedRegex("/admin/assets/[a-z0-9.]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Asset();
}
