using System.Diagnostics;
using Declarative.Faults.Harness;
using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Declarative.Faults.Cases;

/// <summary>XML files that mean harm, given to the generator as the compiler gives them.</summary>
internal sealed class HostileXml() : FaultCase("F30", "hostile XML at build: DTDs, entities, nesting, size, encodings, doubles", "each gets a diagnostic at once; nothing hangs, nothing else is read, no memory is eaten up")
{
    private static readonly (string What, string Xml)[] Files =
    [
        ("document type", "<!DOCTYPE config [<!ENTITY a \"b\">]><config/>"),
        ("billion laughs", "<!DOCTYPE c [" + string.Concat(Enumerable.Range(1, 9).Select(static i => $"<!ENTITY l{i} \"{string.Concat(Enumerable.Repeat($"&l{i - 1};", 10))}\">")) + "<!ENTITY l0 \"lol\">]><config>&l9;</config>"),
        ("external entity", "<!DOCTYPE config [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><config>&a;</config>"),
        ("external document type", "<!DOCTYPE config SYSTEM \"http://127.0.0.1:9/nothing.dtd\"><config/>"),
        ("20,000 levels", string.Concat(Enumerable.Repeat("<config>", 20_000)) + string.Concat(Enumerable.Repeat("</config>", 20_000))),
        ("20,000 levels left open", string.Concat(Enumerable.Repeat("<config>", 20_000))),
        ("10 MB of blanks", "<config>" + new string(' ', 10_000_000) + "</config>"),
        ("a name of 1 MB", "<config><async_event name=\"" + new string('a', 1_000_000) + "\"/></config>"),
        ("100,000 attributes", "<config " + string.Concat(Enumerable.Range(0, 100_000).Select(static i => $"a{i}=\"\" ")) + "/>"),
        ("the same attribute twice", "<config><async_event name=\"a\" name=\"b\"/></config>"),
        ("the same event twice", "<config><async_event name=\"a.b\"><service class=\"IOrders\" method=\"Get\"/></async_event><async_event name=\"a.b\"><service class=\"IOrders\" method=\"Get\"/></async_event></config>"),
        ("another encoding than it says", "<?xml version=\"1.0\" encoding=\"utf-16\"?><config><async_event/></config>"),
        ("control characters", "<config><async_event name=\"a&#0;b\"/></config>"),
        ("lone surrogate", "<config><async_event name=\"a\ud800b\"/></config>"),
        ("code in a name", "<config><async_event name=\"a&quot;); System.Environment.Exit(1); (&quot;\"><service class=\"IOrders\" method=\"Get\"/></async_event></config>"),
        ("nothing", ""),
    ];

    public override IReadOnlyList<string> Stores { get; } = ["build"];

    public override Task RunAsync(FaultRun run)
    {
        var (slowest, diagnostics, most) = (TimeSpan.Zero, 0, 0L);
        Project("<config/>").Run();
        for (var round = 0; round < run.Times(1, 10); round++)
        {
            foreach (var (what, xml) in Files)
            {
                var memory = GC.GetTotalAllocatedBytes();
                var watch = Stopwatch.StartNew();
                var result = Project(xml).Run();
                slowest = watch.Elapsed > slowest ? watch.Elapsed : slowest;
                most = Math.Max(most, GC.GetTotalAllocatedBytes() - memory);
                diagnostics += result.Diagnostics.Length;
                run.Hold(!result.Diagnostics.IsEmpty, $"{what}: no diagnostic");
                run.Hold(!result.AllSource.Contains("root:", StringComparison.Ordinal), $"{what}: another file was read");
                run.Hold(!HasCode(result), $"{what}: a value became code");
            }
        }

        run.Figure("files", $"{Files.Length}, {diagnostics} diagnostics");
        run.Figure("slowest", $"{slowest.TotalMilliseconds:0} ms");
        run.Figure("most allocated for one", $"{most / 1024 / 1024} MB");
        run.Hold(slowest < TimeSpan.FromSeconds(20), $"one took {slowest}");
        run.HoldInLongRuns(slowest < TimeSpan.FromSeconds(3), $"one took {slowest}");
        return Task.CompletedTask;
    }

    private static bool HasCode(GeneratorRun result) =>
        result.Result.GeneratedSources.Any(static source => source.SyntaxTree.GetRoot().DescendantNodes().OfType<IdentifierNameSyntax>().Any(static name => name.Identifier.ValueText == "Exit"));

    private static TestProject Project(string xml) => new TestProject()
        .Source("public interface IOrders { string Get(int id); }")
        .Xml("etc/async_events.xml", xml);
}
