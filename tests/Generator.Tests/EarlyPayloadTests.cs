using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Declarative.Generator.Tests;

/// <summary>
/// Records of payloads that other generators see, where the compiler offers that (<see cref="RoslynLightUp"/>), and what must be right with it and without. The
/// compilers of packages don't offer it; Generator.Tests.Sdk runs the same in the one of the SDK.
/// </summary>
public sealed class EarlyPayloadTests
{
    private const string Early = ".payloads.g.cs";

    private static bool IsOffered => RoslynLightUp.HasPreCompilation;

    private static TestProject Project(string handler = "BackOffice.Products.Saved", string fields = """<field name="sku" type="string" required="true"/>""", string more = "") => new TestProject { AssemblyName = "BackOffice" }
        .Property("declarativefolders", @"Products/|Orders\Erp\|obj/Debug/net10.0/|../Other/")
        .Source("namespace BackOffice.Products { public interface IOther { string Get(int id) => \"one\"; } }", "Other.cs")
        .Xml("etc/event_consumers.xml", $"""
            <config>
              <consumer name="products" path="/products" signature="none" acknowledged="true">
                <event name="a.saved" handler="{handler}"><payload>{fields}</payload></event>
                {more}
              </consumer>
            </config>
            """);

    private static string Handler(string name, string payload) =>
        $"public sealed class {name} : Declarative.Consumers.IEventHandler<{payload}> {{ public Task<Declarative.Consumers.EventResult> HandleAsync({payload} payload, Declarative.Consumers.EventContext context, CancellationToken cancellationToken) => throw new NotSupportedException(); }}";

    private static TestProject Written() => Project().Source($"namespace BackOffice.Products {{ {Handler("Saved", "SavedPayload")} }}", "Saved.cs");

    [Fact]
    public void Another_generator_sees_the_record_where_the_compiler_offers_that()
    {
        var project = Written();
        var input = project.Compilation();

        CSharpGeneratorDriver.Create([new Onlooker().AsSourceGenerator(), new DeclarativeGenerator().AsSourceGenerator()], project.Texts(), (CSharpParseOptions)input.SyntaxTrees.First().Options, project.Options())
            .RunGeneratorsAndUpdateCompilation(input, out var output, out var diagnostics, TestContext.Current.CancellationToken);

        diagnostics.ShouldBeEmpty();
        output.GetDiagnostics(TestContext.Current.CancellationToken).Where(one => one.Severity >= DiagnosticSeverity.Warning).ShouldBeEmpty();
        output.SyntaxTrees.Count(tree => tree.FilePath.EndsWith("seen.g.cs", StringComparison.Ordinal)).ShouldBe(IsOffered ? 1 : 0);
    }

    [Theory]
    [InlineData("BackOffice.Products.Saved", true)]
    [InlineData("BackOffice.Saved", true)]
    [InlineData("BackOffice.Orders.Saved", true)]
    [InlineData("BackOffice.Orders.Erp.Saved", true)]
    [InlineData("Saved", true)]
    [InlineData("BackOffice.Products.Handlers.Saved", false)]
    [InlineData("Other.Saved", false)]
    public void A_record_is_early_where_its_namespace_is_one_for_sure(string handler, bool isSure)
    {
        var run = Project(handler).Run();

        run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0052");
        run.CompileErrors.ShouldBeEmpty();
        run.Sources.Keys.Any(name => name.EndsWith(Early, StringComparison.Ordinal)).ShouldBe(isSure && IsOffered);
        run.AllSource.Split("public sealed record SavedPayload").Length.ShouldBe(2);
    }

    [Fact]
    public void A_handler_may_be_nested_in_a_class() =>
        Project("BackOffice.Products.Handlers.Saved").Source($"namespace BackOffice.Products {{ public static class Handlers {{ {Handler("Saved", "SavedPayload")} }} }}").Run().ShouldBuild();

    [Fact]
    public void A_class_that_is_called_like_a_folder_is_told_of()
    {
        var run = new TestProject { AssemblyName = "BackOffice" }.Property("declarativefolders", "Outer/").Source($"namespace BackOffice {{ public static class Outer {{ {Handler("Saved", "SavedPayload")} }} }}")
            .Consumers("""<consumer name="a" path="/a" signature="none" acknowledged="true"><event name="a" handler="BackOffice.Outer.Saved"><payload><field name="sku" type="string"/></payload></event></consumer>""").Run();

        if (!IsOffered)
            run.ShouldBuild();
        else
            run.Diagnostics.ShouldHaveSingleItem().GetMessage().ShouldStartWith("The payload of 'a' can't become 'BackOffice.Outer.SavedPayload': 'BackOffice.Outer' is a class, but a folder with code has that name, too");
    }

