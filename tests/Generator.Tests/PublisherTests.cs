using Declarative.Generator.Tests.Harness;

namespace Declarative.Generator.Tests;

/// <summary>What appears when an event is declared.</summary>
public sealed class PublisherTests
{
    internal const string Orders = """
        namespace Shop.Sales;

        public sealed record Order(int Id);

        public interface IOrderRepository
        {
            Order Get(int id);

            Task<Order?> FindAsync(string incrementId, bool includeItems = false, CancellationToken cancellationToken = default);
        }
        """;

    internal const string OrderCreated = """
          <async_event name="sales.order.created">
            <service class="Shop.Sales.IOrderRepository" method="Get"/>
            <resources><resource>Shop_Sales::orders</resource></resources>
          </async_event>
        """;

    /// <summary>What <see cref="OrderCreated"/> needs.</summary>
    internal const string OrdersResource = """<resource id="Shop_Sales::orders" title="Orders"/>""";

    [Fact]
    public void An_event_with_a_service_gets_a_typed_publisher_a_row_and_a_manifest() =>
        new TestProject()
            .Xml("etc/module.xml", """<config><module name="Shop_Sales"><sequence><module name="Shop_Catalog"/></sequence></module></config>""")
            .Acl(OrdersResource)
            .Events(OrderCreated)
            .Source(Orders)
            .Run().ShouldBuild()
            .AllSource.ShouldMatchSnapshot("Service");

    [Fact]
    public void An_asynchronous_service_is_awaited_and_its_defaults_stay() =>
        new TestProject()
            .Events("""<async_event name="sales.order.found"><service class="Shop\Sales\IOrderRepository" method="find"/></async_event>""")
            .Source(Orders)
            .Run().ShouldBuild()
            .AllSource.ShouldMatchSnapshot("AsynchronousService");

    [Fact]
    public void An_event_without_a_service_carries_its_payload() =>
        new TestProject()
            .Events("""<async_event name="sales.order.deleted"><payload class="Shop.Sales.Order"/></async_event>""")
            .Source(Orders)
            .Run().ShouldBuild()
            .AllSource.ShouldMatchSnapshot("Payload");

    [Fact]
    public void Attributes_declare_the_same_on_methods_and_on_payload_types() =>
        new TestProject()
            .Acl(OrdersResource)
            .Source("""
                using Declarative;

                namespace Shop.Sales;

                [AsyncEvent("sales.order.removed", Resources = ["Shop_Sales::orders"])]
                public sealed record OrderRemoved(int Id);

                public interface IInvoices
                {
                    [AsyncEvent("sales.invoice.paid")]
                    ValueTask<OrderRemoved> GetAsync(Guid id);
                }
                """)
            .Run().ShouldBuild()
            .AllSource.ShouldMatchSnapshot("Attributes");

    [Fact]
    public void A_host_gets_the_extensions_with_all_modules_in_sequence_order()
    {
        var catalog = new TestProject { AssemblyName = "Shop.Catalog" }
            .Xml("etc/module.xml", """<config><module name="Shop_Catalog"><sequence><module name="Shop_Sales"/></sequence></module></config>""")
            .Events("""<async_event name="catalog.product.updated"><payload class="Shop.Catalog.Product"/></async_event>""")
            .Source("namespace Shop.Catalog; public sealed record Product(string Sku);")
            .Run().ShouldBuild();
        var sales = new TestProject().Xml("etc/module.xml", """<config><module name="Shop_Sales"/></config>""").Acl(OrdersResource).Events(OrderCreated).Source(Orders).Run().ShouldBuild();

        var host = new TestProject { AssemblyName = "Shop.Host", OutputKind = Microsoft.CodeAnalysis.OutputKind.ConsoleApplication }
            .References(catalog).References(sales)
            .Source("var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateBuilder(args); builder.AddDeclarative(); var app = builder.Build(); app.MapDeclarative();")
            .Run().ShouldBuild();

        host.AllSource.ShouldMatchSnapshot("Host");
    }

    [Fact]
    public void Publishers_are_internal_when_a_parameter_is()
    {
        var run = new TestProject()
            .Events("""<async_event name="a.b"><service class="Shop.Sales.Internal" method="Get"/></async_event>""")
            .Source("namespace Shop.Sales; internal sealed record Key(int Id); internal sealed class Internal { public string Get(Key key) => key.ToString(); }")
            .Run().ShouldBuild();

        run.AllSource.ShouldContain("internal interface IABPublisher");
        run.AllSource.ShouldContain("internal sealed class ABPublisher");
    }

