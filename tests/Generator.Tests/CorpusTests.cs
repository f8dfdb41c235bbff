using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>Real files of the originals, where a folder of them is at hand (<c>DECLARATIVE_CORPUS</c>); none is kept here.</summary>
public sealed class CorpusTests
{
    private static readonly string? Corpus = Environment.GetEnvironmentVariable("DECLARATIVE_CORPUS");

    private static IEnumerable<string> Files(string name) =>
        Directory.EnumerateFiles(Corpus!, name, SearchOption.AllDirectories).Where(path => path.Replace('\\', '/').Contains("/etc/", StringComparison.Ordinal));

    [Fact]
    public void Real_module_files_load_unmodified()
    {
        Assert.SkipUnless(Directory.Exists(Corpus), "DECLARATIVE_CORPUS names no folder of real files");
        var files = Files("module.xml").ToList();
        files.Count.ShouldBeGreaterThan(100);
        foreach (var file in files)
        {
            var run = new TestProject().Xml("etc/module.xml", File.ReadAllText(file)).Run();
            run.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ShouldBeEmpty(file);
        }
    }

    [Fact]
    public void Real_async_events_load_unmodified()
    {
        Assert.SkipUnless(Directory.Exists(Corpus), "DECLARATIVE_CORPUS names no folder of real files");
        var files = Files("async_events.xml").ToList();
        files.Count.ShouldBeGreaterThan(0);
        foreach (var file in files)
        {
            // Their PHP classes are not here: that is all there is to complain of.
            var run = new TestProject().Xml("etc/async_events.xml", File.ReadAllText(file)).Run();
            run.Diagnostics.Select(diagnostic => diagnostic.Id).Distinct(StringComparer.Ordinal).ShouldBe(["DCL0013"], file);
            run.CompileErrors.ShouldBeEmpty();
        }
    }

    [Fact]
    public void Real_permissions_load_unmodified()
    {
        Assert.SkipUnless(Directory.Exists(Corpus), "DECLARATIVE_CORPUS names no folder of real files");
        var files = Files("acl.xml").ToList();
        files.Count.ShouldBeGreaterThan(0);
        foreach (var file in files)
        {
            var run = new TestProject().Xml("etc/acl.xml", File.ReadAllText(file)).Run();
            run.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ShouldBeEmpty(file);
            run.CompileErrors.ShouldBeEmpty();
        }
    }

    [Fact]
    public void Real_routes_load_unmodified()
    {
        Assert.SkipUnless(Directory.Exists(Corpus), "DECLARATIVE_CORPUS names no folder of real files");
        var files = Files("webapi.xml").ToList();
        files.Count.ShouldBeGreaterThan(0);
        foreach (var file in files)
        {
            // Their PHP classes are not here, nor are the resources of their back end besides its roots: that is all there is to complain of.
            var run = new TestProject().Xml("etc/webapi.xml", File.ReadAllText(file)).Run();
            run.Diagnostics.Where(diagnostic => diagnostic.Id != "DCL0026" || !diagnostic.GetMessage().Contains("'Magento_Backend::", StringComparison.Ordinal)).Select(diagnostic => diagnostic.Id).Distinct(StringComparer.Ordinal).ShouldBe(["DCL0013"], file);
            run.CompileErrors.ShouldBeEmpty();
        }
    }
}
