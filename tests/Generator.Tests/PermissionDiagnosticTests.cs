using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>Every mistake in permissions and in what needs them, its message and its exact place.</summary>
public sealed class PermissionDiagnosticTests
{
    private const string Event = """<async_event name="a.b"><payload class="Shop.Sales.Order"/><resources><resource>ID</resource></resources></async_event>""";

    public static TheoryData<string, string, string> Resources => new()
    {
        // id, what stands in <resources> with the place marked, a part of the message
        { "DCL0004", "<resource id=\"Shop_Sales::a\" title=\"One\" [|sortorder|]=\"1\"/>", "did you mean 'sortOrder'?" },
        { "DCL0004", "<resource id=\"Shop_Sales::a\" title=\"One\"><[|resurce|] id=\"Shop_Sales::b\"/></resource>", "did you mean 'resource'?" },
        { "DCL0006", "<resource id=\"Shop_Sales::a\" title=\"One\"><[|resource|] title=\"Two\"/></resource>", "needs the attribute 'id'" },
        { "DCL0007", "<resource id=\"[|Shop_Sales:orders|]\" title=\"One\"/>", "Vendor_Module::name" },
        { "DCL0007", "<resource id=\"[|sales::orders|]\" title=\"One\"><resource id=\"Shop_Sales::b\" title=\"Two\"/></resource>", "Vendor_Module::name" },
        { "DCL0007", "<resource id=\"Shop_Sales::a\" title=\"[|AB|]\"/>", "3 to 50 characters" },
        { "DCL0007", "<resource id=\"Shop_Sales::a\" title=\"One\" sortOrder=\"[|first|]\"/>", "whole number" },
        { "DCL0007", "<resource id=\"Shop_Sales::a\" title=\"One\" disabled=\"[|yes|]\"/>", "write true" },
        { "DCL0009", "<resource id=\"Shop_Sales::a\" title=\"One\"/><resource id=\"[|Shop_Sales::a|]\" title=\"Two\"/>", "The resource 'Shop_Sales::a' is stated twice here; the later counts" },
        { "DCL0027", "<resource id=\"Shop_Sales::a\" title=\"One\"><resource id=\"Shop_Sales::b\" title=\"Two\"/></resource><resource id=\"[|Shop_Sales::b|]\"/>", "stands at the top in etc/acl.xml, but under 'Shop_Sales::a' in etc/acl.xml" },
        { "DCL0028", "<resource id=\"[|Shop_Sales::a|]\"/>", "The resource 'Shop_Sales::a' has no title in any module" },
        { "DCL0029", "<resource id=\"Shop_Sales::a\" title=\"One\" disabled=\"[|1|]\"/>", "disabled=\"1\" does not switch 'Shop_Sales::a' off" },
        { "DCL0029", "<resource id=\"Shop_Sales::a\" title=\"One\" disabled=\"[| true |]\"/>", "write disabled=\"true\"" },
    };

    [Theory]
    [MemberData(nameof(Resources))]
    public void A_mistake_in_acl_xml_is_reported_at_its_place(string id, string marked, string message)
    {
        var file = Marked.Parse($"<config>\n  <acl><resources>\n    {marked}\n</resources></acl></config>");
        var run = new TestProject().Xml("etc/acl.xml", file.Text).Run();

        var diagnostic = file.ShouldBeTheOnly(id, run.Diagnostics);
        diagnostic.GetMessage().ShouldContain(message);
        diagnostic.Location.GetLineSpan().Path.ShouldBe("/src/shop/etc/acl.xml");
        run.CompileErrors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("DCL0005", "<[|acl|]/>", "not <acl>")]
    [InlineData("DCL0008", "<[|config|]/>", "needs an <acl>")]
    [InlineData("DCL0008", "<config><[|acl|]/></config>", "needs <resources>")]
    [InlineData("DCL0008", "<config><acl><[|resuorces|]/></acl></config>", "did you mean it by <resuorces>?")]
    public void A_mistake_around_the_resources_is_reported_at_its_place(string id, string marked, string message)
    {
        var file = Marked.Parse(marked);
        file.ShouldBeTheOnly(id, new TestProject().Xml("etc/acl.xml", file.Text).Run().Diagnostics).GetMessage().ShouldContain(message);
    }

