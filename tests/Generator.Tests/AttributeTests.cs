using Declarative.Generator.Tests.Harness;

namespace Declarative.Generator.Tests;

/// <summary>Whatever is declared in XML can be declared in C#: the same rows come out, the same mistakes are found, and both can be mixed.</summary>
public sealed class AttributeTests
{
    private const string Usings = "using Declarative; using Declarative.Consumers;\n";

    private const string Services = """
        namespace Shop.Sales;

        public sealed record Order(int Id, string Sku, decimal Total);

        """;

    private static string Here([System.Runtime.CompilerServices.CallerFilePath] string file = "") => file;

    private static TestProject Project() => new TestProject().Xml("etc/module.xml", """<config><module name="Shop_Sales"><sequence><module name="Magento_Integration"/></sequence></module></config>""");

    private static TestProject Source(string text) => Project().Source(Usings + Services + text);

    /// <summary>What is said to the manifest, wherever it was declared.</summary>
    private static IEnumerable<string> Rows(GeneratorRun run) =>
        run.AllSource.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("module.Add", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static void ShouldSayTheSame(GeneratorRun attributes, GeneratorRun xml)
    {
        attributes.ShouldBuild();
        xml.ShouldBuild();
        var rows = Rows(xml).ToList();
        rows.ShouldNotBeEmpty();
        Rows(attributes).ShouldBe(rows);
    }

    [Fact]
    public void Permissions()
    {
        ShouldSayTheSame(
            Source("""
                [AclResource("Shop_Sales::sales", Title = "Sales")]
                [AclResource("Shop_Sales::orders", Title = "Orders", Parent = "Shop_Sales::sales", SortOrder = 10)]
                [AclResource("Shop_Sales::refunds", Title = "Refunds", Parent = "Shop_Sales::orders", IsDisabled = true)]
                public static class SalesPermissions;
                """).Run(),
            Source("").Acl("""
                <resource id="Shop_Sales::sales" title="Sales">
                  <resource id="Shop_Sales::orders" title="Orders" sortOrder="10">
                    <resource id="Shop_Sales::refunds" title="Refunds" disabled="true"/>
                  </resource>
                </resource>
                """).Run());
    }

    [Fact]
    public void Routes()
    {
        const string Service = """
            public interface IOrders
            {
                ROUTE Order Get(int id);
                OTHER Task<Order> GetAsync(int id, string sku, CancellationToken cancellationToken);
                LIST Task SaveAsync(Order[] orders);
            }
            """;
        ShouldSayTheSame(
            Source(Service
                .Replace("ROUTE", """[RestRoute("GET", "/V1/orders/:id", "Shop_Sales::orders", "self", IsSecure = true)]""", StringComparison.Ordinal)
                .Replace("OTHER", """[RestRoute("GET", "/V1/mine/:sku", "self"), RouteParameter("id", "%customer_id%", IsForced = true)]""", StringComparison.Ordinal)
                .Replace("LIST", """[RestRoute("PUT", "/V1/orders", "anonymous", InputArraySizeLimit = 20)]""", StringComparison.Ordinal))
                .Acl("""<resource id="Shop_Sales::orders" title="Orders"/>""").Run(),
            Source(Service.Replace("ROUTE", "", StringComparison.Ordinal).Replace("OTHER", "", StringComparison.Ordinal).Replace("LIST", "", StringComparison.Ordinal))
                .Acl("""<resource id="Shop_Sales::orders" title="Orders"/>""")
                .Routes("""
                    <route url="/V1/orders/:id" method="GET" secure="true">
                      <service class="Shop.Sales.IOrders" method="Get"/>
                      <resources><resource ref="Shop_Sales::orders"/><resource ref="self"/></resources>
                    </route>
                    <route url="/V1/mine/:sku" method="GET">
                      <service class="Shop.Sales.IOrders" method="GetAsync"/>
                      <resources><resource ref="self"/></resources>
                      <data><parameter name="id" force="true">%customer_id%</parameter></data>
                    </route>
                    <route url="/V1/orders" method="PUT">
                      <service class="Shop.Sales.IOrders" method="SaveAsync"/>
                      <resources><resource ref="anonymous"/></resources>
                      <data input-array-size-limit="20"/>
                    </route>
                    """).Run());
    }

    [Fact]
    public void A_route_calls_the_overload_that_its_attribute_stands_on()
    {
        var run = Source("""
            public interface IOrders
            {
                Order Get(string sku);
                [RestRoute("GET", "/V1/orders/:id", "anonymous")] Order Get(int id);
            }
            """).Run().ShouldBuild();

        Rows(run).ShouldHaveSingleItem().ShouldContain("int");
    }

    [Fact]
    public void Subscriptions()
    {
        ShouldSayTheSame(
            Source("""
                public interface IOrders { [AsyncEvent("sales.order.created")] Order Get(int id); }

                [Subscription("sales.order.created", "sku", Destination = "warehouse", IsPriority = true)]
                [SubscriptionField("sum", Source = "total")]
                public static class Warehouse;

                [Subscription("sales.order.large", "*", Parent = "sales.order.created", IsHipaaAuditRequired = true, ProviderId = "7")]
                [SubscriptionRule("total", "greaterThan", "100")]
                [SubscriptionRule("sku", "regex", "/^A/")]
                public static class LargeOrders;
                """).Run(),
            Source("""public interface IOrders { [AsyncEvent("sales.order.created")] Order Get(int id); }""").Subscriptions("""
                <event name="sales.order.created" destination="warehouse" priority="true">
                  <fields><field name="sku"/><field name="sum" source="total"/></fields>
                </event>
                <event name="sales.order.large" parent="sales.order.created" hipaaAuditRequired="true" providerId="7">
                  <fields><field name="*"/></fields>
                  <rules>
                    <rule><field>total</field><operator>greaterThan</operator><value>100</value></rule>
                    <rule><field>sku</field><operator>regex</operator><value>/^A/</value></rule>
                  </rules>
                </event>
                """).Run());
    }

    [Fact]
    public void Integrations()
    {
        ShouldSayTheSame(
            Source("""
                [Integration("Warehouse", "Shop_Sales::orders", Email = "ops@example.com", EndpointUrl = "https://example.com/callback", IdentityLinkUrl = "https://example.com/login")]
                public static class Warehouse;
                """).Acl("""<resource id="Shop_Sales::orders" title="Orders"/>""").Run(),
            Source("").Acl("""<resource id="Shop_Sales::orders" title="Orders"/>""").Consolidated("""
                <integration name="Warehouse">
                  <email>ops@example.com</email>
                  <endpoint_url>https://example.com/callback</endpoint_url>
                  <identity_link_url>https://example.com/login</identity_link_url>
                  <resources><resource name="Shop_Sales::orders"/></resources>
                </integration>
                """).Run());
    }

    [Fact]
    public void Consumers()
    {
        const string Handlers = """
            [HANDLER] public sealed class OrderPlaced : IEventHandler<Order> { public Task<EventResult> HandleAsync(Order payload, EventContext context, CancellationToken cancellationToken) => Task.FromResult(EventResult.Success("done")); }
            [NEW] public sealed class OrderNew : IEventHandler<Order> { public Task<EventResult> HandleAsync(Order payload, EventContext context, CancellationToken cancellationToken) => Task.FromResult(EventResult.Success("done")); }
            public sealed class OrderChanged : IEventHandler<Order> { public Task<EventResult> HandleAsync(Order payload, EventContext context, CancellationToken cancellationToken) => Task.FromResult(EventResult.Success("done")); }
            [ANY] public sealed class Anything : IEventHandler<System.Text.Json.JsonElement> { public Task<EventResult> HandleAsync(System.Text.Json.JsonElement payload, EventContext context, CancellationToken cancellationToken) => Task.FromResult(EventResult.Success("done")); }
            """;
        ShouldSayTheSame(
            Project().Source(Usings + """
                [assembly: EventConsumer("shop", Path = "/consumers/shop", Signature = "x-magento-signature", Secret = "Shop:Secret", Prefix = "app")]
                [assembly: Ingestion("/webhook/ingestion", "hmac", Secret = "Erp:Secret", Header = "x-sum")]

                """ + Services + Handlers
                .Replace("[HANDLER]", """[EventHandler("shop", "order.placed"), EventLoop("id", "sku", "total", Group = "order", Seconds = 60)]""", StringComparison.Ordinal)
                .Replace("[NEW]", """[EventHandler("shop", "order.saved", Otherwise = typeof(OrderChanged), First = "sku", Second = "id")]""", StringComparison.Ordinal)
                .Replace("[ANY]", """[EventHandler("shop", "order.seen")]""", StringComparison.Ordinal)).Run(),
            Source(Handlers.Replace("[HANDLER]", "", StringComparison.Ordinal).Replace("[NEW]", "", StringComparison.Ordinal).Replace("[ANY]", "", StringComparison.Ordinal)).Consumers("""
                <consumer name="shop" path="/consumers/shop" signature="x-magento-signature" secret="Shop:Secret" prefix="app"/>
                <consumer name="shop"><event name="order.placed" handler="Shop.Sales.OrderPlaced" payload="Shop.Sales.Order"><loop key="id" fingerprint="sku,total" group="order" ttl="60"/></event></consumer>
                <consumer name="shop"><event name="order.saved" payload="Shop.Sales.Order"><split first="sku" second="id" created="Shop.Sales.OrderNew" updated="Shop.Sales.OrderChanged"/></event></consumer>
                <consumer name="shop"><event name="order.seen" handler="Shop.Sales.Anything"/></consumer>
                <ingestion path="/webhook/ingestion" authentication="hmac" secret="Erp:Secret" header="x-sum"/>
                """).Run());
    }

    [Fact]
    public void The_documentation_s_module_builds()
    {
        var page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "../../docs/attributes.md"));
        var start = page.IndexOf("```csharp\n", StringComparison.Ordinal) + "```csharp\n".Length;

