using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>What appears when subscriptions are declared.</summary>
public sealed class SubscriptionTests
{
    internal const string Shop = """
        namespace Shop.Sales
        {
            using System.Text.Json;
            using System.Text.Json.Nodes;
            using System.Text.Json.Serialization;
            using Declarative.Matching;

            public enum State { Open, Closed }
            public class Entity { public int EntityId { get; set; } }
            public sealed class Line { public string Sku { get; set; } = ""; public decimal Qty { get; set; } public List<string> Tags { get; set; } = []; }
            [JsonConverter(typeof(JsonStringEnumConverter<Unit>))] public enum Unit { Piece }
            public sealed class Customer { public string? Email { get; set; } public bool IsGuest { get; set; } [JsonIgnore] public string Secret { get; set; } = ""; public DateTime Since { get; set; } }
            public sealed class Order : Entity
            {
                [JsonPropertyName("nr")] public string IncrementId { get; set; } = "";
                public decimal GrandTotal { get; set; }
                public int? Discount { get; set; }
                public State State { get; set; }
                public Unit Unit { get; set; }
                public Customer Customer { get; set; } = new();
                public List<Line> Items { get; set; } = [];
                public Dictionary<string, string> Extra { get; set; } = [];
                public JsonElement Raw { get; set; }
                public object? Any { get; set; }
                public Guid Token { get; set; }
                public byte[] Bytes { get; set; } = [];
                [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Note { get; set; }
                [JsonInclude] internal int Hidden { get; set; }
                internal int Internal { get; set; }
                public int WriteOnly { set { } }
                public string this[int index] => "";
                public Order? Related { get; set; }
            }
            public sealed class Loose { [JsonExtensionData] public Dictionary<string, JsonElement>? More { get; set; } public int Id { get; set; } }

            public interface IOrders
            {
                Task<Order?> GetAsync(int id);
                List<Order> List();
                string Name(int id);
            }

            public sealed class Cents : IFieldConverter { public JsonNode? Convert(JsonNode? value, MatchedEvent matched) => value; }
            public sealed class Outer { public sealed class Upper<T> : IFieldConverter { public JsonNode? Convert(JsonNode? value, MatchedEvent matched) => value; } }
            public sealed class Stamp : IEventProcessor { public ValueTask<JsonNode> ProcessAsync(JsonNode data, MatchedEvent matched, CancellationToken cancellationToken) => new(data); }
            public abstract class HalfConverter : IFieldConverter { public abstract JsonNode? Convert(JsonNode? value, MatchedEvent matched); }
            public sealed class Unmakable : IFieldConverter { private Unmakable() { } public JsonNode? Convert(JsonNode? value, MatchedEvent matched) => value; }
            public sealed class Holder { private sealed class Hidden : IFieldConverter { public JsonNode? Convert(JsonNode? value, MatchedEvent matched) => value; } }
        }
        """;

    internal const string Events = """
        <async_event name="sales.order.saved"><service class="Shop.Sales.IOrders" method="Get"/></async_event>
        <async_event name="sales.loose"><payload class="Shop.Sales.Loose"/></async_event>
        <async_event name="sales.list"><service class="Shop.Sales.IOrders" method="List"/></async_event>
        <async_event name="sales.name"><service class="Shop.Sales.IOrders" method="Name"/></async_event>
        """;

    private const string Subscriptions = """
        <event name="sales.order.saved"><fields><field name="*"/></fields></event>
        <event name="com.adobe.commerce.observer.sales.order.expensive" parent="observer.sales.order.saved" destination="erp" providerId="p1" priority="true" hipaaAuditRequired="0">
          <fields>
            <field name="entity_id"/>
            <field name="total" source="grand_total" converter="Shop\Sales\Cents"/>
            <field name="items[].sku" converter="Shop.Sales.Outer.Upper&lt;string&gt;"/>
            <field name="store" source="context_store.get_store.get_id"/>
          </fields>
          <rules>
            <rule><field>grand_total</field><operator>greaterThan</operator><value>99.5</value></rule>
            <rule><field>customer.is_guest</field><operator>equal</operator><value>0</value></rule>
            <rule><field>nr</field><operator>regex</operator><value>/^1"0+/i</value></rule>
            <rule><field>discount</field><operator>onChange</operator><value/></rule>
          </rules>
          <processors><processor class="Shop.Sales.Stamp" priority="-5"/></processors>
        </event>
        """;

    internal static TestProject Sales() => new TestProject().Events(Events).Source(Shop);

    [Fact]
    public void A_library_gets_rows_and_attributes() =>
        Sales().Subscriptions(Subscriptions).Run().ShouldBuild()
            .Sources.Where(source => source.Key.StartsWith("etc_io", StringComparison.Ordinal)).Select(source => source.Value).Single()
            .ShouldMatchSnapshot("Subscriptions");