    [Fact]
    public void Resources_before_a_syntax_error_still_count()
    {
        var run = new TestProject()
            .Xml("etc/acl.xml", """<config><acl><resources><resource id="Magento_Backend::admin"><resource id="Shop_Sales::sales" title="Sales"><resource id="Shop_Sales::orders" title="Orders"/><resource id="Shop_Sales::half" """)
            .Events(PublisherTests.OrderCreated).Source(PublisherTests.Orders).Run();

        run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0001");
        run.AllSource.ShouldContain("const string Sales ");
        run.AllSource.ShouldContain("const string Orders ");
        run.AllSource.ShouldNotContain("Half");
    }

    [Theory]
    [InlineData("Shop_Sales::ordrs", "which the event 'a.b' needs, is declared by no module known here; did you mean 'Shop_Sales::orders'?")]
    [InlineData("Shop_Sale::orders", "")]
    [InlineData("Shop_Sales:orders", "is no resource id: write Vendor_Module::name, e.g. Shop_Sales::orders; did you mean 'Shop_Sales::orders'?")]
    [InlineData("Shop_Sales::nothing_like_it", "is declared by no module known here")]
    [InlineData("Shop_Sales::off", "is switched off in etc/acl.xml")]
    [InlineData("Shop_Sales::below_off", "is switched off with 'Shop_Sales::off' in etc/acl.xml")]
    [InlineData("Shop_Other::anything", "")]
    [InlineData("Magento_Sales::anything", "")]
    public void A_resource_that_an_event_needs_must_exist(string id, string message)
    {
        var file = Marked.Parse("<config>\n" + Event.Replace("ID", $"[|{id}|]", StringComparison.Ordinal) + "</config>");
        var diagnostics = new TestProject()
            .Acl("""
                <resource id="Shop_Sales::orders" title="Orders"/>
                <resource id="Shop_Sales::off" title="Off" disabled="true"><resource id="Shop_Sales::below_off" title="Below"/></resource>
                <resource id="Magento_Sales::sales"><resource id="Shop_Sales::more" title="More"/></resource>
                """)
            .Xml("etc/async_events.xml", file.Text).Source(PublisherTests.Orders).Run().Diagnostics;

        // An id of a module that a library doesn't see is for the host to judge.
        if (message.Length == 0)
            diagnostics.ShouldBeEmpty();
        else
            file.ShouldBeTheOnly("DCL0026", diagnostics).GetMessage().ShouldEndWith(message);
    }

    [Fact]
    public void A_resource_that_an_attribute_needs_is_reported_at_the_attribute()
    {
        var source = Marked.Parse("using Declarative;\nnamespace Shop.Sales;\n[AsyncEvent(\"[|a.b|]\", Resources = [\"Shop_Sales::ordrs\"])] public sealed record Order(int Id);");
        var run = new TestProject().Acl(PublisherTests.OrdersResource).Source(source.Text).Run();
        source.ShouldBeTheOnly("DCL0026", run.Diagnostics).GetMessage().ShouldContain("did you mean 'Shop_Sales::orders'?");
    }

    [Fact]
    public void A_resource_that_a_route_needs_is_reported_at_its_own_part_of_the_list()
    {
        var file = Marked.Parse("<routes>\n<route url=\"/V1/orders/:id\" method=\"GET\"><service class=\"Shop.Sales.IOrderRepository\" method=\"Get\"/><resources><resource ref=\"self, [|Shop_Sales::ordrs|],Shop_Sales::orders\"/></resources></route></routes>");
        var run = new TestProject().Acl(PublisherTests.OrdersResource).Xml("etc/webapi.xml", file.Text).Source(PublisherTests.Orders).Run();
        file.ShouldBeTheOnly("DCL0026", run.Diagnostics).GetMessage().ShouldBe("The resource 'Shop_Sales::ordrs', which the route 'GET /V1/orders/:id' needs, is declared by no module known here; did you mean 'Shop_Sales::orders'?");
    }

