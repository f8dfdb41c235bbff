using System.Text.RegularExpressions;

namespace Declarative.EndToEnd.Tests.Harness;

/// <summary>The fenced blocks of a document, so that what it shows is what is tested.</summary>
internal static partial class Markdown
{
    public static List<(string Language, string Text)> Blocks(string file) =>
        [.. Fence().Matches(File.ReadAllText(Path.Combine(Repository.Root, file))).Select(match => (match.Groups["language"].Value, match.Groups["text"].Value))];

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fence();
}
