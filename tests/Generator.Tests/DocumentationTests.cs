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

    /// <summary>What the guide shows is what the sample's tests do, line by line, but for how an application is held.</summary>
    [Fact]
    public void The_testing_guide_shows_the_sample_s_tests()
    {
        var tests = Directory.GetFiles(Path.Combine(Root(), "samples/Shop.Tests"), "*.cs").SelectMany(File.ReadLines).Select(line => line.Trim()).ToHashSet(StringComparer.Ordinal);
        var shown = File.ReadAllText(Path.Combine(Root(), "docs/testing.md")).Split("```csharp\n").Skip(1).SelectMany(block => block[..block.IndexOf("```", StringComparison.Ordinal)].Split('\n')).Select(line => line.Trim()).ToList();

        shown.Count.ShouldBeGreaterThan(20);
        shown.Where(line => !line.StartsWith("await using var", StringComparison.Ordinal) && !tests.Contains(line)).ShouldBeEmpty();
    }

    [Fact]
    public void Each_diagnostic_is_in_the_release_table()
    {
        var table = File.ReadAllText(Path.Combine(Root(), "src/Generator/AnalyzerReleases.Unshipped.md")) + File.ReadAllText(Path.Combine(Root(), "src/Generator/AnalyzerReleases.Shipped.md"));
        foreach (var descriptor in All)
            table.ShouldContain($"{descriptor.Id} | Declarative | {descriptor.DefaultSeverity} | {descriptor.Title}");
    }
}
