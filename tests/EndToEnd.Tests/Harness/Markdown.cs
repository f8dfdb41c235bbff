using System.Text.RegularExpressions;

namespace Declarative.EndToEnd.Tests.Harness;

/// <summary>The fenced blocks of a document, so that what it shows is what is tested.</summary>
internal static partial class Markdown
{
    public static List<(string Language, string Text)> Blocks(string file) =>
        [.. Fence().Matches(File.ReadAllText(Path.Combine(Repository.Root, file))).Select(match => (match.Groups["language"].Value, match.Groups["text"].Value))];

    /// <summary>As above, of one section.</summary>
    public static List<(string Language, string Text)> Blocks(string file, string heading)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, file));
        var section = text.Split("\n## ").Single(part => part.StartsWith(heading + "\n", StringComparison.Ordinal));
        return [.. Fence().Matches(section).Select(match => (match.Groups["language"].Value, match.Groups["text"].Value))];
    }

    /// <summary>The lines that stand as code by their indentation: what another terminal shows.</summary>
    public static IEnumerable<string> Indented(string file) =>
        File.ReadLines(Path.Combine(Repository.Root, file)).Where(static line => line.StartsWith("    ", StringComparison.Ordinal)).Select(static line => line.Trim());

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fence();
}
