using System.Reflection;
using System.Runtime.CompilerServices;
using Declarative.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>Descriptors, release table and pages speak of the same diagnostics.</summary>
public sealed class DocumentationTests
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
    public void Each_diagnostic_is_on_the_page_of_a_file_unless_only_assemblies_or_attributes_raise_it()
    {
        var pages = string.Concat(Directory.GetFiles(Path.Combine(Root(), "docs/files"), "*.md").Select(File.ReadAllText));
        All.Select(descriptor => descriptor.Id).Where(id => !pages.Contains(id, StringComparison.Ordinal)).ShouldBe(["DCL0022", "DCL0024", "DCL0064", "DCL0065"], StringComparer.Ordinal, ignoreOrder: true);
    }

    [Fact]
    public void Each_diagnostic_is_in_the_release_table()
    {
        var table = File.ReadAllText(Path.Combine(Root(), "src/Generator/AnalyzerReleases.Unshipped.md")) + File.ReadAllText(Path.Combine(Root(), "src/Generator/AnalyzerReleases.Shipped.md"));
        foreach (var descriptor in All)
            table.ShouldContain($"{descriptor.Id} | Declarative | {descriptor.DefaultSeverity} | {descriptor.Title}");
    }
}