    [Theory]
    [InlineData("record SavedPayload(string Sku)")]
    [InlineData("class SavedPayload")]
    [InlineData("struct SavedPayload")]
    public void A_class_of_the_records_name_is_one_error_of_ours(string taken)
    {
        var run = Project().Source($"namespace BackOffice.Products {{ public {taken}; }}").Run();

        var diagnostic = run.Diagnostics.ShouldHaveSingleItem();
        diagnostic.Id.ShouldBe("DCL0062");
        diagnostic.GetMessage().ShouldContain("there is such a class already; name it as payload=\"BackOffice.Products.SavedPayload\"");
        run.Compilation.GetDeclarationDiagnostics(TestContext.Current.CancellationToken).Count(one => one.Id == "CS0101").ShouldBe(IsOffered ? 1 : 0);
    }

    [Fact]
    public void Of_two_records_of_one_name_the_first_counts()
    {
        var run = Project(more: """<event name="b" handler="BackOffice.Products.Saved"><payload><field name="other" type="int"/></payload></event>""").Source($"namespace BackOffice.Products {{ {Handler("Saved", "SavedPayload")} }}").Run();

        run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0062");
        run.CompileErrors.ShouldBeEmpty();
        run.AllSource.ShouldContain("string Sku ");
        run.AllSource.ShouldNotContain("Other ");
    }

    [Theory]
    [InlineData("ProductCreatedPayload", "public sealed record ProductCreatedPayload(string Sku);", true)]
    [InlineData("Product", "public sealed record Product(string Sku);", false)]
    public void An_included_event_that_code_states_anew_leaves_a_record_that_hurts_only_where_its_name_is_taken(string payload, string declared, bool isTaken)
    {
        var run = new TestProject { AssemblyName = "BackOffice" }.Consumers("""<consumer name="erp" path="/erp" signature="none" acknowledged="true"><include catalog="product-backoffice" handlers="BackOffice.Erp"/></consumer>""")
            .Source($"namespace BackOffice.Erp {{ {declared} [Declarative.EventHandler(\"erp\", \"be-observer.catalog_product_create\")] {Handler("ProductCreated", payload)} }}").Run();

        run.Diagnostics.Where(one => one.Id != "DCL0052").Select(one => one.Id).ShouldBe(isTaken && IsOffered ? ["DCL0062"] : []);
        if (!isTaken)
            run.CompileErrors.ShouldBeEmpty();
    }

    [Fact]
    public void It_can_be_switched_off_and_is_off_without_the_runtime()
    {
        var run = Written().Property("declarativedisableprecompilation", "true").Run().ShouldBuild();
        run.Sources.Keys.ShouldNotContain(name => name.EndsWith(Early, StringComparison.Ordinal));
        run.AllSource.ShouldContain("record SavedPayload");

        var project = new TestProject { AssemblyName = "BackOffice", HasRuntime = false }.Consumers("""<consumer name="a" path="/a" signature="none" acknowledged="true"><event name="a" handler="BackOffice.Saved"><payload><field name="sku" type="string"/></payload></event></consumer>""");
        project.Source("return;").Run().Sources.ShouldBeEmpty();
    }

    [Fact]
    public void An_edit_in_a_body_or_of_white_space_writes_nothing()
    {
        var run = Written().Run().ShouldBuild();

        foreach (var edited in new[] { run.EditSource("Other.cs", "=> \"one\"", "=> \"two\""), run.EditXml("etc/event_consumers.xml", "<event", "\n\n  <event") })
        {
            edited.ChangedOutputs.ShouldBe(0);
            edited.Reasons(TrackingNames.EarlyPayloads).ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached || reason == IncrementalStepRunReason.Unchanged);
            edited.Reasons(TrackingNames.Consumers).ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached || reason == IncrementalStepRunReason.Unchanged);
        }
    }

    [Fact]
    public void What_names_an_early_record_is_never_stale()
    {
        var run = Written().Xml("etc/async_events.xml", """<config><async_event name="told"><payload class="BackOffice.Products.SavedPayload"/></async_event></config>""")
            .Xml("etc/io_events.xml", """<config><event name="told"><fields><field name="sku"/></fields></event></config>""").Run();
        if (!IsOffered)
        {
            run.Diagnostics[0].Id.ShouldBe("DCL0013", "it doesn't exist yet");
            return;
        }

        run.ShouldBuild();
        run.EditXml("etc/event_consumers.xml", "name=\"sku\"", "name=\"code\"").Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0039");
    }

    /// <summary>A generator of somebody else's that looks for the record.</summary>
    private sealed class Onlooker : IIncrementalGenerator
    {
        public void Initialize(IncrementalGeneratorInitializationContext context) =>
            context.RegisterSourceOutput(context.CompilationProvider, static (output, compilation) =>
            {
                if (compilation.GetTypeByMetadataName("BackOffice.Products.SavedPayload") is not null)
                    output.AddSource("seen.g.cs", "");
            });
    }
}
