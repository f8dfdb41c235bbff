using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>Every mistake in a declaration, its message and its exact place in the XML file.</summary>
public sealed class DiagnosticTests
{
    private const string Service = """<service class="Shop.Sales.IOrderRepository" method="Get"/>""";

    private const string Odd = """
        namespace Shop.Sales;
        public interface IOdd
        {
            string Two(int a); string Two(string a);
            void Nothing(int a); Task NothingAsync(int a);
            string ByReference(ref int a);
            string Stack(ReadOnlySpan<char> text);
            string Callback(Action action);
            string Abstract(IOdd odd);
            string Generic<T>(T value);
            static string Static(int a) => "";
            IAsyncEnumerable<int> Stream(int a);
        }
        internal sealed class Holder { private interface IHidden { string Get(int id); } }
        public interface IOpen<T> { string Get(int id); }
        """;

    public static TheoryData<string, string, string> Events => new()
    {
        // id, the file's events with the place marked, a part of the message
        { "DCL0001", "<async_event name=\"a.b\">" + Service + "</[|a|]sync_evnt>", "well-formed" },
        { "DCL0004", "<async_event name=\"a.b\" [|titel|]=\"x\">" + Service + "</async_event>", "known here: name" },
        { "DCL0004", "<async_event name=\"a.b\">" + Service + "<[|resurces|]/></async_event>", "did you mean 'resources'?" },
        { "DCL0006", "<[|async_event|]>" + Service + "</async_event>", "needs the attribute 'name'" },
        { "DCL0006", "<async_event [|nmae|]=\"a.b\">" + Service + "</async_event>", "did you mean it by 'nmae'?" },
        { "DCL0006", "<async_event name=\"a.b\"><service class=\"Shop.Sales.IOrderRepository\" [|metod|]=\"Get\"/></async_event>", "'method'; did you mean it by 'metod'?" },
        { "DCL0007", "<async_event name=\"[|sales order|]\">" + Service + "</async_event>", "can't be an event name" },
        { "DCL0007", "<async_event name=\"[|...|]\">" + Service + "</async_event>", "can't be an event name" },
        { "DCL0008", "<[|async_event|] name=\"a.b\"/>", "needs a <service" },
        { "DCL0007", "<async_event name=\"a.b\"><service class=\"[|Shop/Sales/IOrderRepository|]\" method=\"Get\"/></async_event>", "can't be a class name" },
        { "DCL0007", "<async_event name=\"a.b\"><payload class=\"[||]\"/></async_event>", "can't be a class name" },
        { "DCL0008", "<async_event name=\"a.b\"><[|servce|] class=\"Shop.Sales.IOrderRepository\" method=\"Get\"/></async_event>", "did you mean it by <servce>?" },
        { "DCL0014", "<async_event name=\"a.b\"><service class=\"Shop.Sales.IOrderRepository\" method=\"[|Fnid|]\"/></async_event>", "did you mean 'FindAsync'?" },
        { "DCL0009", "<async_event name=\"a.b\">" + Service + "<[|service|] class=\"Shop.Sales.IOrderRepository\" method=\"Get\"/></async_event>", "first counts" },
        { "DCL0009", "<async_event name=\"a.b\">" + Service + "<resources><resource>Any_One::c</resource><resource>[|Any_One::c|]</resource></resources></async_event>", "The resource 'Any_One::c' is stated twice" },
        { "DCL0009", "<async_event name=\"a.b\">" + Service + "<[|payload|] class=\"Shop.Sales.Order\"/></async_event>", "stated twice" },
        { "DCL0010", "<async_event name=\"a.b\">" + Service + "</async_event><async_event name=\"[|a.b|]\">" + Service + "</async_event>", "already declared in etc/async_events.xml" },
        { "DCL0011", "<async_event name=\"[|Sales.Order|]\">" + Service + "</async_event>", "write 'sales.order'" },
        { "DCL0012", "<async_event name=\"a.b\">" + Service + "</async_event><async_event name=\"[|a_b|]\">" + Service + "</async_event>", "IABPublisher" },
        { "DCL0013", "<async_event name=\"a.b\"><service class=\"[|Shop.Sales.IOrderRepositry|]\" method=\"Get\"/></async_event>", "did you mean 'Shop.Sales.IOrderRepository'?" },
        { "DCL0013", "<async_event name=\"a.b\"><service class=\"[|Shop.Orders.IOrderRepository|]\" method=\"Get\"/></async_event>", "did you mean 'Shop.Sales.IOrderRepository'?" },
        { "DCL0013", "<async_event name=\"a.b\"><payload class=\"[|Nowhere|]\"/></async_event>", "There is no type 'Nowhere'" },
        { "DCL0014", "<async_event name=\"a.b\"><service class=\"Shop.Sales.IOrderRepository\" method=\"[|Gett|]\"/></async_event>", "did you mean 'Get'?" },
        { "DCL0014", "<async_event name=\"a.b\"><service class=\"Shop.Sales.IOrderRepository\" method=\"[|Get(string)|]\"/></async_event>", "it has Get(int)" },
        { "DCL0014", "<async_event name=\"a.b\"><service class=\"Shop.Sales.IOdd\" method=\"[|Static|]\"/></async_event>", "no instance method" },
        { "DCL0014", "<async_event name=\"a.b\"><service class=\"Shop.Sales.IOdd\" method=\"[|Generic|]\"/></async_event>", "no instance method" },
        { "DCL0015", "<async_event name=\"a.b\"><service class=\"Shop.Sales.IOdd\" method=\"[|Two|]\"/></async_event>", "method=\"Two(int)\" or method=\"Two(string)\"" },
        { "DCL0016", "<async_event name=\"a.b\"><service class=\"Shop.Sales.IOdd\" method=\"[|ByReference|]\"/></async_event>", "passed by reference" },
        { "DCL0016", "<async_event name=\"a.b\"><service class=\"Shop.Sales.IOdd\" method=\"[|Stack|]\"/></async_event>", "lives on the stack" },
        { "DCL0016", "<async_event name=\"a.b\"><service class=\"Shop.Sales.IOdd\" method=\"[|Callback|]\"/></async_event>", "is a delegate" },
        { "DCL0016", "<async_event name=\"a.b\"><service class=\"Shop.Sales.IOdd\" method=\"[|Abstract|]\"/></async_event>", "is abstract" },
        { "DCL0017", "<async_event name=\"a.b\"><service class=\"Shop.Sales.IOdd\" method=\"[|Nothing|]\"/></async_event>", "returns nothing" },
        { "DCL0017", "<async_event name=\"a.b\"><service class=\"Shop.Sales.IOdd\" method=\"[|NothingAsync|]\"/></async_event>", "returns nothing" },
        { "DCL0017", "<async_event name=\"a.b\"><service class=\"Shop.Sales.IOdd\" method=\"[|Stream|]\"/></async_event>", "piece by piece" },
        { "DCL0019", "<async_event name=\"a.b\"><service class=\"[|Shop.Sales.Holder.IHidden|]\" method=\"Get\"/></async_event>", "not visible" },
    };

