using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>Every mistake in routes, its message and its exact place.</summary>
public sealed class RouteDiagnosticTests
{
    private const string Services = """
        namespace Shop.Sales
        {
            using System.Text.Json;
            using System.Text.Json.Serialization;

            public sealed class OrderCriteria : Declarative.Rest.SearchCriteria;
            public enum State { Open }
            public class Entity { public int EntityId { get; set; } }
            public sealed class Address : Entity { [JsonPropertyName("zip")] public string Postcode { get; set; } = ""; public Address? Other { get; set; } }
            public sealed class Line { public int LineId { get; set; } }
            public sealed class Order { public int IncrementId { get; set; } public Address? BillingAddress { get; set; } public List<Line> Lines { get; set; } = []; public Dictionary<string, string> Extra { get; set; } = []; }

            public interface IOrders
            {
                string Get(int orderId);
                void Nothing();
                string Save(Order order, int customerId);
                string Filter(OrderCriteria criteria, State? state, Guid[] ids, DateOnly? day, IReadOnlyList<string> names, Uri link, TimeSpan? age);
                string Find(Order order);
                string Many(List<Order> orders);
                string Json(JsonElement value);
                string Node(System.Text.Json.Nodes.JsonObject? value);
                string Anything(object value);
                string Bytes(byte[] value);
                string Elements(List<JsonElement> value);
                string Two(int a); string Two(string a);
                string Callback(Action action);
                IAsyncEnumerable<int> Stream();
            }

            public sealed class Holder { private interface IHidden { string Get(int id); } }
        }
        """;

    private static string Route(string url, string method, string service, string rest = "<resources><resource ref=\"self\"/></resources>") =>
        $"<route url=\"{url}\" method=\"{method}\"><service class=\"Shop.Sales.IOrders\" method=\"{service}\"/>{rest}</route>";

    private static string Data(string name) => $"<resources><resource ref=\"self\"/></resources><data><parameter name=\"{name}\">1</parameter></data>";