    [Fact]
    public void A_library_judges_ids_of_modules_that_it_references()
    {
        var sales = new TestProject().Acl(PublisherTests.OrdersResource).Source(PublisherTests.Orders).Run().ShouldBuild();
        var file = Marked.Parse("<config>\n" + Event.Replace("ID", "[|Shop_Sales::order|]", StringComparison.Ordinal) + "</config>");
        var run = new TestProject { AssemblyName = "Shop.Loyalty" }.References(sales).Xml("etc/async_events.xml", file.Text).Run();
        file.ShouldBeTheOnly("DCL0026", run.Diagnostics).GetMessage().ShouldContain("did you mean 'Shop_Sales::orders'?");
    }

    [Fact]
    public void A_host_judges_every_id_its_own_and_those_of_its_references()
    {
        const string Wrong = "Magento_Sales::anything";
        var sales = new TestProject().Events(Event.Replace("ID", Wrong, StringComparison.Ordinal))
            .Routes($"""<route url="/V1/orders/:id" method="GET"><service class="Shop.Sales.IOrderRepository" method="Get"/><resources><resource ref="{Wrong}"/></resources></route>""")
            .Source(PublisherTests.Orders).Run().ShouldBuild();
        var file = Marked.Parse("<config>\n" + Event.Replace("a.b", "c.d", StringComparison.Ordinal).Replace("ID", $"[|{Wrong}|]", StringComparison.Ordinal) + "</config>");

        var diagnostics = new TestProject { AssemblyName = "Shop.Host", OutputKind = OutputKind.ConsoleApplication }.References(sales)
            .Xml("etc/async_events.xml", file.Text).Source("return;").Run().Diagnostics;

        diagnostics.Select(diagnostic => diagnostic.Id).ShouldBe(["DCL0026", "DCL0026", "DCL0026"]);
        file.ShouldBeTheOnly("DCL0026", diagnostics.Where(diagnostic => diagnostic.Location != Location.None));
        diagnostics.Where(diagnostic => diagnostic.Location == Location.None).Select(diagnostic => diagnostic.GetMessage()).ShouldBe(
            [
                "The resource 'Magento_Sales::anything', which the event 'a.b' of the module Shop_Sales (assembly Shop.Sales, etc/async_events.xml) needs, is declared by no module known here",
                "The resource 'Magento_Sales::anything', which the route 'GET /V1/orders/:id' of the module Shop_Sales (assembly Shop.Sales, etc/webapi.xml) needs, is declared by no module known here",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public void Two_parents_are_found_across_files_and_against_references()
    {
        const string Parent = """<config><acl><resources><resource id="Shop_Sales::sales" title="Sales"><resource id="Shop_Sales::orders" title="Orders"/></resource></resources></acl></config>""";
        var file = Marked.Parse("<config><acl><resources>\n<resource id=\"[|Shop_Sales::orders|]\"/></resources></acl></config>");
        var sales = new TestProject().Xml("etc/acl.xml", Parent).Run().ShouldBuild();

        var inFiles = new TestProject().Xml("etc/a/acl.xml", Parent).Xml("etc/b/acl.xml", file.Text).Run();
        var againstReference = new TestProject { AssemblyName = "Shop.Loyalty" }.References(sales).Xml("etc/acl.xml", file.Text).Run();

        // Before the module that it disagrees with, by sequence, it still is the one to be mended here.
        var before = new TestProject { AssemblyName = "Aaa.Aaa" }.References(sales).Xml("etc/acl.xml", file.Text).Run();

        file.ShouldBeTheOnly("DCL0027", inFiles.Diagnostics).GetMessage().ShouldBe("The resource 'Shop_Sales::orders' stands at the top in etc/b/acl.xml, but under 'Shop_Sales::sales' in etc/a/acl.xml; a resource has one parent");
        file.ShouldBeTheOnly("DCL0027", againstReference.Diagnostics).GetMessage().ShouldContain("but under 'Shop_Sales::sales' in the module Shop_Sales (assembly Shop.Sales, etc/acl.xml)");
        file.ShouldBeTheOnly("DCL0027", before.Diagnostics).GetMessage().ShouldContain("but under 'Shop_Sales::sales' in the module Shop_Sales (assembly Shop.Sales, etc/acl.xml)");
    }

    [Fact]
    public void Only_a_host_reports_what_its_references_do_to_each_other()
    {
        GeneratorRun Module(string name, string body) => new TestProject { AssemblyName = name }.Acl(body).Run().ShouldBuild();
        var one = Module("Shop.One", """<resource id="Any_Parent::a"><resource id="Shop_Shared::x" title="Shared"/></resource>""");
        var two = Module("Shop.Two", """<resource id="Shop_Shared::x" title="Shared"/>""");

        var library = new TestProject { AssemblyName = "Shop.Library" }.References(one).References(two).Run();
        var host = new TestProject { AssemblyName = "Shop.Host", OutputKind = OutputKind.ConsoleApplication }.References(one).References(two).Source("return;").Run();

        library.Diagnostics.ShouldBeEmpty();
        host.Diagnostics.Select(diagnostic => (diagnostic.Id, diagnostic.Location == Location.None, diagnostic.GetMessage())).ShouldBe(
            [
                ("DCL0027", true, "The resource 'Shop_Shared::x' stands at the top in the module Shop_Two (assembly Shop.Two, etc/acl.xml), but under 'Any_Parent::a' in the module Shop_One (assembly Shop.One, etc/acl.xml); a resource has one parent"),
                ("DCL0028", true, "The resource 'Any_Parent::a', which the module Shop_One (assembly Shop.One, etc/acl.xml) states, has no title in any module, so that people see its id; add title=\"…\" where it is declared"),
            ],
            ignoreOrder: true);
    }

    [Fact]
    public void A_foreign_parent_needs_no_title_but_a_mistyped_one_is_found()
    {
        var sales = new TestProject().Acl("""<resource id="Shop_Sales::sales" title="Sales"/>""").Run().ShouldBuild();
        new TestProject { AssemblyName = "Shop.Loyalty" }.References(sales).Acl("""<resource id="Any_Where::x"><resource id="Shop_Loyalty::points" title="Points"/></resource><resource id="Shop_Sales::sales"/>""").Run().ShouldBuild();

        var file = Marked.Parse("<config><acl><resources>\n<resource id=\"[|Shop_Sales::slaes|]\"><resource id=\"Shop_Loyalty::points\" title=\"Points\"/></resource></resources></acl></config>");
        var run = new TestProject { AssemblyName = "Shop.Loyalty" }.References(sales).Xml("etc/acl.xml", file.Text).Run();
        file.ShouldBeTheOnly("DCL0028", run.Diagnostics).GetMessage().ShouldEndWith("did you mean 'Shop_Sales::sales'?");
    }

    [Fact]
    public void A_resource_that_a_reference_switches_off_is_named_with_its_place()
    {
        var sales = new TestProject().Acl("""<resource id="Shop_Sales::orders" title="Orders" disabled="true"/>""").Source(PublisherTests.Orders).Run().ShouldBuild();
        new TestProject { AssemblyName = "Shop.Loyalty" }.References(sales).Events(Event.Replace("ID", "Shop_Sales::orders", StringComparison.Ordinal)).Run()
            .Diagnostics.ShouldHaveSingleItem().GetMessage().ShouldEndWith("is switched off in the module Shop_Sales (assembly Shop.Sales, etc/acl.xml)");
    }
}