        Rows(new TestProject().Source(page[start..page.IndexOf("```\n", start, StringComparison.Ordinal)]).Run().ShouldBuild()).Count().ShouldBe(10);
    }

    [Fact]
    public void The_module_itself()
    {
        var run = new TestProject().Source(Usings + """
            [assembly: Module("Shop_Orders", "Magento_Sales", "Shop_Catalog")]
            [assembly: AclResource("Shop_Orders::orders", Title = "Orders")]
            """).Run().ShouldBuild();

        run.AllSource.ShouldContain("ModuleManifest(\"Shop_Orders\", ");
        run.AllSource.ShouldContain("Sequence = [\"Magento_Sales\", \"Shop_Catalog\"],");
    }

    [Fact]
    public void Mistakes_are_found_where_they_are_written()
    {
        Finds("DCL0007", """[AclResource("[|orders|]", Title = "Orders")] public static class Permissions;""");
        Finds("DCL0026", """[AclResource("Shop_Sales::orders", Title = "Orders", Parent = "[|Shop_Sales::salse|]"), AclResource("Shop_Sales::sales", Title = "Sales")] public static class Permissions;""");
        Finds("DCL0007", """public interface IOrders { [RestRoute("[|FETCH|]", "/V1/orders", "anonymous")] Order Get(); }""");
        Finds("DCL0030", """public interface IOrders { [RestRoute("GET", "/V1/orders/[|:name|]", "anonymous")] Order Get(int id); }""");
        Finds("DCL0033", """public interface IOrders { [RestRoute("GET", "[|/V1/orders|]")] Order Get(); }""");
        Finds("DCL0024", """public interface IOrders { Order Get(); } public sealed class Orders : IOrders { [[|RestRoute|]("GET", "/V1/orders", "anonymous")] public Order Get() => new(1, "a", 2); }""");
        Finds("DCL0036", """
            public interface IOrders { [AsyncEvent("a.b")] Order Get(int id); }
            [Subscription("a.c", "sku", Parent = "a.b")] [SubscriptionRule("sku", "[|equals|]", "x")] public static class Rule;
            """);
        Finds("DCL0040", """
            public interface IOrders { [AsyncEvent("a.b")] Order Get(int id); }
            [Subscription("a.b", "sku")] [SubscriptionProcessor(typeof([|Order|]))] public static class Rule;
            """);
        Finds("DCL0007", """[Integration("[|W|]", Email = "a@example.com")] public static class Warehouse;""");
        Finds("DCL0053", """
            [assembly: EventConsumer("shop", Path = "/shop", Signature = "x-magento-signature", Secret = "Shop:Secret")]
            namespace Shop.Sales;
            public sealed record Order(int Id);
            [[|EventHandler|]("shop", "order.placed", Payload = typeof(Order))] public sealed class Placed : IEventHandler<int> { public Task<EventResult> HandleAsync(int payload, EventContext context, CancellationToken cancellationToken) => Task.FromResult(EventResult.Success("done")); }
            """);
        Finds("DCL0058", """[EventConsumer("shop", Path = "/shop", Signature = "[|none|]")] public sealed class Shop;""");

        static void Finds(string id, string text)
        {
            var marked = Marked.Parse(text.Contains("namespace ", StringComparison.Ordinal) ? Usings + text : Usings + Services + text);
            marked.ShouldBeTheOnly(id, Project().Source(marked.Text).Run().Diagnostics);
        }
    }

    [Fact]
    public void What_subscriptions_of_a_class_have_in_common_is_wrong_once()
    {
        const string Text = """
            public interface IOrders { [AsyncEvent("a.b")] Order Get(int id); }
            [Subscription("a.c", "sku", Parent = "a.b"), Subscription("a.d", "id", Parent = "a.b")] [SubscriptionRule("sku..x", "equal", "x")] public static class Rules;
            """;

        Source(Text).Run().Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0007");
    }

    [Fact]
    public void What_adds_to_nothing_is_not_passed_over()
    {
        Lost("""[[|SubscriptionRule("total", "greaterThan", "1")|]] public static class Rule;""").ShouldContain("[SubscriptionRule] says more of what [Subscription] declares");
        Lost("""public interface IOrders { [[|RouteParameter("id", "%customer_id%")|]] Order Get(int id); }""").ShouldContain("[RestRoute]");
        Lost("""[[|EventLoop("id", "sku")|]] public sealed class Placed;""").ShouldContain("[EventHandler]");

        static string Lost(string text)
        {
            var marked = Marked.Parse(Usings + Services + text);
            return marked.ShouldBeTheOnly("DCL0065", Project().Source(marked.Text).Run().Diagnostics).GetMessage();
        }
    }

    [Fact]
    public void An_attribute_is_found_by_whatever_name_its_file_gives_it()
    {
        foreach (var name in (string[])["AclResource", "AclResourceAttribute", "Declarative.AclResource", "global::Declarative.AclResourceAttribute", "Permission"])
        {
            var run = Project().Source($"using Declarative; using Permission = Declarative.AclResourceAttribute;\nnamespace Shop.Sales;\n[{name}(\"Shop_Sales::orders\", Title = \"Orders\")] public static class Permissions;").Run().ShouldBuild();

            Rows(run).ShouldHaveSingleItem(name);
        }
    }

    [Fact]
    public void A_pragma_beside_an_attribute_is_heard()
    {
        const string Text = """
            #pragma warning disable DCL0026
            public interface IOrders { [RestRoute("GET", "/V1/orders", "Shop_Sales::orders")] Order Get(); }
            #pragma warning restore DCL0026
            public interface IItems { [RestRoute("GET", "/V1/items", "Shop_Sales::items")] Order Get(); }
            """;

        Source(Text).Run().Diagnostics.Where(diagnostic => !diagnostic.IsSuppressed).ShouldHaveSingleItem().GetMessage().ShouldContain("Shop_Sales::items");
    }

    /// <summary>The compiler is silent where the value is a constant that this generator makes; the permission must not be lost by that.</summary>
    [Fact]
    public void An_argument_that_is_only_generated_is_an_error()
    {
        foreach (var attribute in new[] { """RestRoute("GET", "/V1/orders", [|ShopSalesAcl.Orders|])""", """AsyncEvent("sales.order", Resources = new[] { ShopSalesAcl.Orders })""" })
        {
            var run = Project().Acl("""<resource id="Shop_Sales::orders" title="Orders"/>""")
                .Source(Usings + Services + $$"""public interface IOrders { [{{attribute.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal)}}] Order Get(int id); }""").Run();

            run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0064", attribute);
        }
    }

    [Fact]
    public void One_thing_declared_twice_must_be_declared_alike()
    {
        const string Orders = """public interface IOrders { Order Find(int id); [RestRoute("GET", "/V1/orders/:id", "anonymous")] Order Get(int id); }""";
        static string Route(string method, string resource) => $"""<route url="/V1/orders/:id" method="GET"><service class="Shop\Sales\IOrders" method="{method}"/><resources><resource ref="{resource}"/></resources></route>""";

        Source(Orders).Routes(Route("get", "anonymous")).Run().ShouldBuild();
        Source(Orders).Routes(Route("find", "anonymous")).Run().Diagnostics.ShouldHaveSingleItem().GetMessage()
            .ShouldBe("The route 'GET /V1/orders/:id' is declared otherwise in etc/webapi.xml(2,13): its service is Shop.Sales.IOrders.FIND there; make both agree or keep one");
        Source(Orders).Routes(Route("Get", "self")).Run().Diagnostics.Select(one => one.Id).ShouldBe(["DCL0023", "DCL0034"], ignoreOrder: true);

        Source("""[AclResource("Shop_Sales::orders", Title = "Orders")] public static class A; [AclResource("Shop_Sales::orders", Title = "All orders")] public static class B;""").Run()
            .Diagnostics.ShouldHaveSingleItem().GetMessage().ShouldContain("Shop.Sales.A [AclResource]: its title is 'Orders' there");
        Source("""[AclResource("Shop_Sales::orders", Title = "Orders")] public static class A;""").Acl("""<resource id="Shop_Sales::orders" title="Orders"/>""").Run().ShouldBuild();
    }

    [Fact]
    public void A_handler_may_say_again_what_a_file_says_of_it()
    {
        const string Handler = """[EventHandler("shop", "order.placed")] public sealed class Placed : IEventHandler<PlacedPayload> { public Task<EventResult> HandleAsync(PlacedPayload payload, EventContext context, CancellationToken cancellationToken) => Task.FromResult(EventResult.Success("done")); }""";
        static string Consumer(string handler) => $"""<consumer name="shop" path="/shop" signature="x-magento-signature" secret="Shop:Secret"><event name="order.placed" handler="{handler}"><payload><field name="id" type="int"/></payload></event></consumer>""";

        Rows(Source(Handler).Consumers(Consumer("Shop.Sales.Placed")).Run().ShouldBuild()).Count(row => row.Contains("AddEventHandler", StringComparison.Ordinal)).ShouldBe(1);
        Source(Handler).Consumers(Consumer("Shop.Sales.Other")).Run().Diagnostics.Select(one => one.Id).ShouldContain("DCL0054", StringComparer.Ordinal);
    }

    [Fact]
    public void An_edit_of_one_class_among_many_emits_only_what_is_its()
    {
        var handlers = string.Concat(Enumerable.Range(0, 1_000).Select(number => $$"""
            [EventHandler("shop", "order.number{{number}}")] public sealed class Handler{{number}} : IEventHandler<System.Text.Json.JsonElement> { public Task<EventResult> HandleAsync(System.Text.Json.JsonElement payload, EventContext context, CancellationToken cancellationToken) => Task.FromResult(EventResult.Success("done")); }

            """));
        var run = Project().Source(Usings + """[assembly: EventConsumer("shop", Path = "/shop", Signature = "x-magento-signature", Secret = "Shop:Secret")]""", "Consumer.cs")
            .Source(Usings + Services + handlers, "Handlers.cs").Run(tracksSteps: false).ShouldBuild();

        run.EditSource("Handlers.cs", "\"order.number500\"", "\"order.changed\"").OutputsOtherThan(run).ShouldBeInRange(1, 3);
        run.EditSource("Handlers.cs", "public sealed record Order", "\n\n// moved\npublic sealed record Order").OutputsOtherThan(run).ShouldBe(0);
    }
}
