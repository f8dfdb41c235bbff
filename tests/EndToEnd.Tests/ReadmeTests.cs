using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Declarative.EndToEnd.Tests.Harness;

namespace Declarative.EndToEnd.Tests;

/// <summary>The README's five minutes, typed as they stand there, but for the free port and a package cache of its own.</summary>
[Collection(nameof(UsesFeed))]
public sealed partial class ReadmeTests(Feed feed)
{
    [Fact]
    public async Task From_XML_to_a_delivered_event()
    {
        using var scratch = new Scratch();
        var blocks = Markdown.Blocks("README.md");
        var port = FreePort();

        // The first block packs and makes the project beside the repository; the packages are made already, elsewhere.
        var setUp = blocks[0].Text
            .Replace("dotnet pack -o artifacts/packages", $"mkdir -p work artifacts && ln -s {feed.Packages} artifacts/packages && cd work && ln -s ../artifacts artifacts", StringComparison.Ordinal);
        (await Run.ToEndAsync(scratch.Path, "bash", ["-euo", "pipefail", "-c", setUp], feed.Environment)).ShouldSucceed();
        scratch.Write("hello/etc/async_events.xml", blocks[1].Text);
        scratch.Write("hello/Program.cs", blocks[2].Text);
        var hello = scratch["hello"];

        var start = blocks[3].Text.Trim().Replace("5080", port, StringComparison.Ordinal);
        using (var app = Run.Start(hello, "bash", ["-c", "exec " + start], feed.Environment))
        {
            await app.LineAsync(line => line.Contains("Application started", StringComparison.Ordinal));
            app.Output.ShouldNotContain("warning");
            using var client = new HttpClient();
            var url = Url().Match(blocks[4].Text).Value.Replace("5080", port, StringComparison.Ordinal);
            (await client.PostAsync(url, null, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await app.LineAsync(line => line.StartsWith("greeting.said", StringComparison.Ordinal))).ShouldBe(blocks[5].Text.Trim());
        }

        scratch.Write("hello/etc/async_events.xml", blocks[1].Text.Replace("class=\"IGreetings\"", "class=\"IGreeting\"", StringComparison.Ordinal));
        var mistyped = await Run.DotnetAsync(hello, "build --no-restore", feed.Environment);
        mistyped.ExitCode.ShouldNotBe(0);
        mistyped.Output.ShouldContain(blocks[6].Text.Trim());
        Error().Matches(mistyped.Output).Select(match => match.Value).Distinct(StringComparer.Ordinal).ShouldBe(["error DCL0013"]);
    }

    internal static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("http://\\S+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Url();

    [GeneratedRegex("error [A-Z]+[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Error();
}