    [Theory]
    [MemberData(nameof(Events))]
    public void A_mistake_in_async_events_is_reported_at_its_place(string id, string marked, string message)
    {
        var file = Marked.Parse($"<config>\n    {marked}\n</config>");
        var run = new TestProject().Xml("etc/async_events.xml", file.Text).Source(PublisherTests.Orders).Source(Odd).Run();

        var diagnostic = file.ShouldBeTheOnly(id, run.Diagnostics);
        diagnostic.GetMessage().ShouldContain(message);
        diagnostic.Location.GetLineSpan().Path.ShouldBe("/src/shop/etc/async_events.xml");
    }

    [Theory]
    [InlineData("DCL0005", "<[|modul|]/>", "not <modul>")]
    [InlineData("DCL0006", "<config><[|module|]/></config>", "needs the attribute 'name'")]
    [InlineData("DCL0007", "<config><module name=\"[|shop|]\"/></config>", "Vendor_Module")]
    [InlineData("DCL0007", "<config><module name=\"Shop_Sales\" setup_version=\"[|one|]\"/></config>", "setup version")]
    [InlineData("DCL0004", "<config><module name=\"Shop_Sales\" [|active|]=\"true\"/></config>", "known here: name, setup_version")]
    [InlineData("DCL0004", "<config><module name=\"Shop_Sales\"/><[|sequence|]/></config>", "known here: module")]
    [InlineData("DCL0008", "<[|config|]/>", "needs a <module>")]
    [InlineData("DCL0009", "<config><module name=\"Shop_Sales\"><sequence><module name=\"Ab_B1\"/><module name=\"[|Ab_B1|]\"/></sequence></module></config>", "'Ab_B1' is stated twice")]
    [InlineData("DCL0020", "<config><module name=\"Shop_Sales\"><sequence><module name=\"[|Shop_Sales|]\"/></sequence></module></config>", "Shop_Sales → Shop_Sales")]
    [InlineData("DCL0021", "<config><module name=\"Shop_Sales\"/><[|module|] name=\"Shop_Other\"/></config>", "'Shop_Sales' counts")]
    public void A_mistake_in_module_xml_is_reported_at_its_place(string id, string marked, string message)
    {
        var file = Marked.Parse(marked);
        var diagnostics = new TestProject().Xml("etc/module.xml", file.Text).Run().Diagnostics;
        file.ShouldBeTheOnly(id, diagnostics).GetMessage().ShouldContain(message);
    }

