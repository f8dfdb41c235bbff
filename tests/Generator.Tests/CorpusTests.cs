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
    public void Real_integrations_load_and_what_is_wrong_with_them_is_reported()
    {
        Assert.SkipUnless(Directory.Exists(Corpus), "DECLARATIVE_CORPUS names no folder of real files");
        var magento = new TestProject { AssemblyName = "Magento" };
        foreach (var (file, number) in Files("acl.xml").Where(file => file.Contains("vendor/magento/module-", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select((file, number) => (file, number)))
            magento.Xml($"etc/{number}/acl.xml", File.ReadAllText(file));
        var permissions = magento.Run();
        string[] names = ["etc/module.xml", "etc/acl.xml", "etc/integration.xml", "etc/integration/config.xml", "etc/integration/api.xml"];
        var folders = names[2..].SelectMany(name => Files(Path.GetFileName(name)).Where(file => file.EndsWith("/" + name, StringComparison.Ordinal)).Select(file => file[..^name.Length])).Distinct(StringComparer.Ordinal).ToList();
        folders.Count.ShouldBeGreaterThan(10);
        var reported = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in folders)
        {
            var module = new TestProject { AssemblyName = "Vendor.Host", OutputKind = OutputKind.ConsoleApplication }.References(permissions).Source("return;");
            foreach (var name in names.Where(name => File.Exists(folder + name)))
                module.Xml(name, File.ReadAllText(folder + name));
            var run = module.Run();

            run.CompileErrors.ShouldBeEmpty(folder);
            var found = run.Diagnostics.Where(diagnostic => diagnostic.Location.GetLineSpan().Path?.Contains("etc/integration", StringComparison.Ordinal) == true).ToList();
            TestContext.Current.TestOutputHelper?.WriteLine($"{folder}\n  {string.Join("\n  ", found)}");
            found.ShouldAllBe(diagnostic => diagnostic.Severity != DiagnosticSeverity.Error, folder);
            reported.UnionWith(found.Select(diagnostic => diagnostic.Id));
        }

        // Unknown ids, empty values, missing ancestors. Own files restate these and the others, since none of this is kept here.
        reported.Except(["DCL0009", "DCL0047", "DCL0049", "DCL0050", "DCL0051"], StringComparer.Ordinal).ShouldBe(["DCL0026", "DCL0046", "DCL0048"], ignoreOrder: true);
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
