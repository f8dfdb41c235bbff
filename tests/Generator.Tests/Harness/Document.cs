using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Declarative.Generator.Tests.Harness;

/// <summary>A fenced block of a document.</summary>
/// <param name="Page">The document, from the repository's root.</param>
/// <param name="Section">The heading that it stands under.</param>
/// <param name="Line">The line of its fence.</param>
/// <param name="Language">What stands behind the fence; empty if nothing does.</param>
/// <param name="Text">What it holds.</param>
internal sealed record Block(string Page, string Section, int Line, string Language, string Text)
{
    public string Place => $"{Page}({Line})";
}

/// <summary>README and the pages in <c>docs</c>, so that what they show is what is tested.</summary>
internal static partial class Document
{
    public static string Root { get; } = Find();

    /// <summary>All but the diagnostics' own pages, which have a form of their own.</summary>
    public static IEnumerable<string> Pages =>
        Directory.GetFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Where(path => !Path.GetFileName(path).StartsWith("DCL", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Prepend("README.md").Order(StringComparer.Ordinal);

    public static string Text(string page) => File.ReadAllText(Path.Combine(Root, page));

    public static List<Block> Blocks(string page)
    {
        var text = Text(page);
        return [.. Fence().Matches(text).Select(match => new Block(page, Section(text[..match.Index]), text.AsSpan(0, match.Index).Count('\n') + 1, match.Groups["language"].Value, match.Groups["text"].Value))];
    }

    /// <summary>The file that a block of XML is, by what it holds; null if that can't be told.</summary>
    public static string? XmlFile(string text)
    {
        string[] kinds = ["acl", "module", "async_event", "include", "routes", "integrations", "integration", "consumer", "ingestion", "event"];
        return kinds.FirstOrDefault(one => text.Contains($"<{one}>", StringComparison.Ordinal) || text.Contains($"<{one} ", StringComparison.Ordinal)) switch
        {
            "acl" => "etc/acl.xml",
            "module" => "etc/module.xml",
            "async_event" => "etc/async_events.xml",
            "include" => text.Contains("<consumer", StringComparison.Ordinal) ? "etc/event_consumers.xml" : "etc/async_events.xml",
            "routes" => "etc/webapi.xml",
            "integrations" => text.Contains("<resource", StringComparison.Ordinal) ? "etc/integration/api.xml" : "etc/integration/config.xml",
            "integration" => "etc/integration.xml",
            "consumer" or "ingestion" => "etc/event_consumers.xml",
            "event" => "etc/io_events.xml",
            _ => null,
        };
    }

    /// <summary>The schema of such a file, as schemas are named.</summary>
    public static string Schema(string file) =>
        (file.EndsWith("etc/integration/config.xml", StringComparison.Ordinal) || file.EndsWith("etc/integration/api.xml", StringComparison.Ordinal) ? "integration_" : "") + Path.GetFileNameWithoutExtension(file);

    private static string Section(string before) =>
        before.Split('\n').LastOrDefault(line => line.StartsWith('#') && line.Contains("# ", StringComparison.Ordinal))?.TrimStart('#').Trim() ?? "";

    private static string Find([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));

    [GeneratedRegex("^```(?<language>[a-z]*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fence();
}