    public static TheoryData<string, string, string> Routes => new()
    {
        // id, what stands in <routes> with the place marked, a part of the message
        { "DCL0004", "<[|rout|] url=\"/V1/a\" method=\"GET\"/>", "did you mean 'route'?" },
        { "DCL0006", "<[|route|] url=\"/V1/a\"/>", "needs the attribute 'method'" },
        { "DCL0006", Route("/V1/a", "POST", "Nothing", "<resources><[|resource|]/></resources>"), "needs the attribute 'ref'" },
        { "DCL0007", Route("/V1/a", "[|PATCH|]", "Nothing"), "GET, PUT, POST or DELETE" },
        { "DCL0007", Route("/V1/a", "[|get|]", "Nothing"), "GET, PUT, POST or DELETE" },
        { "DCL0007", Route("[|/V1/{id}|]", "GET", "Nothing"), "can't be a URL" },
        { "DCL0007", Route("[|/V1/a?b|]", "GET", "Nothing"), "can't be a URL" },
        { "DCL0007", Route("[|/V1/*|]", "GET", "Nothing"), "can't be a URL" },
        { "DCL0007", Route("[|/V1/a%20b|]", "GET", "Nothing"), "can't be a URL" },
        { "DCL0007", Route("[|/V1/#a|]", "GET", "Nothing"), "can't be a URL" },
        { "DCL0007", Route("[|/V1//a|]", "GET", "Nothing"), "can't be a URL" },
        { "DCL0007", Route("[|/V1/../a|]", "GET", "Nothing"), "can't be a URL" },
        { "DCL0007", Route("[|/V1/:a.b|]", "GET", "Nothing"), "can't be a URL" },
        { "DCL0007", Route("[||]", "GET", "Nothing"), "can't be a URL" },
        { "DCL0007", Route("[|/rest/V1/a|]", "GET", "Nothing"), "all routes lie under /rest; leave it out" },
        { "DCL0007", Route("[|REST/V1/a|]", "GET", "Nothing"), "all routes lie under /rest; leave it out" },
        { "DCL0007", Route("/V1/:orderId/[|:orderId|]", "GET", "Get"), "':orderId' stands in it twice" },
        { "DCL0007", Route("/V1/:orderId/[|:ORDERID|]", "GET", "Get"), "':ORDERID' stands in it twice" },
        { "DCL0009", Route("/V1/a", "POST", "Nothing") + Route("[|/V1/A|]", "POST", "Nothing"), "the later counts" },
        { "DCL0007", "<route url=\"/V1/a\" method=\"GET\" secure=\"[|yes|]\"/>", "true or false" },
        { "DCL0007", Route("/V1/a", "GET", "Nothing", "<resources><resource ref=\"[|self,|]\"/></resources>"), "a resource reference" },
        { "DCL0007", Route("/V1/a", "GET", "Nothing", "<resources><resource ref=\"self\"/></resources><data input-array-size-limit=\"[|-1|]\"/>"), "whole number" },
        { "DCL0007", Route("/V1/a", "GET", "Nothing", Data("[|a..b|]")), "a parameter's name" },
        { "DCL0009", Route("/V1/a", "GET", "Nothing") + Route("[|V1/a/|]", "GET", "Nothing"), "The route 'GET /V1/a' is stated twice here; the later counts" },
        { "DCL0009", Route("/V1/a", "GET", "Nothing", "<resources><resource ref=\"self\"/><resource ref=\"[|self|]\"/></resources>"), "The resource 'self' is stated twice" },
        { "DCL0009", Route("/V1/:orderId", "GET", "Get", "<resources><resource ref=\"self\"/></resources><data><parameter name=\"orderId\">1</parameter><parameter name=\"[|orderId|]\">2</parameter></data>"), "The parameter 'orderId' is stated twice here; the later counts" },
        { "DCL0009", Route("/V1/a", "GET", "Nothing", "<[|service|] class=\"Shop.Sales.IOrders\" method=\"Nothing\"/><resources><resource ref=\"self\"/></resources>"), "first counts" },
        { "DCL0013", "<route url=\"/V1/a\" method=\"GET\"><service class=\"[|Shop.Sales.IOrder|]\" method=\"Nothing\"/><resources><resource ref=\"self\"/></resources></route>", "did you mean 'Shop.Sales." },
        { "DCL0014", Route("/V1/a", "GET", "[|Nothign|]"), "did you mean 'Nothing'?" },
        { "DCL0015", Route("/V1/:a", "GET", "[|Two|]"), "method=\"Two(int)\" or method=\"Two(string)\"" },
        { "DCL0016", Route("/V1/a", "POST", "[|Callback|]"), "The parameter 'action' of 'Shop.Sales.IOrders.Callback' can't be carried: 'System.Action' is a delegate" },
        { "DCL0016", Route("/V1/a", "GET", "[|Json|]"), "'System.Text.Json.JsonElement' only comes in a body, and GET has none; use POST or PUT" },
        { "DCL0016", Route("/V1/a", "DELETE", "[|Node|]"), "DELETE has none" },
        { "DCL0016", Route("/V1/a", "GET", "[|Anything|]"), "'object' only comes in a body" },
        { "DCL0016", Route("/V1/a", "GET", "[|Bytes|]"), "'byte[]' only comes in a body" },
        { "DCL0016", Route("/V1/a", "GET", "[|Elements|]"), "only comes in a body" },
        { "DCL0017", Route("/V1/a", "GET", "[|Stream|]"), "'Shop.Sales.IOrders.Stream' can't give what is to be sent: 'System.Collections.Generic.IAsyncEnumerable<int>' arrives piece by piece" },
        { "DCL0019", "<route url=\"/V1/a\" method=\"GET\"><service class=\"[|Shop.Sales.Holder.IHidden|]\" method=\"Get\"/><resources><resource ref=\"self\"/></resources></route>", "not visible" },
        { "DCL0030", Route("/V1/orders/[|:ordrId|]", "GET", "Get"), "':ordrId' is no parameter of 'Shop.Sales.IOrders.Get'; did you mean ':orderId'?" },
        { "DCL0030", Route("/V1/[|:id|]/a", "GET", "Nothing"), "':id' is no parameter of 'Shop.Sales.IOrders.Nothing'; it takes none" },
        { "DCL0030", Route("/V1/[|:incrementId|]", "POST", "Save"), "it takes order, customerId" },
        { "DCL0030", Route("/V1/[|:lineId|]", "PUT", "Save"), "':lineId' is no parameter" },
        { "DCL0030", Route("/V1/a", "PUT", "Save", Data("[|cart_id|]")), "'cart_id' is no parameter of 'Shop.Sales.IOrders.Save'; it takes order, customerId" },
        { "DCL0030", Route("/V1/a", "PUT", "Save", Data("[|order.billingAdress.zip|]")), "'billingAdress' is no property of 'Shop.Sales.Order'; did you mean 'BillingAddress'?" },
        { "DCL0030", Route("/V1/a", "PUT", "Save", Data("[|order.lines.lineId|]")), "'lineId' is no property of 'System.Collections.Generic.List<Shop.Sales.Line>'" },
        { "DCL0030", Route("/V1/a", "PUT", "Save", Data("[|customerId.x|]")), "'x' is no property of 'int'" },
        { "DCL0031", Route("[|/V1/a/:orderId|]", "GET", "Get") + Route("/V1/A/:order_id", "GET", "Get"), "is never reached" },
        { "DCL0031", Route("[|/V1/a/:orderId|]", "GET", "Get") + Route("/V1/a/:order_id", "GET", "Get"), "The route 'GET /V1/a/:orderId' in etc/webapi.xml is never reached: 'GET /V1/a/:order_id' in etc/webapi.xml" },
        { "DCL0032", Route("/V1/a", "GET", "[|Find|]"), "The parameter 'order' of 'Shop.Sales.IOrders.Find' is an object, and GET has no body: it can only come as order[field]=…" },
        { "DCL0032", Route("/V1/a", "DELETE", "[|Many|]"), "DELETE has no body" },
        { "DCL0033", Route("[|/V1/a|]", "GET", "Nothing", ""), "The route 'GET /V1/a' has no <resources> in any module known here" },
        { "DCL0034", Route("/V1/a", "GET", "Nothing", "<resources><resource ref=\"self, [|anonymous|]\"/></resources>"), "Anybody may call 'GET /V1/a', since 'anonymous' is among its resources; 'self' means nothing beside it" },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public void A_mistake_in_webapi_xml_is_reported_at_its_place(string id, string marked, string message)
    {
        var file = Marked.Parse($"<routes>\n    {marked}\n</routes>");
        var run = new TestProject().Xml("etc/webapi.xml", file.Text).Source(Services).Run();

        var diagnostic = file.ShouldBeTheOnly(id, run.Diagnostics);
        diagnostic.GetMessage().ShouldContain(message);
        diagnostic.Location.GetLineSpan().Path.ShouldBe("/src/shop/etc/webapi.xml");
        run.CompileErrors.ShouldBeEmpty();
    }

    public static TheoryData<string> Sound =>
    [
        Route("/V1/orders/:order_id", "GET", "Get"),
        Route("/V1/:ORDERID", "DELETE", "Get"),
        Route("/V1/:increment_id/:zip", "PUT", "Save"),
        Route("/V1/:entityId", "PUT", "Save"),
        Route("/V1/a_b-c.d~e+f/:orderId", "GET", "Get"),
        Route("/V1/a", "GET", "Filter"),
        Route("/V1/a", "POST", "Json"),
        Route("/V1/a", "PUT", "Bytes"),
        Route("/V1/a", "PUT", "Save", Data("order.billing_address.other.entity_id")),
        Route("/V1/a", "PUT", "Save", Data("order.extra.anything")),
        Route("/V1/a", "PUT", "Save", Data("customer_id")),
        Route("/V1/a", "POST", "Anything", Data("value.any.depth")),
        Route("/V1/a/:orderId", "GET", "Get") + Route("/V1/:orderId/a", "GET", "Get") + Route("/V1/a/:orderId", "DELETE", "Get"),
        Route("/V1/a", "GET", "Nothing", "<resources><resource ref=\"anonymous\"/></resources>"),
        Route("/V1/a", "GET", "Nothing", "<resources><resource ref=\"Any_Where::x , self\"/></resources>"),
        "<route url=\"/V1/elsewhere\" method=\"GET\"><resources><resource ref=\"Any_Where::x\"/></resources></route>",
    ];

    [Theory]
    [MemberData(nameof(Sound))]
    public void What_works_is_not_reported(string routes) => new TestProject().Routes(routes).Source(Services).Run().ShouldBuild();

    [Theory]
    [InlineData("<route url=\"[|/V1/a|]\" method=\"GET\"/>", "has no <service> and no <resources> in")]
    [InlineData("<route url=\"[|/V1/a|]\" method=\"GET\"><resources><resource ref=\"self\"/></resources></route>", "has no <service> in")]
    public void A_host_reports_what_no_module_completes(string marked, string message)
    {
        var file = Marked.Parse($"<routes>{marked}</routes>");
        var run = new TestProject { AssemblyName = "Shop.Host", OutputKind = OutputKind.ConsoleApplication }.Xml("etc/webapi.xml", file.Text).Source("return;").Run();
        file.ShouldBeTheOnly("DCL0033", run.Diagnostics).GetMessage().ShouldContain(message);
    }

    [Fact]
    public void Routes_before_a_syntax_error_still_count_and_half_a_route_says_nothing()
    {
        var run = new TestProject().Xml("etc/webapi.xml", "<routes>" + Route("/V1/a", "GET", "Nothing") + "<route url=\"/V1/half\" method=\"GET\"><service class=\"Shop.Sales.IOrders\" method=\"Nothing\"/><resources><resource").Source(Services).Run();

        run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0001");
        run.AllSource.ShouldContain("\"/V1/a\"");
        run.AllSource.ShouldNotContain("half");
    }

    [Fact]
    public void Only_a_host_reports_what_the_sum_of_its_references_shows()
    {
        GeneratorRun Module(string name, string routes) => new TestProject { AssemblyName = name }.Routes(routes).Source("namespace " + name + "; internal interface IService { string Get(int id, int key); }").Run().ShouldBuild();
        static string In(string module, string url, string reference) => $"<route url=\"{url}\" method=\"GET\"><service class=\"{module}.IService\" method=\"Get\"/><resources><resource ref=\"{reference}\"/></resources></route>";
        var one = Module("Shop.One", In("Shop.One", "/V1/a/:id", "self") + "<route url=\"/V1/half\" method=\"GET\"><resources><resource ref=\"self\"/></resources></route>" + In("Shop.One", "/V1/open", "anonymous"));
        var two = Module("Shop.Two", In("Shop.Two", "/V1/a/:key", "self") + "<route url=\"/V1/open\" method=\"GET\"><resources><resource ref=\"self\"/></resources></route>");

        var library = new TestProject { AssemblyName = "Shop.Library" }.References(one).References(two).Run();
        var host = new TestProject { AssemblyName = "Shop.Host", OutputKind = OutputKind.ConsoleApplication }.References(one).References(two).Source("return;").Run();

        library.Diagnostics.ShouldBeEmpty();
        host.Diagnostics.ShouldAllBe(diagnostic => diagnostic.Location == Location.None);
        host.Diagnostics.Select(diagnostic => $"{diagnostic.Id} {diagnostic.GetMessage()}").ShouldBe(
            [
                "DCL0033 The route 'GET /V1/half' of the module Shop_One (assembly Shop.One, etc/webapi.xml) has no <service> in any module known here",
                "DCL0034 Anybody may call 'GET /V1/open' of the module Shop_One (assembly Shop.One, etc/webapi.xml), since 'anonymous' is among its resources; 'self' means nothing beside it",
                "DCL0031 The route 'GET /V1/a/:id' in the module Shop_One (assembly Shop.One, etc/webapi.xml) is never reached: 'GET /V1/a/:key' in the module Shop_Two (assembly Shop.Two, etc/webapi.xml) has the same form and is declared later, so it always wins",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public void A_library_is_told_that_its_route_hides_a_references_one_or_is_hidden()
    {
        static TestProject Project(string name, string url) => new TestProject { AssemblyName = name }.Source("namespace " + name + "; internal interface IService { string Get(int id, int key); }").Xml("etc/webapi.xml", Marked.Parse(Text(name, url)).Text);
        static string Text(string name, string url) => $"<routes>\n<route url=\"[|{url}|]\" method=\"GET\"><service class=\"{name}.IService\" method=\"Get\"/><resources><resource ref=\"self\"/></resources></route></routes>";
        var sales = Project("Shop.Sales", "/V1/a/:id").Run().ShouldBuild();

        var later = Project("Shop.Zoo", "/V1/a/:key").References(sales).Run();
        var earlier = Project("Aaa.Aaa", "/V1/a/:key").References(sales).Run();

        Marked.Parse(Text("Shop.Zoo", "/V1/a/:key")).ShouldBeTheOnly("DCL0031", later.Diagnostics).GetMessage().ShouldStartWith("The route 'GET /V1/a/:id' in the module Shop_Sales");
        Marked.Parse(Text("Aaa.Aaa", "/V1/a/:key")).ShouldBeTheOnly("DCL0031", earlier.Diagnostics).GetMessage().ShouldStartWith("The route 'GET /V1/a/:key' in etc/webapi.xml is never reached");
    }

    [Fact]
    public void A_library_may_not_leave_its_own_route_without_resources_unless_a_reference_gives_them()
    {
        static string Text(string resources) => $"<route url=\"/V1/a\" method=\"GET\"><service class=\"Shop.Sales.IOrders\" method=\"Nothing\"/>{resources}</route>";
        var sales = new TestProject().Routes(Text("<resources><resource ref=\"self\"/></resources>")).Source(Services).Run().ShouldBuild();

        new TestProject().Routes(Text("")).Source(Services).Run().Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0033");
        new TestProject { AssemblyName = "Shop.Loyalty" }.References(sales).Routes(Text("")).Run().ShouldBuild();
    }
}
