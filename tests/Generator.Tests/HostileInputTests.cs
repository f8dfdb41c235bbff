using System.Diagnostics;
using System.Text;
using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Declarative.Generator.Tests;

/// <summary>Files that mean harm: nothing hangs, crashes, reads another file, or gets code into the output.</summary>
public sealed class HostileInputTests
{
    // Far above what any of these takes on a busy machine, far below what an unguarded reader takes: minutes.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static TheoryData<string, string, string> Hostile => new()
    {
        { "a document type", "<!DOCTYPE config [<!ENTITY a \"b\">]><config/>", "DCL0002" },
        { "an external entity", "<?xml version=\"1.0\"?>\n<!DOCTYPE config [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><config>&a;</config>", "DCL0002" },
        { "a billion laughs", "<!DOCTYPE c [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><config>&b;</config>", "DCL0002" },
        { "deep nesting", "<config>" + string.Concat(Enumerable.Repeat("<a>", 200_000)), "DCL0002" },
        { "an endless file", "<config>" + new string(' ', 5_000_000) + "</config>", "DCL0002" },
        { "an undeclared entity", "<config>&nowhere;</config>", "DCL0001" },
        { "an endless attribute", "<config a=\"" + new string('x', 1_000_000), "DCL0001" },
        { "no element", "", "DCL0001" },
        { "text", "hello", "DCL0001" },
        { "a control character", "<config>\u0001</config>", "DCL0001" },
        { "a name that makes patterns slow", "<config><module name=\"" + new string('A', 100_000) + "!\"/></config>", "DCL0007" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_XML_gets_a_diagnostic_in_time(string what, string xml, string id)
    {
        var watch = Stopwatch.StartNew();
        var run = new TestProject().Xml("etc/module.xml", xml).Run();

        run.Diagnostics.ShouldContain(diagnostic => diagnostic.Id == id, what);
        run.AllSource.ShouldNotContain("root:");
        watch.Elapsed.ShouldBeLessThan(Limit);
    }

    [Fact]
    public void Many_events_and_attributes_are_read_in_time()
    {
        var body = new StringBuilder();
        for (var i = 0; i < 3_000; i++)
            body.Append($"<async_event name=\"e.{i}\"><service class=\"Shop.Sales.IOrderRepository\" method=\"Get\"/></async_event>\n");
        var watch = Stopwatch.StartNew();
        new TestProject().Events(body.ToString()).Source(PublisherTests.Orders).Run().Diagnostics.ShouldBeEmpty();
        watch.Elapsed.ShouldBeLessThan(Limit);
    }

    [Fact]
    public void Many_resources_and_wrong_references_are_checked_in_time()
    {
        var resources = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"<resource id=\"Shop_Sales::resource_number_{i}\" title=\"Number {i}\"/>\n"));
        var routes = string.Concat(Enumerable.Range(0, 2_000).Select(i => $"<route url=\"/V1/a{i}/:id\" method=\"GET\"><service class=\"Shop.Sales.IOrderRepository\" method=\"Get\"/><resources><resource ref=\"Shop_Sales::resource_nubmer_{i}\"/></resources></route>\n"));
        var watch = Stopwatch.StartNew();

        var run = new TestProject().Acl($"<resource id=\"Shop_Sales::top\" title=\"Top\">{resources}</resource>").Routes(routes).Source(PublisherTests.Orders).Run();

        run.Diagnostics.Length.ShouldBe(2_000);
        run.Diagnostics.ShouldAllBe(diagnostic => diagnostic.Id == "DCL0026");
        watch.Elapsed.ShouldBeLessThan(Limit);
    }

    [Fact]
    public void Resources_nested_too_deep_get_a_diagnostic_and_the_others_stay()
    {
        var deep = string.Concat(Enumerable.Range(0, 200).Select(i => $"<resource id=\"Shop_Sales::r{i}\" title=\"Number {i}\">")) + string.Concat(Enumerable.Repeat("</resource>", 200));
        var run = new TestProject().Acl("<resource id=\"Shop_Sales::first\" title=\"First\"/>" + deep).Run();

        run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0002");
        run.AllSource.ShouldContain("const string First");
        run.CompileErrors.ShouldBeEmpty();
    }