    [Fact]
    public void Generated_names_step_aside_for_the_services_own()
    {
        var run = new TestProject()
            .Events("""<async_event name="a.b"><service class="Shop.Sales.IOdd" method="Get"/></async_event>""")
            .Source("namespace Shop.Sales; public interface IOdd { string Get(int options, int cancellationToken, int queue, int @class, string text = \"a\\\"b\", DayOfWeek day = DayOfWeek.Friday, decimal? price = 1.5m, long? none = null, char c = '\\'', double d = double.NaN, DateTime when = default); }")
            .Run().ShouldBuild();

        run.AllSource.ShouldContain("_options = null");
        run.AllSource.ShouldContain("(global::System.DayOfWeek)(5)");
    }

    [Fact]
    public void An_override_of_a_referenced_modules_event_brings_no_second_publisher()
    {
        var sales = new TestProject().Acl(OrdersResource).Events(OrderCreated).Source(Orders).Run().ShouldBuild();

        var loyalty = new TestProject { AssemblyName = "Shop.Loyalty" }
            .References(sales)
            .Events("""<async_event name="sales.order.created"><service class="Shop.Loyalty.Orders" method="Get"/></async_event>""")
            .Source("namespace Shop.Loyalty; public sealed class Orders { public string Get(int id) => \"\"; }")
            .Run().ShouldBuild();

        loyalty.AllSource.ShouldNotContain("interface ISalesOrderCreatedPublisher");
        loyalty.AllSource.ShouldContain("module.AddEvent<global::Shop.Loyalty.Orders, string>(\"sales.order.created\"");
    }

    [Theory]
    [InlineData("Get(int)")]
    [InlineData("Get( System.Int32 )")]
    [InlineData("Get(Int32)")]
    public void A_list_of_types_chooses_an_overload(string method)
    {
        var run = new TestProject()
            .Events($"""<async_event name="a.b"><service class="Shop.Sales.IBoth" method="{method}"/></async_event>""")
            .Source("namespace Shop.Sales; public interface IBoth { string Get(int id); string Get(string key); }")
            .Run().ShouldBuild();

        run.AllSource.ShouldContain("PublishAsync(int id,");
    }

    [Theory]
    [InlineData("Shop.Sales.Outer.Inner")]
    [InlineData("Shop.Sales.Outer+Inner")]
    [InlineData("\\Shop\\Sales\\Outer\\Inner")]
    [InlineData("Shop.Sales.IRepository&lt;Shop.Sales.Order, int&gt;")]
    public void Nested_and_generic_classes_are_found(string type) =>
        new TestProject()
            .Events($"""<async_event name="a.b"><service class="{type}" method="Get"/></async_event>""")
            .Source("namespace Shop.Sales; public sealed record Order(int Id); public interface IRepository<T, TKey> { T Get(TKey id); } public static class Outer { public interface Inner { string Get(int id); } }")
            .Run().ShouldBuild();

    [Fact]
    public void A_method_of_a_base_interface_counts() =>
        new TestProject()
            .Events("""<async_event name="a.b"><service class="Shop.Sales.IDerived" method="Get"/></async_event>""")
            .Source("namespace Shop.Sales; public interface IBase { string Get(int id); } public interface IDerived : IBase;")
            .Run().ShouldBuild();

    [Fact]
    public void An_assembly_that_declares_nothing_carries_nothing() =>
        new TestProject().Source(Orders).Run().ShouldBuild().Sources.ShouldBeEmpty();

    [Fact]
    public void Snapshots_without_a_test_are_refused()
    {
        string[] known = ["Service", "AsynchronousService", "Payload", "Attributes", "Host", "Broken", "Acl", "AclHost", "Routes", "RoutesHost", "Subscriptions", "Plugins", "Integrations", "Consumers", "ConsumerStubs", "ConsumerInputs"];
        Directory.GetFiles(Snapshot.Folder(), "*.verified.cs").Select(path => Path.GetFileName(path).Replace(".verified.cs", "", StringComparison.Ordinal)).ShouldBe(known, ignoreOrder: true);
    }
}
