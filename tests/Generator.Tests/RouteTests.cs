using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>What appears when routes are declared.</summary>
public sealed class RouteTests
{
    internal const string GetOrder = """
          <route url="/V1/orders/:id" method="GET">
            <service class="Shop.Sales.IOrderRepository" method="Get"/>
            <resources><resource ref="Shop_Sales::orders"/></resources>
          </route>
        """;

    private const string Service = """
        namespace Shop.Sales;

        public sealed record Customer(int Id, string? Name);
        public sealed record Order(int Id, Customer? Customer);

        public interface IOrders
        {
            Task<Order?> GetAsync(int id, CancellationToken cancellationToken = default);
            IReadOnlyList<Order?> List(string? state = null, int page = 1);
            void Cancel(int id);
            ValueTask RemoveAsync(int orderId);
            Task SaveAsync(Order order);
            int? Count();
            Dictionary<string, List<Order?>?> All();
            (int A, string? B) Pair();
            dynamic @object();
        }
        """;

    private const string Routes = """
          <route url="/V1/orders/:id" method="GET">
            <service class="Shop.Sales.IOrders" method="get"/>
            <resources><resource ref="Shop_Sales::orders"/></resources>
          </route>
          <route url="V1/orders/" method="GET" secure="true" soapOperation="list">
            <service class="Shop\Sales\IOrders" method="List"/>
            <resources><resource ref="self, Shop_Sales::orders"/></resources>
            <data input-array-size-limit="20"><parameter name="state" force="true">%state%</parameter><parameter name="page">1</parameter></data>
          </route>
          <route url="/V1/orders/:id/cancel" method="POST" secure="0"><service class="Shop.Sales.IOrders" method="Cancel"/><resources><resource ref="Shop_Sales::orders"/></resources></route>
          <route url="/V1/orders/:order_id" method="DELETE"><service class="Shop.Sales.IOrders" method="Remove"/><resources><resource ref="Shop_Sales::orders"/></resources></route>
          <route url="/V1/orders/:id" method="PUT"><service class="Shop.Sales.IOrders" method="Save"/><resources><resource ref="Shop_Sales::orders"/></resources><data><parameter name="order.customer.id" force="true">%customer_id%</parameter></data></route>
          <route url="/V1/products" method="GET"><resources><resource ref="Shop_Sales::orders"/></resources><data><parameter name="store">"1"</parameter></data></route>
        """;

    private const string Unusual = """
          <route url="/V1/count" method="GET"><service class="Shop.Sales.IOrders" method="Count"/><resources><resource ref="anonymous"/></resources></route>
          <route url="/V1/all" method="GET"><service class="Shop.Sales.IOrders" method="All"/><resources><resource ref="anonymous"/></resources></route>
          <route url="/V1/pair" method="GET"><service class="Shop.Sales.IOrders" method="Pair"/><resources><resource ref="anonymous"/></resources></route>
          <route url="/V1/object" method="GET"><service class="Shop.Sales.IOrders" method="object"/><resources><resource ref="anonymous"/></resources></route>
        """;

    [Fact]
    public void A_library_gets_rows_and_attributes() =>
        new TestProject().Acl(PublisherTests.OrdersResource).Routes(Routes).Source(Service).Run().ShouldBuild()
            .Sources.Where(source => !source.Key.Contains("acl", StringComparison.Ordinal)).Select(source => source.Value).Aggregate((a, b) => a + "\n" + b)
            .ShouldMatchSnapshot("Routes");

    [Fact]
    public void A_host_carries_no_attributes()
    {
        var run = new TestProject { AssemblyName = "Shop.Host", OutputKind = OutputKind.ConsoleApplication }
            .References(AclTests.Backend())
            .Acl("""<resource id="Magento_Backend::admin"><resource id="Shop_Sales::orders" title="Orders"/></resource>""")
            .Routes("""<route url="/V1/count" method="GET"><service class="Shop.Sales.IOrders" method="Count"/><resources><resource ref="Shop_Sales::orders"/></resources></route>""")
            .Source(Service).Source("return;")
            .Run().ShouldBuild();

        run.Sources.Single(source => source.Key.StartsWith("etc_webapi", StringComparison.Ordinal)).Value.ShouldMatchSnapshot("RoutesHost");
    }

    [Fact]
    public void Results_of_any_shape_compile_without_a_warning()
    {
        var text = new TestProject().Routes(Unusual).Source(Service).Run().ShouldBuild().AllSource;
        text.ShouldContain("module.AddRoute<global::Shop.Sales.IOrders, int?>(");
        text.ShouldContain("module.AddRoute<global::Shop.Sales.IOrders, object>(");
        text.ShouldContain("service.@object()");
    }

    [Fact]
    public void A_broken_route_is_left_out_and_the_others_stay()
    {
        var run = new TestProject().Acl(PublisherTests.OrdersResource)
            .Routes("""<route url="/V1/nowhere" method="GET"><service class="Shop.Sales.INowhere" method="Get"/><resources><resource ref="self"/></resources></route>""" + GetOrder)
            .Source(PublisherTests.Orders).Run();

        run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0013");
        run.CompileErrors.ShouldBeEmpty();
        run.AllSource.ShouldContain("\"/V1/orders/:id\", File, \"Get\"");
        run.AllSource.ShouldNotContain("/V1/nowhere");
    }

    [Fact]
    public void One_route_in_two_files_of_an_assembly_is_two_statements() =>
        new TestProject().Acl(PublisherTests.OrdersResource).Source(PublisherTests.Orders)
            .Xml("etc/a/webapi.xml", "<routes>" + GetOrder + "</routes>")
            .Xml("etc/b/webapi.xml", """<routes><route url="V1/orders/:id/" method="GET"><resources><resource ref="self"/></resources></route></routes>""")
            .Run().ShouldBuild()
            .AllSource.ShouldContain("module.AddToRoute(\"GET\", \"/V1/orders/:id\", File, [\"self\"]);");

    [Fact]
    public void A_library_completes_and_is_completed_by_its_references()
    {
        var sales = new TestProject().Acl(PublisherTests.OrdersResource).Routes(GetOrder).Source(PublisherTests.Orders).Run().ShouldBuild();
        new TestProject { AssemblyName = "Shop.Loyalty" }.References(sales)
            .Acl("""<resource id="Shop_Loyalty::points" title="Points"/>""")
            .Routes("""
                <route url="/V1/orders/:id" method="GET"><service class="Shop.Sales.IOrderRepository" method="Get"/></route>
                <route url="/V1/elsewhere" method="GET"><resources><resource ref="Shop_Loyalty::points"/></resources></route>
                """)
            .Run().ShouldBuild();
    }

    [Theory]
    [InlineData("etc/acl.xml", "config", "urn:magento:framework:Acl/etc/acl.xsd", "<acl><resources/></acl>")]
    [InlineData("etc/webapi.xml", "routes", "urn:magento:module:Magento_Webapi:etc/webapi.xsd", "")]
    [InlineData("etc/async_events.xml", "config", "urn:magento:module:Aligent_AsyncEvents:etc/async_events.xsd", "")]
    [InlineData("etc/module.xml", "config", "urn:magento:framework:Module/etc/module.xsd", "<module name=\"Shop_Sales\"/>")]
    public void A_reference_to_the_originals_schema_is_accepted(string path, string root, string urn, string content) =>
        new TestProject()
            .Xml(path, $"""<?xml version="1.0"?><{root} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="{urn}">{content}</{root}>""")
            .Run().ShouldBuild().Diagnostics.ShouldBeEmpty();
}
