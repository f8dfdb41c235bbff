using System.Collections;
using System.Reflection;
using Declarative.Generator.Binding;
using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>What runs again after an edit, and that nothing stale is left.</summary>
[CollectionDefinition(nameof(CachingTests), DisableParallelization = true)]
[Collection(nameof(CachingTests))]
public sealed class CachingTests
{
    private const string Repository = """
        namespace Shop.Sales;

        public interface IOrderRepository { string Get(int id); }

        public sealed class Orders : IOrderRepository
        {
            public string Get(int id) => "one";
        }
        """;

    private static GeneratorRun ThreeFiles(string? extra = null)
    {
        var project = new TestProject().Xml("etc/module.xml", """<config><module name="Shop_Sales"/></config>""").Source(Repository, "Repository.cs");
        foreach (var name in new[] { "a", "b", "c" })
            project.Xml($"etc/{name}/async_events.xml", $"""<config><async_event name="{name}.created"><service class="Shop.Sales.IOrderRepository" method="Get"/></async_event></config>""");
        return project.Source(extra ?? "namespace Shop.Sales; public sealed class Other;", "Other.cs").Run();
    }

    private static GeneratorRun PermissionsAndRoutes()
    {
        var project = new TestProject().Xml("etc/module.xml", """<config><module name="Shop_Sales"/></config>""").Source(Repository, "Repository.cs")
            .Xml("etc/async_events.xml", """<config><async_event name="a.created"><service class="Shop.Sales.IOrderRepository" method="Get"/></async_event></config>""");
        foreach (var name in new[] { "a", "b", "c" })
        {
            project.Xml($"etc/{name}/acl.xml", $"""<config><acl><resources><resource id="Shop_Sales::{name}" title="Abc"/></resources></acl></config>""");
            project.Xml($"etc/{name}/webapi.xml", $"""<routes><route url="/V1/{name}/:id" method="GET"><service class="Shop.Sales.IOrderRepository" method="Get"/><resources><resource ref="self"/></resources></route></routes>""");
        }

        return project.Run().ShouldBuild();
    }

