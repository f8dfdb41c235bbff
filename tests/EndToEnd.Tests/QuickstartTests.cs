using System.Text.RegularExpressions;
using Declarative.EndToEnd.Tests.Harness;

namespace Declarative.EndToEnd.Tests;

/// <summary>The README's first command does the main job on real input and says so.</summary>
public sealed partial class QuickstartTests
{
    [Fact]
    public async Task The_quickstart_publishes_delivers_retries_and_dead_letters()
    {
        var run = await Run.DotnetAsync(Repository.Root, $"run --project samples/Quickstart -c {Repository.Configuration} --no-build");

        run.ShouldSucceed();
        run.Output.ShouldContain("Everything went as it should.");
        run.Output.ShouldContain("both signatures verified on 9 of 9 requests");
        Line().Matches(run.Output).Count(line => line.Value.Contains("publish ", StringComparison.Ordinal)).ShouldBe(4);
        run.Output.ShouldNotContain("\u001b[", Case.Sensitive, "colours belong to terminals only");
    }

    [GeneratedRegex("^ *[0-9.]+ s .*$", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();
}