    [Fact]
    public void A_host_says_that_it_is_one_and_carries_no_attributes()
    {
        var run = new TestProject { AssemblyName = "Shop.Host", OutputKind = OutputKind.ConsoleApplication }
            .References(Sales().Run().ShouldBuild())
            .Subscriptions("""<event name="sales.order.saved"><fields><field name="nr"/></fields></event>""").Source("return;")
            .Run().ShouldBuild();

        run.AllSource.ShouldContain("IsHost = true,");
        run.AllSource.ShouldNotContain("assembly: DeclaredSubscription");
        run.AllSource.ShouldContain("""module.AddSubscription(new("sales.order.saved", File) { Fields = [new("nr")] });""");
        Sales().Run().AllSource.ShouldNotContain("IsHost");
    }

    [Theory]
    [InlineData("urn:magento:module-commerce-events-client/etc/io_events.xsd")]
    [InlineData("urn:magento:module:Magento_AdobeCommerceEventsClient:etc/io_events.xsd")]
    public void Both_of_the_originals_schema_references_are_accepted(string urn) =>
        Sales()
            .Xml("etc/io_events.xml", $"""<?xml version="1.0"?><config xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="{urn}"><event name="observer.sales.order.saved"><fields><field name="nr"/></fields></event></config>""")
            .Run().ShouldBuild();

    [Fact]
    public void A_broken_subscription_is_left_out_and_the_others_stay()
    {
        var run = Sales().Subscriptions("""
            <event name="a" parent="sales.order.saved"><fields><field name="nr" converter="Shop.Nowhere"/></fields></event>
            <event name="sales.order.saved"><fields><field name="nr"/></fields></event>
            """).Run();

        run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0013");
        run.CompileErrors.ShouldBeEmpty();
        run.AllSource.ShouldContain("new(\"sales.order.saved\", File)");
        run.AllSource.ShouldNotContain("Parent = \"sales.order.saved\"");
    }

    [Fact]
    public void Subscriptions_before_a_syntax_error_still_count_and_half_of_one_says_nothing()
    {
        var run = Sales().Xml("etc/io_events.xml", """<config><event name="sales.order.saved"><fields><field name="nr"/></fields></event><event name="sales.half"><fields><field name="nr"/></fields><rules><rule><field>a""").Run();

        run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0001");
        run.AllSource.ShouldContain("\"sales.order.saved\", File)");
        run.AllSource.ShouldNotContain("sales.half");
    }

    [Fact]
    public void A_payload_of_a_referenced_module_is_known()
    {
        var run = new TestProject { AssemblyName = "Shop.Loyalty" }.References(Sales().Run().ShouldBuild())
            .Subscriptions("""<event name="sales.order.saved"><fields><field name="increment_id"/></fields></event>""").Run();

        run.Diagnostics.ShouldHaveSingleItem().GetMessage().ShouldStartWith("'increment_id' is no field of 'Shop.Sales.Order'");
    }

    [Fact]
    public void A_payload_by_attribute_is_known() =>
        new TestProject()
            .Source("namespace Shop.Sales; [Declarative.AsyncEvent(\"order.paid\")] public sealed record Paid(int OrderId);")
            .Subscriptions("""<event name="order.paid"><fields><field name="order_nr"/></fields></event>""")
            .Run().Diagnostics.ShouldHaveSingleItem().GetMessage().ShouldBe("'order_nr' is no field of 'Shop.Sales.Paid'; did you mean 'order_id'?");

    [Fact]
    public void What_another_statement_says_of_the_parent_counts()
    {
        const string Rule = """<event name="order.big"><fields><field name="nr"/></fields><rules><rule><field>grand_total</field><operator>greaterThan</operator><value>1</value></rule></rules></event>""";
        const string Parent = """<event name="order.big" parent="sales.order.saved"><fields><field name="nr"/></fields></event>""";

        Sales().Xml("etc/a/io_events.xml", $"<config>{Rule}</config>").Xml("etc/b/io_events.xml", $"<config>{Parent}</config>").Run().ShouldBuild();
        new TestProject { AssemblyName = "Shop.Loyalty" }.References(Sales().Subscriptions(Parent).Run().ShouldBuild()).Subscriptions(Rule).Run().ShouldBuild();

        // An application's own statement replaces all others, so that it must say all.
        var host = new TestProject { AssemblyName = "Shop.Host", OutputKind = OutputKind.ConsoleApplication }.References(Sales().Subscriptions(Parent).Run()).Subscriptions(Rule).Source("return;").Run();
        host.Diagnostics.Select(diagnostic => diagnostic.Id).ShouldBe(["DCL0035", "DCL0041"], ignoreOrder: true);
    }
}