    [Fact]
    public void A_file_that_vanished_is_reported()
    {
        var project = new TestProject();
        var run = GeneratorRun.Start(project.Compilation(), [new TestText("/src/shop/etc/async_events.xml", null)], project.Options());
        run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0003");
    }

    [Fact]
    public void An_attribute_is_checked_by_the_same_rules_at_its_own_place()
    {
        const string Source = """
            using Declarative;
            namespace Shop.Sales;
            public interface IOrders
            {
                [AsyncEvent("Sales.Order")] string Get(int id);
                [AsyncEvent("a b")] string Bad(int id);
                [AsyncEvent("a.c")] void Nothing(int id);
            }
            public sealed class Orders : IOrders
            {
                [AsyncEvent("a.d")] public string Get(int id) => "";
                public string Bad(int id) => "";
                public void Nothing(int id) { }
            }
            """;
        var run = new TestProject().Source(Source).Run();

        run.Diagnostics.Select(diagnostic => (diagnostic.Id, diagnostic.Location.GetLineSpan().StartLinePosition.Line + 1, diagnostic.Location.GetLineSpan().StartLinePosition.Character + 1))
            .OrderBy(one => one.Item2)
            .ShouldBe([("DCL0011", 5, 18), ("DCL0007", 6, 18), ("DCL0017", 7, 18), ("DCL0024", 11, 18)]);
    }

    [Fact]
    public void XML_and_attribute_may_say_the_same_but_nothing_else()
    {
        const string Source = """
            using Declarative;
            namespace Shop.Sales;
            public interface IOrders { [AsyncEvent("a.b")] string Get(int id); string Other(int id); }
            """;
        new TestProject().Events("""<async_event name="a.b"><service class="Shop.Sales.IOrders" method="Get"/></async_event>""").Source(Source).Run().ShouldBuild();

        var diagnostic = new TestProject().Events("""<async_event name="a.b"><service class="Shop.Sales.IOrders" method="Other"/></async_event>""").Source(Source).Run()
            .Diagnostics.ShouldHaveSingleItem();
        diagnostic.Id.ShouldBe("DCL0023");
        diagnostic.GetMessage().ShouldContain("etc/async_events.xml");
        diagnostic.Location.GetLineSpan().Path.ShouldEndWith("Source0.cs");
    }