    [Fact]
    public void A_resource_that_holds_itself_is_reported_and_ends()
    {
        var run = new TestProject().Acl("<resource id=\"Shop_Sales::a\" title=\"One\"><resource id=\"Shop_Sales::b\" title=\"Two\"><resource id=\"Shop_Sales::a\"/></resource></resource>").Run();
        run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0027");
        run.CompileErrors.ShouldBeEmpty();
    }

    [Fact]
    public void Types_that_hold_themselves_end_the_search_for_a_property()
    {
        var run = new TestProject()
            .Routes("""<route url="/V1/:nowhere" method="PUT"><service class="Shop.Sales.IService" method="Save"/><resources><resource ref="self"/></resources></route>""")
            .Source("namespace Shop.Sales; public sealed class Node { public Node? Next { get; set; } public Node? Other { get; set; } public Pair? Pair { get; set; } } public sealed class Pair { public Node? Left { get; set; } public Pair? Right { get; set; } } public interface IService { void Save(Node node); }")
            .Run();
        run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0030");
    }

    [Theory]
    [MemberData(nameof(Injections))]
    public void Values_of_permissions_and_routes_are_inert_too(string value)
    {
        var escaped = new System.Xml.Linq.XAttribute("name", value).ToString()[6..^1];
        var text = new System.Xml.Linq.XText(value).ToString();
        var run = new TestProject()
            .Acl($"""<resource id="{escaped}" title="One"/><resource id="Shop_Sales::good" title="{escaped}" sortOrder="{escaped}" disabled="{escaped}" translate="{escaped}"/>""")
            .Routes($"""
                <route url="{escaped}" method="{escaped}"><service class="Shop.Sales.IOrderRepository" method="Get"/><resources><resource ref="{escaped}"/></resources></route>
                <route url="/V1/good/:id" method="GET" secure="{escaped}" soapOperation="{escaped}">
                  <service class="Shop.Sales.IOrderRepository" method="Get"/>
                  <resources><resource ref="{escaped}"/></resources>
                  <data input-array-size-limit="{escaped}"><parameter name="{escaped}" force="{escaped}">{text}</parameter><parameter name="id">{text}</parameter></data>
                </route>
                """)
            .Source(PublisherTests.Orders)
            .Run();

        run.CompileErrors.ShouldBeEmpty();
        var types = run.Compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot().DescendantNodes()).OfType<BaseTypeDeclarationSyntax>().Select(type => type.Identifier.Text);
        types.ShouldAllBe(name => name != "Evil");
        var good = run.Compilation.Assembly.GetAttributes().Single(attribute => attribute.AttributeClass!.Name == "DeclaredAclResourceAttribute" && (string)attribute.ConstructorArguments[0].Value! == "Shop_Sales::good");
        ((string)good.NamedArguments.Single(argument => argument.Key == "Title").Value.Value!).ReplaceLineEndings("\n").ShouldBe(value.Trim().ReplaceLineEndings("\n"));
    }

    [Theory]
    [MemberData(nameof(Injections))]
    public void Values_of_subscriptions_are_inert_too(string value)
    {
        var escaped = new System.Xml.Linq.XAttribute("name", value).ToString()[6..^1];
        var text = new System.Xml.Linq.XText(value).ToString();
        var run = SubscriptionTests.Sales()
            .Subscriptions($"""
                <event name="{escaped}" parent="{escaped}"><fields><field name="{escaped}" converter="{escaped}" source="{escaped}"/></fields></event>
                <event name="plugin.{escaped}"><fields><field name="nr"/></fields><processors><processor class="{escaped}" priority="{escaped}"/></processors></event>
                <event name="good.one" parent="sales.order.saved" destination="{escaped}" providerId="{escaped}" priority="{escaped}">
                  <fields><field name="nr" source="context_any.{escaped}"/></fields>
                  <rules><rule><field>nr</field><operator>equal</operator><value>{text}</value></rule><rule><field>context_any.{text}</field><operator>onChange</operator><value>{text}</value></rule></rules>
                </event>
                """)
            .Run();

        run.CompileErrors.ShouldBeEmpty();
        var types = run.Compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot().DescendantNodes()).OfType<BaseTypeDeclarationSyntax>().Select(type => type.Identifier.Text);
        types.ShouldAllBe(name => name != "Evil");
        run.AllSource.ShouldContain("new(\"good.one\", File)");
    }

    [Theory]
    [MemberData(nameof(Injections))]
    public void Values_of_integrations_are_inert_too(string value)
    {
        var escaped = new System.Xml.Linq.XAttribute("name", value).ToString()[6..^1];
        var text = new System.Xml.Linq.XText(value).ToString();
        var integration = $"""
            <integration name="{escaped}"><email>{text}</email><endpoint_url>{text}</endpoint_url><identity_link_url>{text}</identity_link_url></integration>
            <integration name="good {escaped}"><email>a@{text}.b</email><endpoint_url>https://a.example/{text}</endpoint_url><identity_link_url>https://{text}.example/</identity_link_url></integration>
            <integration name="{escaped} good"><email>a@b.{text}</email><endpoint_url>https://a.example/?{text}</endpoint_url></integration>
            """;
        var run = new TestProject().Integrations(integration).Consolidated(integration)
            .IntegrationApi($"""<integration name="{escaped}"><resources><resource name="{escaped}"/><resource name="Shop_{escaped}::{escaped}">{text}</resource></resources></integration><integration name="sound"><resources><resource name="Shop_Other::a"/></resources></integration>""")
            .Run();

        run.CompileErrors.ShouldBeEmpty();
        var types = run.Compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot().DescendantNodes()).OfType<BaseTypeDeclarationSyntax>().Where(type => type.Parent is not BaseTypeDeclarationSyntax).Select(type => type.Identifier.Text);
        types.Distinct(StringComparer.Ordinal).ShouldBe(["Integrations", "Shop_Sales"], ignoreOrder: true);
        run.AllSource.ShouldContain("new(\"sound\", File)");
    }

    [Theory]
    [MemberData(nameof(Injections))]
    public void Values_of_consumers_are_inert_too(string value)
    {
        var escaped = new System.Xml.Linq.XAttribute("name", value).ToString()[6..^1];
        var run = new TestProject().Consumers($"""
            <consumer name="{escaped}" path="{escaped}" signature="{escaped}" secret="{escaped}" keys="{escaped}" client="{escaped}" prefix="{escaped}" acknowledged="{escaped}">
              <include catalog="{escaped}" handlers="{escaped}"/>
              <event name="{escaped}" handler="{escaped}" payload="{escaped}"/>
            </consumer>
            <consumer name="good" path="/good" signature="none" acknowledged="true">
              <event name="good.one" handler="Shop.Sales.Good">
                <payload type="{escaped}" additionalFields="{escaped}">
                  <field name="{escaped}" type="string" required="{escaped}" pattern="{escaped}" minLength="{escaped}"/>
                  <field name="x{escaped}" type="enum" values="{escaped}" minimum="{escaped}"/>
                  <field name="y{escaped}" type="object"><field name="{escaped}" type="{escaped}" of="{escaped}"/></field>
                </payload>
                <loop key="{escaped}" fingerprint="{escaped}" group="{escaped}" ttl="{escaped}"/>
              </event>
              <event name="good.two" handler="Shop.Sales.Two"><loop key="a" fingerprint="b" group="{escaped}"/></event>
              <event name="good.three" handler="Shop.Sales.{escaped}"><split first="{escaped}" second="{escaped}" created="{escaped}" updated="{escaped}"/></event>
            </consumer>
            <ingestion path="{escaped}" authentication="{escaped}" secret="{escaped}" header="{escaped}" resource="{escaped}"/>
            """).Run();

        run.CompileErrors.ShouldBeEmpty();
        var types = run.Compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot().DescendantNodes()).OfType<BaseTypeDeclarationSyntax>().Where(type => type.Parent is not BaseTypeDeclarationSyntax).Select(type => type.Identifier.Text);
        types.Distinct(StringComparer.Ordinal).ShouldBe(["GoodPayload", "Shop_Sales"], ignoreOrder: true);
        run.AllSource.ShouldContain("\"good.two\"");
    }

    [Fact]
    public void Many_events_fields_and_unwritten_handlers_are_bound_in_time()
    {
        var fields = string.Concat(Enumerable.Range(0, 500).Select(i => $"<field name=\"f{i}\" type=\"string\" pattern=\"((a+)+)+$\"/>"));
        var events = string.Concat(Enumerable.Range(0, 1_000).Select(i => $"<event name=\"e.{i}\" handler=\"Shop.Sales.Handler{i}\"><payload><field name=\"id\" type=\"int\"/></payload></event>\n"));
        var watch = Stopwatch.StartNew();

        var run = new TestProject().Consumers($"<consumer name=\"a\" path=\"/a\" signature=\"none\" acknowledged=\"true\">{events}<event name=\"wide\" handler=\"Shop.Sales.Wide\"><payload>{fields}</payload></event></consumer>").Source(PublisherTests.Orders).Run();

        run.Diagnostics.Length.ShouldBe(1_001);
        run.Diagnostics.ShouldAllBe(diagnostic => diagnostic.Id == "DCL0052");
        watch.Elapsed.ShouldBeLessThan(Limit);
    }

    [Fact]
    public void Fields_nested_too_deep_get_a_diagnostic()
    {
        var deep = string.Concat(Enumerable.Repeat("<field name=\"a\" type=\"object\">", 200)) + string.Concat(Enumerable.Repeat("</field>", 200));
        var run = new TestProject().Consumers($"<consumer name=\"a\" path=\"/a\" signature=\"none\" acknowledged=\"true\"><event name=\"first\" handler=\"Shop.Sales.First\"/><event name=\"deep\" handler=\"Shop.Sales.Deep\"><payload>{deep}</payload></event></consumer>").Run();

        run.Diagnostics.ShouldContain(diagnostic => diagnostic.Id == "DCL0002");
        run.AllSource.ShouldContain("\"first\"");
        run.CompileErrors.ShouldBeEmpty();
    }

    [Fact]
    public void Many_integrations_statements_and_wrong_resources_are_checked_in_time()
    {
        var resources = string.Concat(Enumerable.Range(0, 1_000).Select(i => $"<resource name=\"Shop_Sales::resource_nubmer_{i}\"/>\n"));
        var repeated = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"<integration name=\"One\"><resources><resource name=\"Shop_Other::r{i}\"/></resources></integration>\n"));
        var watch = Stopwatch.StartNew();

        var run = new TestProject().Acl("<resource id=\"Shop_Sales::resource_number\" title=\"Number\"/>")
            .IntegrationApi($"<integration name=\"Wrong\"><resources>{resources}</resources></integration>{repeated}").Run();

        run.Diagnostics.Count(diagnostic => diagnostic.Id == "DCL0026").ShouldBe(1_000);
        watch.Elapsed.ShouldBeLessThan(Limit);
    }

    [Fact]
    public void A_tree_too_deep_for_the_stack_ends()
    {
        var chain = string.Concat(Enumerable.Range(0, 40_000).Select(i => $"<resource id=\"Shop_Sales::r{i}\" title=\"Abc\"><resource id=\"Shop_Sales::r{i + 1}\" title=\"Abc\"/></resource>"));
        var run = new TestProject().Acl(chain).Consolidated("""<integration name="One"><resources><resource name="Shop_Sales::r400"/></resources></integration>""").Run();

        run.Diagnostics.ShouldContain(diagnostic => diagnostic.Id == "DCL0027");
        run.AllSource.ShouldContain("\"Shop_Sales::r399\", \"Shop_Sales::r400\"];");
    }

    [Fact]
    public void Many_subscriptions_and_wrong_names_are_checked_in_time()
    {
        var events = string.Concat(Enumerable.Range(0, 2_000).Select(i => $"<async_event name=\"sales.event_number_{i}\"><payload class=\"Shop.Sales.Loose\"/></async_event>\n"));
        var subscriptions = string.Concat(Enumerable.Range(0, 2_000).Select(i => $"<event name=\"sales.event_nubmer_{i}\"><fields><field name=\"a\"/></fields></event><event name=\"alias_{i}\" parent=\"sales.event_number_{i}\"><fields><field name=\"a\" converter=\"Shop.Sales.Cents\"/></fields><rules><rule><field>x</field><operator>regex</operator><value>/((a+)+)+$/</value></rule></rules></event>\n"));
        var watch = Stopwatch.StartNew();

        SubscriptionTests.Sales().Xml("etc/b/async_events.xml", $"<config>{events}</config>").Subscriptions(subscriptions).Run().Diagnostics.ShouldAllBe(diagnostic => diagnostic.Id == "DCL0041");

        watch.Elapsed.ShouldBeLessThan(Limit);
    }

    [Fact]
    public void A_byte_order_mark_is_no_mistake() =>
        new TestProject().Xml("etc/module.xml", "\uFEFF<?xml version=\"1.0\"?>\n<config><module name=\"Shop_Sales\"/></config>").Run().ShouldBuild();

    /// <summary>U+2028 and U+0085 end a line in C#, and not in XML.</summary>
    [Fact]
    public void A_place_is_told_in_lines_as_XML_has_them()
    {
        const string Text = "<config>\r\n  <!-- a\u2028b\u0085c -->\r  <modul name=\"x\"/>\n  <module name=\"Shop_Sales\"/></config>";

        var unknown = new TestProject().Xml("etc/module.xml", Text).Run().Diagnostics.ShouldHaveSingleItem();

        Text.Substring(unknown.Location.SourceSpan.Start, unknown.Location.SourceSpan.Length).ShouldBe("modul");
    }

    public static TheoryData<string> Injections =>
    [
        "\"); System.Environment.Exit(1); (\"",
        "a\nb",
        "*/ class Evil { } /*",
        "a\u2028class Evil { }",
        "a\u2029b",
        "{0}{{}}",
        "</summary><remarks>",
        "a\\",
        "\u202Eevil",
        "class",
        "// comment",
        "#endif",
        "@\"",
        "\"\"\"",
        "]]>",
        "$(x)",
    ];

    [Theory]
    [MemberData(nameof(Injections))]
    public void Values_are_inert_in_generated_code(string value)
    {
        var escaped = new System.Xml.Linq.XAttribute("name", value).ToString()[6..^1];
        var text = new System.Xml.Linq.XText(value).ToString();
        var run = new TestProject()
            .Xml("etc/module.xml", $"<config><module name=\"{escaped}\"><sequence><module name=\"{escaped}\"/></sequence></module></config>")
            .Events($"""
                <async_event name="{escaped}"><service class="Shop.Sales.IOrderRepository" method="Get"/></async_event>
                <async_event name="good.one"><service class="Shop.Sales.IOrderRepository" method="Get"/><resources><resource>{text}</resource></resources></async_event>
                <async_event name="bad.class"><service class="{escaped}" method="{escaped}"/></async_event>
                """)
            .Source(PublisherTests.Orders)
            .Run();

        run.CompileErrors.ShouldBeEmpty();
        var types = run.Compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot().DescendantNodes()).OfType<BaseTypeDeclarationSyntax>().Select(type => type.Identifier.Text);
        types.ShouldAllBe(name => name != "Evil");
        var good = run.Compilation.Assembly.GetAttributes().Single(attribute => attribute.AttributeClass!.Name == "DeclaredAsyncEventAttribute" && (string)attribute.ConstructorArguments[0].Value! == "good.one");
        ((string)good.NamedArguments.Single(argument => argument.Key == "Resources").Value.Values[0].Value!).ReplaceLineEndings("\n").ShouldBe(value.Trim().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Keywords_and_digits_become_names()
    {
        var run = new TestProject()
            .Events("""
                <async_event name="class"><payload class="Shop.Sales.Order"/></async_event>
                <async_event name="3d.model"><payload class="Shop.Sales.Order"/></async_event>
                """)
            .Source(PublisherTests.Orders)
            .Property("rootnamespace", "My-App.class.3d")
            .Run().ShouldBuild();
        run.AllSource.ShouldContain("interface IClassPublisher");
        run.AllSource.ShouldContain("interface I_3dModelPublisher");
    }
}