    [Fact]
    public void An_edit_in_a_method_body_binds_nothing_and_emits_nothing()
    {
        var run = ThreeFiles();
        var bindings = DeclarationHash.Bindings;

        var edited = run.EditSource("Repository.cs", "=> \"one\"", "=> \"two\"");

        DeclarationHash.Bindings.ShouldBe(bindings);
        edited.ChangedOutputs.ShouldBe(0);
        edited.Reasons(TrackingNames.Read).ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached);
        edited.Reasons(TrackingNames.Declarations).ShouldBe([IncrementalStepRunReason.Unchanged]);
        edited.Reasons(TrackingNames.Bound).ShouldAllBe(reason => reason == IncrementalStepRunReason.Unchanged);
        edited.Reasons(TrackingNames.Models).ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached);
    }

    [Fact]
    public void An_edit_of_a_signature_binds_anew_and_emits_only_what_changed()
    {
        var edited = ThreeFiles("namespace Shop.Sales; public interface IOther { int Get(int id); }")
            .EditSource("Other.cs", "int Get(int id)", "long Get(int id)");

        edited.Reasons(TrackingNames.Declarations).ShouldBe([IncrementalStepRunReason.Modified]);
        edited.ChangedOutputs.ShouldBe(0);

        var changed = ThreeFiles().EditSource("Repository.cs", "string Get(int id);", "string Get(long id);").EditSource("Repository.cs", "public string Get(int", "public string Get(long");
        changed.AllSource.ShouldContain("PublishAsync(long id,");
        changed.ShouldBuild();
    }

    [Fact]
    public void An_edit_of_one_XML_file_binds_that_file_alone()
    {
        var run = ThreeFiles();
        var bindings = DeclarationHash.Bindings;

        var edited = run.EditXml("etc/b/async_events.xml", "b.created", "b.changed");

        DeclarationHash.Bindings.ShouldBe(bindings + 1);
        edited.ChangedOutputs.ShouldBeLessThanOrEqualTo(3);
        edited.Reasons(TrackingNames.Read).Count(reason => reason == IncrementalStepRunReason.Modified).ShouldBe(1);
        edited.Reasons(TrackingNames.Models).Count(reason => reason == IncrementalStepRunReason.Modified).ShouldBe(1);
        edited.AllSource.ShouldContain("IBChangedPublisher");
    }

    [Fact]
    public void White_space_in_an_XML_file_emits_nothing()
    {
        var edited = ThreeFiles().EditXml("etc/b/async_events.xml", "<async_event", "\n\n   <!-- moved -->\n  <async_event");

        edited.ChangedOutputs.ShouldBe(0);
        edited.Reasons(TrackingNames.Module).ShouldBe([IncrementalStepRunReason.Cached]);
    }

    [Fact]
    public void An_edit_in_a_body_binds_no_attribute_anew_even_when_it_moves()
    {
        const string Attributed = """
            using Declarative;
            namespace Shop.Sales;
            public sealed class Invoices
            {
                public string Other() => "x";
                [AsyncEvent("invoice.paid")] public string Get(int id) => "one";
            }
            """;
        var run = ThreeFiles(Attributed);
        run.ShouldBuild();
        var bindings = DeclarationHash.Bindings;

        var edited = run.EditSource("Other.cs", "=> \"x\"", "=> \"x\"\n\n\n    ");

        // A moved member is text outside bodies, but what was bound stays equal and nothing is emitted.
        edited.ChangedOutputs.ShouldBe(0);
        DeclarationHash.Bindings.ShouldBeLessThanOrEqualTo(bindings + 5, "three files, the attributes, the references: once each");

        var inBody = run.EditSource("Other.cs", "=> \"one\"", "=> \"two\"");
        inBody.ChangedOutputs.ShouldBe(0);
        inBody.Reasons(TrackingNames.BoundAttributes).ShouldAllBe(reason => reason == IncrementalStepRunReason.Unchanged);
    }

    [Theory]
    [InlineData("public string Get(int id) => Text;", "const string Text = \"a\";", "const string Text = \"b\";", 0)]
    [InlineData("public string Get(int id = Number) => \"\";", "const int Number = 1;", "const int Number = 2;", 1)]
    [InlineData("public string Get(Kind kind = Kind.A) => \"\";", "enum Kind { A = 1 }", "enum Kind { A = 2 }", 1)]
    [InlineData("#nullable enable\npublic string Get(string text) => \"\";\n#nullable restore", "#nullable enable", "#nullable disable", 0)]
    public void What_a_signature_depends_on_is_never_stale(string method, string old, string @new, int changedOutputs)
    {
        var extra = old.StartsWith('#') ? "" : "public " + old;
        var run = new TestProject()
            .Events("""<async_event name="a.b"><service class="Shop.Sales.Service" method="Get"/></async_event>""")
            .Source($"namespace Shop.Sales;\npublic sealed class Service {{\n{extra}\n{method}\n}}", "Service.cs")
            .Run();
        run.CompileErrors.ShouldBeEmpty();

        var edited = run.EditSource("Service.cs", old, @new);
        edited.Reasons(TrackingNames.Declarations).ShouldBe([IncrementalStepRunReason.Modified]);
        edited.ChangedOutputs.ShouldBe(changedOutputs);
    }

    [Fact]
    public void A_change_in_a_referenced_project_is_seen()
    {
        var library = new TestProject { AssemblyName = "Library" }.Source("namespace Library; public interface IService { string Get(int id); }", "Service.cs");
        var run = new TestProject().References(library.Run())
            .Events("""<async_event name="a.b"><service class="Library.IService" method="Get"/></async_event>""").Run();
        run.AllSource.ShouldContain("PublishAsync(int id,");

        var changed = new TestProject { AssemblyName = "Library" }.Source("namespace Library; public interface IService { string Get(long id); }").Run();
        new TestProject().References(changed).Events("""<async_event name="a.b"><service class="Library.IService" method="Get"/></async_event>""").Run()
            .AllSource.ShouldContain("PublishAsync(long id,");
    }

    [Fact]
    public void An_edit_in_a_method_body_does_nothing_to_permissions_and_routes()
    {
        var run = PermissionsAndRoutes();
        var bindings = DeclarationHash.Bindings;

        var edited = run.EditSource("Repository.cs", "=> \"one\"", "=> \"two\"");

        DeclarationHash.Bindings.ShouldBe(bindings);
        edited.ChangedOutputs.ShouldBe(0);
        edited.Reasons(TrackingNames.BoundRoutes).ShouldAllBe(reason => reason == IncrementalStepRunReason.Unchanged);
        foreach (var step in new[] { TrackingNames.Routes, TrackingNames.AclRows, TrackingNames.Acl, TrackingNames.Constants, TrackingNames.Permissions, TrackingNames.Sequence, TrackingNames.Sources })
            edited.Reasons(step).ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached, step);
    }

    [Theory]
    [InlineData("etc/a/acl.xml", "<resource id=\"Shop_Sales::a\"")]
    [InlineData("etc/a/webapi.xml", "<service")]
    public void White_space_in_permissions_or_routes_emits_nothing(string path, string before)
    {
        var edited = PermissionsAndRoutes().EditXml(path, before, "\n\n  <!-- moved -->\n  " + before);

        edited.ChangedOutputs.ShouldBe(0);
        edited.Reasons(TrackingNames.Module).ShouldBe([IncrementalStepRunReason.Cached]);
        edited.Reasons(TrackingNames.Acl).ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached || reason == IncrementalStepRunReason.Unchanged);
    }

    [Theory]
    [InlineData("etc/a/acl.xml", "title=\"Abc\"", "title=\"Another\"", 0)]
    [InlineData("etc/a/acl.xml", "Shop_Sales::a", "Shop_Sales::other", 0)]
    [InlineData("etc/a/webapi.xml", "/V1/a/:id", "/V1/other/:id", 1)]
    public void An_edit_of_one_file_writes_its_output_alone(string path, string old, string @new, int bindings)
    {
        var run = PermissionsAndRoutes();
        var before = DeclarationHash.Bindings;

        var edited = run.EditXml(path, old, @new);

        // Permissions name nothing in C#; a file of routes is bound, the others are not.
        DeclarationHash.Bindings.ShouldBe(before + bindings);
        edited.ChangedOutputs.ShouldBe(1);
        (edited.AllSource == run.AllSource).ShouldBeFalse();
    }

    [Fact]
    public void A_second_name_for_a_constant_changes_the_first_ones_output_and_no_other()
    {
        var edited = PermissionsAndRoutes().EditXml("etc/b/acl.xml", "Shop_Sales::b\"", "Shop_Sales::A\"");

        edited.ChangedOutputs.ShouldBe(2, "both files' constants would be called A");
        edited.AllSource.ShouldContain("const string a = ");
        edited.AllSource.ShouldContain("const string A = ");
    }

    private static GeneratorRun Subscriptions()
    {
        var project = new TestProject().Xml("etc/module.xml", """<config><module name="Shop_Sales"/></config>""").Source(Repository, "Repository.cs")
            .Xml("etc/async_events.xml", """<config><async_event name="a.created"><payload class="Shop.Sales.Entity"/></async_event></config>""")
            .Source("namespace Shop.Sales; public class Entity { public string Name { get; } = \"x\"; } public interface IOther { Entity Save(int id); Entity Fill(int id); }", "Other.cs");
        foreach (var name in new[] { "a", "b", "c" })
            project.Xml($"etc/{name}/io_events.xml", $"""<config><event name="{name}.alias" parent="a.created"><fields><field name="name"/></fields></event></config>""");
        return project.Xml("etc/p/io_events.xml", """<config><event name="plugin.shop.sales.other.save"><fields><field name="name"/></fields></event></config>""").Run().ShouldBuild();
    }

    [Fact]
    public void An_edit_in_a_method_body_does_nothing_to_subscriptions()
    {
        var run = Subscriptions();
        var bindings = DeclarationHash.Bindings;

        var edited = run.EditSource("Repository.cs", "=> \"one\"", "=> \"two\"").EditSource("Other.cs", "= \"x\"", "= \"y\"");

        DeclarationHash.Bindings.ShouldBe(bindings);
        edited.ChangedOutputs.ShouldBe(0);
        edited.Reasons(TrackingNames.BoundSubscriptions).ShouldAllBe(reason => reason == IncrementalStepRunReason.Unchanged);
        foreach (var step in new[] { TrackingNames.SubscriptionContext, TrackingNames.Subscriptions, TrackingNames.Plugins })
            edited.Reasons(step).ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached || reason == IncrementalStepRunReason.Unchanged, step);
    }

    [Fact]
    public void White_space_in_subscriptions_emits_nothing()
    {
        var edited = Subscriptions().EditXml("etc/a/io_events.xml", "<event", "\n\n  <!-- moved -->\n  <event").EditXml("etc/p/io_events.xml", "<event", "\n <event");

        edited.ChangedOutputs.ShouldBe(0);
        edited.Reasons(TrackingNames.Module).ShouldBe([IncrementalStepRunReason.Cached]);
    }

    [Theory]
    [InlineData("etc/a/io_events.xml", "a.alias", "a.other", 1)]
    [InlineData("etc/p/io_events.xml", "other.save", "other.fill", 2)]
    public void An_edit_of_one_file_of_subscriptions_writes_its_output_alone(string path, string old, string @new, int outputs)
    {
        var edited = Subscriptions().EditXml(path, old, @new);

        // A plugin event is in the decorators' output too. The other files are bound anew, since a parent may be theirs, and stay as they were.
        edited.ChangedOutputs.ShouldBe(outputs);
        edited.AllSource.ShouldContain(@new);
    }

    [Fact]
    public void A_changed_member_of_a_payload_is_seen()
    {
        var run = Subscriptions();

        var edited = run.EditSource("Other.cs", "string Name", "string Title");

        edited.Diagnostics.Select(diagnostic => diagnostic.Id).Distinct(StringComparer.Ordinal).ShouldBe(["DCL0039"]);
        run.EditXml("etc/async_events.xml", "Shop.Sales.Entity", "Shop.Sales.Orders").Diagnostics.Length.ShouldBe(3);
        run.EditSource("Other.cs", "Entity Fill(int id);", "Entity Fill(int id); int More();").AllSource.ShouldContain("IOther.More()");
    }

    private static GeneratorRun Integrations() => IntegrationTests.Module().Acl(IntegrationTests.Permissions).Source(Repository, "Repository.cs").Source("namespace Shop.Sales; public interface IOther { int Get(int id); }", "Other.cs")
        .Integrations(IntegrationTests.Warehouse)
        .IntegrationApi(IntegrationTests.WarehouseApi)
        .Consolidated("""<integration name="Erp"><email>a@b.cd</email><resources><resource name="Shop_Sales::cancel"/></resources></integration>""")
        .Run().ShouldBuild();

    [Theory]
    [InlineData("Repository.cs", "=> \"one\"", "=> \"two\"", true)]
    [InlineData("Other.cs", "int Get", "long Get", false)]
    public void An_edit_of_code_does_nothing_to_integrations(string path, string old, string @new, bool isInBody)
    {
        var run = Integrations();
        var bindings = DeclarationHash.Bindings;

        var edited = run.EditSource(path, old, @new);

        if (isInBody)
            DeclarationHash.Bindings.ShouldBe(bindings);
        edited.ChangedOutputs.ShouldBe(0);
        edited.Reasons(TrackingNames.IntegrationContainer).ShouldBe([IncrementalStepRunReason.Unchanged]);
        foreach (var step in new[] { TrackingNames.IntegrationRows, TrackingNames.IntegrationClasses, TrackingNames.Integrations })
            edited.Reasons(step).ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached || !isInBody && reason == IncrementalStepRunReason.Unchanged, step);
    }

    [Theory]
    [InlineData("etc/integration/config.xml", "<integration ")]
    [InlineData("etc/integration/api.xml", "<resource ")]
    [InlineData("etc/integration.xml", "<email>")]
    [InlineData("etc/acl.xml", "<resource ")]
    public void White_space_in_integrations_emits_nothing(string path, string before)
    {
        var edited = Integrations().EditXml(path, before, "\n\n  <!-- moved -->\n  " + before);

        edited.ChangedOutputs.ShouldBe(0);
        edited.Reasons(TrackingNames.Module).ShouldBe([IncrementalStepRunReason.Cached]);
        edited.Reasons(TrackingNames.Integrations).ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached || reason == IncrementalStepRunReason.Unchanged);
    }

    [Theory]
    [InlineData("etc/integration/config.xml", "warehouse.example/login", "warehouse.example/sign-in", 2, "its rows, and the class, which stands in api.xml's output")]
    [InlineData("etc/integration/api.xml", "<resource name=\"Shop_Sales::orders\">Orders</resource>", "", 1, "rows and class")]
    [InlineData("etc/integration/api.xml", ">Orders<", ">Other<", 0, "text that is ignored")]
    [InlineData("etc/integration.xml", "a@b.cd", "c@d.ef", 1, "rows and class")]
    [InlineData("etc/acl.xml", "\"Shop_Sales::orders\"", "\"Shop_Sales::invoices\"", 3, "permissions, what the consolidated form adds, and the report that api.xml names an unknown id")]
    public void An_edit_of_one_file_of_integrations_writes_what_depends_on_it(string path, string old, string @new, int outputs, string because) =>
        Integrations().EditXml(path, old, @new).ChangedOutputs.ShouldBe(outputs, because);

    [Fact]
    public void A_namespace_that_takes_the_name_of_the_class_around_integrations_is_seen()
    {
        var edited = Integrations().EditSource("Other.cs", "namespace Shop.Sales;", "namespace Shop.Sales.Integrations;");

        edited.ShouldBuild().AllSource.ShouldContain("class DeclaredIntegrations");
        edited.ChangedOutputs.ShouldBe(2, "the outputs that have classes");
    }

    private static GeneratorRun Consumers()
    {
        var project = new TestProject().Xml("etc/module.xml", """<config><module name="Shop_Sales"/></config>""").Source(Repository, "Repository.cs")
            .Source("namespace Shop.Sales; public interface IOther { int Get(int id); }", "Other.cs");
        foreach (var name in new[] { "A", "B", "C" })
        {
            project.Source(ConsumerTests.HandlerOf(name, name + "Payload", "Shop.Sales"), $"{name}.cs");
            project.Xml($"etc/{name}/event_consumers.xml", $"""
                <config>
                  <consumer name="{name}" path="/{name}" signature="none" acknowledged="true">
                    <event name="{name.ToLowerInvariant()}.created" handler="Shop.Sales.{name}"><payload><field name="sku" type="string"/></payload></event>
                  </consumer>
                </config>
                """);
        }

        return project.Run().ShouldBuild();
    }

    [Theory]
    [InlineData("Repository.cs", "=> \"one\"", "=> \"two\"", true)]
    [InlineData("A.cs", "throw new NotSupportedException()", "throw new InvalidOperationException()", true)]
    [InlineData("Other.cs", "int Get", "long Get", false)]
    public void An_edit_of_code_that_handles_nothing_does_nothing_to_consumers(string path, string old, string @new, bool isInBody)
    {
        var run = Consumers();
        var bindings = DeclarationHash.Bindings;

        var edited = run.EditSource(path, old, @new);

        if (isInBody)
            DeclarationHash.Bindings.ShouldBe(bindings);
        edited.ChangedOutputs.ShouldBe(0);
        edited.Reasons(TrackingNames.BoundConsumers).ShouldAllBe(reason => reason == IncrementalStepRunReason.Unchanged);
        foreach (var step in new[] { TrackingNames.ConsumerContext, TrackingNames.PayloadVerdict, TrackingNames.Consumers })
            edited.Reasons(step).ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached || reason == IncrementalStepRunReason.Unchanged, step);
    }

    [Theory]
    [InlineData("<consumer")]
    [InlineData("<event")]
    [InlineData("<field")]
    public void White_space_in_consumers_emits_nothing(string before)
    {
        var edited = Consumers().EditXml("etc/A/event_consumers.xml", before, "\n\n  <!-- moved -->\n  " + before);

        edited.ChangedOutputs.ShouldBe(0);
        edited.Reasons(TrackingNames.Module).ShouldBe([IncrementalStepRunReason.Cached]);
        edited.Reasons(TrackingNames.Consumers).ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached || reason == IncrementalStepRunReason.Unchanged);
    }

    [Theory]
    [InlineData("path=\"/A\"", "path=\"/other\"", 1)]
    [InlineData("name=\"sku\"", "name=\"code\"", 1)]
    [InlineData("name=\"a.created\"", "name=\"a.made\"", 3)]
    public void An_edit_of_one_file_of_consumers_writes_its_output_alone(string old, string @new, int bindings)
    {
        var run = Consumers();
        var before = DeclarationHash.Bindings;

        var edited = run.EditXml("etc/A/event_consumers.xml", old, @new);

        // Which events are stated at all is what the other files are bound together with.
        DeclarationHash.Bindings.ShouldBe(before + bindings);
        edited.ChangedOutputs.ShouldBe(1);
        edited.AllSource.ShouldContain(@new.Split('"')[1]);
    }

    [Fact]
    public void Writing_the_class_replaces_its_stub_and_nothing_else()
    {
        var run = Consumers().EditSource("B.cs", "class B ", "class Later ");
        run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0052");
        run.AllSource.ShouldContain("AddHandlerStub<global::Shop.Sales.BPayload>");

        var written = run.EditSource("B.cs", "class Later ", "class B ");

        written.ChangedOutputs.ShouldBe(2, "the file's output, and the report");
        written.ShouldBuild().AllSource.ShouldNotContain("AddHandlerStub");
    }

    [Fact]
    public void No_value_that_the_pipeline_keeps_holds_a_compilation()
    {
        string[] ours = [.. typeof(TrackingNames).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!)];
        foreach (var step in new[] { PermissionsAndRoutes(), Subscriptions(), Integrations(), Consumers() }.SelectMany(run => run.Result.TrackedSteps).Where(step => ours.Contains(step.Key, StringComparer.Ordinal)).SelectMany(step => step.Value))
        {
            foreach (var (value, _) in step.Outputs)
                Forbidden(value, new HashSet<object>(ReferenceEqualityComparer.Instance)).ShouldBeNull();
        }
    }

    /// <summary>The first object in the graph that would keep a compilation alive.</summary>
    private static object? Forbidden(object? value, HashSet<object> seen)
    {
        if (value is null or string || value.GetType().IsPrimitive || value.GetType().IsEnum || !seen.Add(value))
            return null;
        if (value is ISymbol or Compilation or SyntaxNode or SyntaxTree or SemanticModel or Location or AttributeData)
            return value;
        if (value is AdditionalText or DiagnosticDescriptor or Delegate or Type || value.GetType().Namespace?.StartsWith("System.Runtime.CompilerServices", StringComparison.Ordinal) == true)
            return null;
        if (value is IEnumerable items)
        {
            foreach (var item in items)
            {
                if (Forbidden(item, seen) is { } found)
                    return found;
            }
        }

        return value.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(field => Forbidden(field.GetValue(value), seen)).FirstOrDefault(found => found is not null);
    }
}
