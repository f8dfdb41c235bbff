using System.Collections.Concurrent;
using Declarative.EndToEnd.Tests.Harness;
using Declarative.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Declarative.EndToEnd.Tests;

/// <summary><c>docs/start.md</c> as it stands there, from packages alone, but for the ports.</summary>
[Collection(nameof(UsesFeed))]
public sealed class StartTests(Feed feed)
{
    [Fact]
    public async Task From_packages_alone()
    {
        using var scratch = new Scratch();
        var received = new ConcurrentQueue<string>();
        await using var receiver = await ReceiverAsync(received);
        var blocks = Markdown.Blocks("docs/start.md");
        var port = ReadmeTests.FreePort();
        string Here(string text) => text.Replace("http://127.0.0.1:5080", "http://127.0.0.1:" + port, StringComparison.Ordinal).Replace("http://127.0.0.1:5090", receiver.Urls.Single(), StringComparison.Ordinal);

        scratch.Write("nuget.config", feed.NugetConfig);
        (await TypeAsync(scratch.Path, blocks[0].Text.Replace("-o thermometer", "-o thermometer --no-restore", StringComparison.Ordinal))).ShouldSucceed();
        scratch.Write("thermometer/etc/async_events.xml", blocks[1].Text);
        scratch.Write("thermometer/Program.cs", blocks[2].Text);

        using var app = Run.Start(scratch["thermometer"], "bash", ["-euo", "pipefail", "-c", Here(blocks[3].Text).Replace("dotnet run", "exec dotnet run", StringComparison.Ordinal)], feed.Environment);
        await app.LineAsync(line => line.Contains("Application started", StringComparison.Ordinal));
        app.Output.ShouldNotContain("warning");

        (await TypeAsync(scratch.Path, Here(blocks[4].Text))).ShouldSucceed();
        await Eventually.True(() => !received.IsEmpty);
        received.ShouldBe(["""{"data":{"degrees":21.5}}"""]);

        // The token is exported in the block before.
        var told = (await TypeAsync(scratch.Path, Here(blocks[4].Text.Split('\n')[0] + "\n" + blocks[5].Text))).ShouldSucceed();
        told.Output.ShouldContain("\"event_name\":\"temperature.measured\"");
    }

    private Task<Run> TypeAsync(string folder, string commands) => Run.ToEndAsync(folder, "bash", ["-euo", "pipefail", "-c", commands], feed.Environment);

    private static async Task<WebApplication> ReceiverAsync(ConcurrentQueue<string> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            received.Enqueue(await reader.ReadToEndAsync());
        });
        await app.StartAsync();
        return app;
    }
}
