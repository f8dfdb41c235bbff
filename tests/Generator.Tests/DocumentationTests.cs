using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>Descriptors, release table and pages speak of the same diagnostics.</summary>
public sealed partial class DocumentationTests
{
    private static readonly DiagnosticDescriptor[] All =
        [.. typeof(Descriptors).GetFields(BindingFlags.Static | BindingFlags.Public).Where(field => field.FieldType == typeof(DiagnosticDescriptor)).Select(field => (DiagnosticDescriptor)field.GetValue(null)!)];

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));

    [Fact]
    public void Ids_are_used_once() => All.Select(descriptor => descriptor.Id).Distinct(StringComparer.Ordinal).Count().ShouldBe(All.Length);

    [Fact]
    public void Each_diagnostic_has_a_page_with_cause_example_and_mend()
    {
        foreach (var descriptor in All)
        {
            descriptor.HelpLinkUri.ShouldBe($"docs/diagnostics/{descriptor.Id}.md");
            var page = File.ReadAllText(Path.Combine(Root(), descriptor.HelpLinkUri));
            page.ShouldStartWith($"# {descriptor.Id}: {descriptor.Title}");
            page.ShouldContain("## Cause");
            page.ShouldContain("## Example");
            page.ShouldContain("## Mend");
            page.ShouldContain($"Severity: {descriptor.DefaultSeverity switch { DiagnosticSeverity.Info => "information", var severity => severity.ToString().ToLowerInvariant() }}\n");
        }

        Directory.GetFiles(Path.Combine(Root(), "docs/diagnostics"), "DCL*.md").Length.ShouldBe(All.Length);
    }

    /// <summary>All others stand on the page of the file that raises them: <see cref="FilePagesTests"/>.</summary>
    [Fact]
    public void Each_diagnostic_is_on_the_page_of_a_file_unless_only_assemblies_or_C_sharp_raise_it()
    {
        var pages = string.Concat(Directory.GetFiles(Path.Combine(Root(), "docs/files"), "*.md").Select(File.ReadAllText));
        All.Select(descriptor => descriptor.Id).Where(id => !pages.Contains(id, StringComparison.Ordinal)).ShouldBe(["DCL0022", "DCL0024", "DCL0064", "DCL0065", "DCL0066", "DCL0068"], StringComparer.Ordinal, ignoreOrder: true);
    }

    [Fact]
    public void The_contents_name_every_page_and_links_lead_somewhere()
    {
        var contents = Links("docs/README.md").ToList();
        Document.Pages.Except(["docs/README.md"], StringComparer.Ordinal).Except(contents, StringComparer.Ordinal).ShouldBeEmpty();
        foreach (var page in Document.Pages)
            Links(page).Where(target => !Path.Exists(Path.Combine(Root(), target))).ShouldBeEmpty(page);

        IEnumerable<string> Links(string page) =>
            Link().Matches(Document.Text(page)).Select(match => Path.GetRelativePath(Root(), Path.GetFullPath(Path.Combine(Root(), Path.GetDirectoryName(page)!, match.Groups["target"].Value))).Replace('\\', '/'));
    }

    [Fact]
    public void Anchors_are_headings()
    {
        foreach (var page in Document.Pages)
        {
            foreach (Match link in Anchor().Matches(Document.Text(page)))
            {
                var target = link.Groups["target"].Value is { Length: > 0 } other ? Path.Combine(Root(), Path.GetDirectoryName(page)!, other) : Path.Combine(Root(), page);
                Heading().Matches(File.ReadAllText(target)).Select(heading => AnchorOf(heading.Groups["text"].Value)).Contains(link.Groups["anchor"].Value, StringComparer.Ordinal).ShouldBeTrue($"{page}: {link.Value}");
            }
        }
    }

    /// <summary>As GitHub makes it: lower case, hyphens for spaces, without what is no letter, digit, hyphen or underscore.</summary>
    private static string AnchorOf(string heading) =>
        string.Concat(heading.Trim().ToLowerInvariant().Where(one => char.IsLetterOrDigit(one) || one is ' ' or '-' or '_').Select(one => one == ' ' ? '-' : one));

    [GeneratedRegex(@"\]\((?<target>(?!https?:)[^)#\s]+)(#[^)\s]*)?\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"\]\((?<target>(?!https?:)[^)#\s]*)#(?<anchor>[^)\s]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Anchor();

    [GeneratedRegex("^#+ (?<text>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Heading();

    [Fact]
    public void Each_diagnostic_is_in_the_release_table()
    {
        var table = File.ReadAllText(Path.Combine(Root(), "src/Generator/AnalyzerReleases.Unshipped.md")) + File.ReadAllText(Path.Combine(Root(), "src/Generator/AnalyzerReleases.Shipped.md"));
        foreach (var descriptor in All)
            table.ShouldContain($"{descriptor.Id} | Declarative | {descriptor.DefaultSeverity} | {descriptor.Title}");
    }
}