    [Fact]
    public void An_interfaces_method_and_its_implementation_must_agree()
    {
        const string Agreeing = """
            using Declarative;
            namespace Shop.Sales;
            public interface IOrders { [AsyncEvent("a.b")] string Get(int id); }
            public sealed class Orders : IOrders { [AsyncEvent("a.b")] public string Get(int id) => ""; }
            """;
        new TestProject().Source(Agreeing).Run().ShouldBuild();
        new TestProject().Source(Agreeing.Replace("[AsyncEvent(\"a.b\")] public", "[AsyncEvent(\"a.c\")] public", StringComparison.Ordinal)).Run()
            .Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0024");
    }

    [Fact]
    public void An_override_keeps_names_and_types()
    {
        var sales = new TestProject().Acl(PublisherTests.OrdersResource).Events(PublisherTests.OrderCreated).Source(PublisherTests.Orders).Run().ShouldBuild();
        var file = Marked.Parse("""<config><async_event name="sales.order.created"><service class="Shop.Loyalty.Orders" method="[|Get|]"/></async_event></config>""");

        var run = new TestProject { AssemblyName = "Shop.Loyalty" }.References(sales).Xml("etc/async_events.xml", file.Text)
            .Source("namespace Shop.Loyalty; public sealed class Orders { public string Get(string id) => \"\"; }").Run();

        file.ShouldBeTheOnly("DCL0018", run.Diagnostics).GetMessage().ShouldContain("takes (int id) in the module Shop_Sales, but (string id) in this declaration");
    }

    [Fact]
    public void A_host_reports_what_only_the_sum_of_modules_shows()
    {
        GeneratorRun Module(string name, string before, string type) => new TestProject { AssemblyName = name }
            .Xml("etc/module.xml", $"""<config><module name="{name.Replace('.', '_')}"><sequence><module name="{before}"/></sequence></module></config>""")
            .Events("""<async_event name="a.b"><service class="Own.Service" method="Get"/></async_event>""")
            .Source($"namespace Own; internal sealed class Service {{ public string Get({type} id) => \"\"; }}")
            .Property("rootnamespace", name)
            .Run().ShouldBuild();
        var one = Module("Shop.One", "Shop_Two", "int");
        var two = Module("Shop.Two", "Shop_One", "string");

        var library = new TestProject { AssemblyName = "Shop.Library" }.References(one).References(two).Run();
        var host = new TestProject { AssemblyName = "Shop.Host", OutputKind = OutputKind.ConsoleApplication }.References(one).References(two).Source("return;").Run();

        library.Diagnostics.ShouldBeEmpty();
        host.Diagnostics.Select(diagnostic => diagnostic.Id).ShouldBe(["DCL0018", "DCL0020"], ignoreOrder: true);
        host.Diagnostics.Single(diagnostic => diagnostic.Id == "DCL0018").GetMessage().ShouldContain("Shop_Two (assembly Shop.Two, etc/async_events.xml)");
    }

    [Fact]
    public void An_unknown_manifest_format_names_assembly_and_both_versions()
    {
        var future = new TestProject { AssemblyName = "Shop.Future" }
            .Source("[assembly: Declarative.Modules.DeclarativeModule(\"Shop_Future\", 99, GeneratorVersion = \"9.9.9\")]").Run();

        var diagnostic = new TestProject { AssemblyName = "Shop.Host", OutputKind = OutputKind.ConsoleApplication }.References(future).Source("return;").Run().Diagnostics.ShouldHaveSingleItem();

        diagnostic.Id.ShouldBe("DCL0022");
        diagnostic.GetMessage().ShouldBe("The assembly 'Shop.Future' was built with Declarative 9.9.9 (manifest format 99); this is Declarative 0.1.0 and reads format 1. Use the same package version in both.");
    }

    [Fact]
    public void One_module_name_in_two_assemblies_is_reported()
    {
        GeneratorRun Module(string assembly) => new TestProject { AssemblyName = assembly }.Xml("etc/module.xml", """<config><module name="Shop_Same"/></config>""").Run().ShouldBuild();
        var host = new TestProject { AssemblyName = "Shop.Host", OutputKind = OutputKind.ConsoleApplication }.References(Module("Shop.A")).References(Module("Shop.B")).Source("return;").Run();
        host.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0025");
    }

    [Fact]
    public void A_broken_event_keeps_its_shape_so_that_only_the_real_error_shows()
    {
        var run = new TestProject()
            .Events("""
                <async_event name="a.b"><service class="Shop.Sales.INowhere" method="Get"/></async_event>
                <async_event name="a.c"><service class="Shop.Sales.IVoid" method="Get"/></async_event>
                """)
            .Source("""
                using Shop.Sales.Events;
                namespace Shop.Sales;
                public interface IVoid { void Get(int id); }
                public sealed class Checkout(IABPublisher ab, IACPublisher ac)
                {
                    public async Task Place(CancellationToken cancellationToken)
                    {
                        await ab.PublishAsync();
                        await ab.PublishAsync(1, cancellationToken: cancellationToken);
                        await ab.PublishAsync(1, "two", cancellationToken: cancellationToken);
                        await ab.PublishAsync(1, 2, 3, 4, 5, new Declarative.PublishOptions(), cancellationToken);
                        await ac.PublishAsync(3, new Declarative.PublishOptions());
                    }
                }
                """)
            .Run();

        run.Diagnostics.Select(diagnostic => diagnostic.Id).ShouldBe(["DCL0013", "DCL0017"]);
        run.CompileErrors.ShouldBeEmpty();
        run.AllSource.ShouldMatchSnapshot("Broken");
    }

    [Fact]
    public void What_needs_a_broken_thing_is_not_reported_besides()
    {
        var ofEvent = new TestProject { OutputKind = OutputKind.ConsoleApplication }
            .Events("""<async_event name="order.made"><service class="Shop.Sales.IOrderRepository" method="Fetch"/></async_event>""")
            .Subscriptions("""<event name="order.made"><fields><field name="id"/></fields></event>""")
            .Source(PublisherTests.Orders).Source("return;").Run();
        ofEvent.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0014");

        var ofPermission = new TestProject { OutputKind = OutputKind.ConsoleApplication }
            .Events("""<async_event name="order.made"><service class="Shop.Sales.IOrderRepository" method="Get"/><resources><resource>Shop_Sales::orders</resource></resources></async_event>""")
            .Xml("etc/acl.xml", "<config><acl><resources><resource id=\"Shop_Sales::orders\" title")
            .Source(PublisherTests.Orders).Source("return;").Run();
        ofPermission.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0001");
    }

    [Fact]
    public void A_manifest_says_that_something_is_wrong_so_that_a_running_host_keeps_what_it_has()
    {
        static GeneratorRun Run(string method) => new TestProject().Events($"""<async_event name="order.made"><service class="Shop.Sales.IOrderRepository" method="{method}"/></async_event>""").Source(PublisherTests.Orders).Run();

        Run("Fetch").Sources["DeclarativeManifest.g.cs"].ShouldContain("HasErrors = true");
        Run("Get").Sources["DeclarativeManifest.g.cs"].ShouldNotContain("HasErrors");
    }

    [Fact]
    public void Events_before_a_syntax_error_and_other_files_still_count()
    {
        var run = new TestProject()
            .Acl(PublisherTests.OrdersResource)
            .Xml("etc/a/async_events.xml", "<config>" + PublisherTests.OrderCreated + "<async_event name=\"half\"><service")
            .Xml("etc/b/async_events.xml", """<config><async_event name="c.d"><payload class="Shop.Sales.Order"/></async_event></config>""")
            .Source(PublisherTests.Orders)
            .Run();

        run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0001");
        run.AllSource.ShouldContain("interface ISalesOrderCreatedPublisher");
        run.AllSource.ShouldContain("interface ICDPublisher");
        run.AllSource.ShouldNotContain("Half");
        run.CompileErrors.ShouldBeEmpty();
    }
}
