using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>Every mistake in subscriptions, its message and its exact place.</summary>
public sealed class SubscriptionDiagnosticTests
{
    private static string Event(string fields, string rest = "") => $"<event name=\"sales.order.saved\"><fields>{fields}</fields>{rest}</event>";

    private static string Field(string name) => Event($"<field name=\"{name}\"/>");

    private static string Rule(string field, string operation, string value, string parent = "sales.order.saved") =>
        $"<event name=\"order.some\" parent=\"{parent}\"><fields><field name=\"*\"/></fields><rules><rule><field>{field}</field><operator>{operation}</operator><value>{value}</value></rule></rules></event>";

    public static TheoryData<string, string, string> Mistakes => new()
    {
        // id, what stands in <config> with the place marked, a part of the message
        { "DCL0004", "<[|evnt|] name=\"a\"/>", "did you mean 'event'?" },
        { "DCL0004", "<event name=\"sales.order.saved\" [|provider|]=\"a\"><fields><field name=\"nr\"/></fields></event>", "did you mean 'providerId'?" },
        { "DCL0006", "<[|event|]><fields><field name=\"nr\"/></fields></event>", "needs the attribute 'name'" },
        { "DCL0006", Event("<[|field|]/>"), "needs the attribute 'name'" },
        { "DCL0006", Event("<field name=\"nr\"/>", "<processors><[|processor|]/></processors>"), "needs the attribute 'class'" },
        { "DCL0007", "<event name=\"[|sales order|]\"><fields><field name=\"nr\"/></fields></event>", "an event name" },
        { "DCL0007", "<event name=\"a\" parent=\"[|?|]\"><fields><field name=\"nr\"/></fields></event>", "an event name" },
        { "DCL0007", "<event name=\"sales.order.saved\" priority=\"[|high|]\"><fields><field name=\"nr\"/></fields></event>", "true or false" },
        { "DCL0007", Field("[|items[0].sku|]"), "write a path" },
        { "DCL0007", Field("[|a..b|]"), "write a path" },
        { "DCL0007", Field("[|*.a|]"), "write a path" },
        { "DCL0007", Event("<field name=\"a\" source=\"[|context_|]\"/>"), "context expression" },
        { "DCL0007", Event("<field name=\"nr\" converter=\"[|1|]\"/>"), "a class name" },
        { "DCL0007", Event("<field name=\"nr\"/>", "<processors><processor class=\"Shop.Sales.Stamp\" priority=\"[|first|]\"/></processors>"), "whole number" },
        { "DCL0007", Rule("[|a b|]", "equal", "1"), "write a path" },
        { "DCL0007", "<event name=\"a\" parent=\"sales.order.saved\"><fields><field name=\"nr\"/></fields><rules><rule><field>nr</field><[|operator|]/><value/></rule></rules></event>", "an operator" },
        { "DCL0008", "<[|event|] name=\"sales.order.saved\"/>", "<event> needs <fields>" },
        { "DCL0008", "<event name=\"sales.order.saved\"><[|fields|]/></event>", "<fields> needs <field>" },
        { "DCL0008", "<event name=\"sales.order.saved\"><[|feilds|]><field name=\"nr\"/></feilds></event>", "did you mean it by <feilds>?" },
        { "DCL0008", Event("<field name=\"nr\"/>", "<[|rules|]/>"), "<rules> needs <rule>" },
        { "DCL0008", Event("<field name=\"nr\"/>", "<[|processors|]/>"), "<processors> needs <processor>" },
        { "DCL0008", "<event name=\"a\" parent=\"sales.order.saved\"><fields><field name=\"nr\"/></fields><rules><[|rule|]><field>nr</field><operator>equal</operator></rule></rules></event>", "<rule> needs <value>" },
        { "DCL0009", Event("<field name=\"nr\"/><field name=\"[|nr|]\"/>"), "The field 'nr' is stated twice here; the later counts" },
        { "DCL0009", Event("<field name=\"nr\"/>", "<processors><processor class=\"Shop.Sales.Stamp\"/><processor class=\"[|Shop\\Sales\\Stamp|]\"/></processors>"), "The processor 'Shop\\Sales\\Stamp' is stated twice" },
        { "DCL0009", "<event name=\"a\" parent=\"sales.order.saved\"><fields><field name=\"nr\"/></fields><rules><rule><field>nr</field><operator>equal</operator><value>1</value></rule><rule><field>[|nr|]</field><operator>equal</operator><value>2</value></rule></rules></event>", "The rule 'nr equal' is stated twice" },
        { "DCL0009", Field("nr") + "<event name=\"[|observer.sales.order.saved|]\"><fields><field name=\"nr\"/></fields></event>", "The event 'observer.sales.order.saved' is stated twice" },
        { "DCL0011", "<event name=\"[|Sales.Order.saved|]\"><fields><field name=\"nr\"/></fields></event>", "write 'sales.order.saved'" },
        { "DCL0011", "<event name=\"a\" parent=\"[|Sales.order.saved|]\"><fields><field name=\"nr\"/></fields></event>", "write 'sales.order.saved'" },
        { "DCL0013", Event("<field name=\"nr\" converter=\"[|Shop.Sales.Cent|]\"/>"), "did you mean 'Shop.Sales.Cents'?" },
        { "DCL0013", Event("<field name=\"nr\"/>", "<processors><processor class=\"[|Shop.Sales.Nowhere|]\"/></processors>"), "There is no type 'Shop.Sales.Nowhere'" },
        { "DCL0019", Event("<field name=\"nr\" converter=\"[|Shop.Sales.Holder.Hidden|]\"/>"), "not visible" },
        { "DCL0035", Event("<field name=\"nr\"/>", "<rules><rule><field>[|nr|]</field><operator>equal</operator><value>1</value></rule></rules>"), "The event 'sales.order.saved' has rules but no parent" },
        { "DCL0036", Rule("nr", "[|equals|]", "1"), "There is no operator 'equals'; did you mean 'equal'?" },
        { "DCL0036", Rule("nr", "[|between|]", "1"), "known are equal, greaterThan, lessThan, in, regex, onChange" },
        { "DCL0037", Rule("customer", "[|equal|]", "1"), "'equal' can't compare the field 'customer': it is an object, 'Shop.Sales.Customer'" },
        { "DCL0037", Rule("items", "[|in|]", "1"), "it is a list" },
        { "DCL0037", Rule("items[].sku", "[|regex|]", "/a/"), "it is a list" },
        { "DCL0037", Rule("customer.is_guest", "[|lessThan|]", "1"), "it is true or false" },
        { "DCL0037", Rule("customer.since", "[|greaterThan|]", "1"), "'System.DateTime' is no number" },
        { "DCL0037", Rule("token", "[|greaterThan|]", "1"), "'System.Guid' is no number" },
        { "DCL0038", Rule("grand_total", "greaterThan", "[|much|]"), "'greaterThan' can't compare with 'much': write a number" },
        { "DCL0038", Rule("extra.anything", "lessThan", "[|1,5|]"), "write a number" },
        { "DCL0038", Rule("grand_total", "equal", "[|ten|]"), "'ten' is no number, and the field is 'decimal'" },
        { "DCL0038", Rule("state", "in", "[|1,open|]"), "'open' is no number, and the field is 'Shop.Sales.State'" },
        { "DCL0038", Rule("customer.is_guest", "equal", "[|yes|]"), "write 1 or 0" },
        { "DCL0038", Rule("customer.is_guest", "equal", "[|true|]"), "write 1 or 0" },
        { "DCL0038", Rule("nr", "regex", "[|^a|]"), "delimiter" },
        { "DCL0038", Rule("nr", "regex", "[|/a/q|]"), "flag 'q'" },
        { "DCL0038", Rule("nr", "regex", "[|/(a/|]"), "Not enough )" },
        { "DCL0038", Rule("context_store.get_store.get_id", "lessThan", "[|a|]"), "write a number" },
        { "DCL0039", Field("[|increment_id|]"), "'increment_id' is no field of 'Shop.Sales.Order'" },
        { "DCL0039", Field("[|grandTotal|]"), "did you mean 'grand_total'?" },
        { "DCL0039", Field("customer.[|emial|]"), "'emial' is no field of 'Shop.Sales.Customer'; did you mean 'email'?" },
        { "DCL0039", Field("customer.[|secret|]"), "'secret' is no field" },
        { "DCL0039", Field("[|internal|]"), "'internal' is no field" },
        { "DCL0039", Field("[|write_only|]"), "'write_only' is no field" },
        { "DCL0039", Field("items.[|sku|]"), "'sku' is no field of 'System.Collections.Generic.List<Shop.Sales.Line>'; write items[].sku for each element" },
        { "DCL0039", Field("items[].[|skus|]"), "did you mean 'sku'?" },
        { "DCL0039", Field("nr[|[]|]"), "'nr[]' is no field of 'Shop.Sales.Order': 'string' is no list" },
        { "DCL0039", Field("nr.[|length|]"), "'length' is no field of 'string'" },
        { "DCL0039", Event("<field name=\"anything\" source=\"customer.[|mail|]\"/>"), "did you mean 'email'?" },
        { "DCL0039", Rule("[|totl|]", "equal", "1"), "'totl' is no field" },
        { "DCL0039", "<event name=\"sales.name\"><fields><field name=\"[|first|]\"/></fields></event>", "'first' is no field of 'string'" },
        { "DCL0040", Event("<field name=\"nr\" converter=\"[|Shop.Sales.Stamp|]\"/>"), "'Shop.Sales.Stamp' can't be a converter: it doesn't implement Declarative.Matching.IFieldConverter" },
        { "DCL0040", Event("<field name=\"nr\" converter=\"[|Shop.Sales.HalfConverter|]\"/>"), "it is abstract" },
        { "DCL0040", Event("<field name=\"nr\" converter=\"[|Shop.Sales.Unmakable|]\"/>"), "it has no public constructor" },
        { "DCL0040", Event("<field name=\"nr\"/>", "<processors><processor class=\"[|Shop.Sales.Cents|]\"/></processors>"), "'Shop.Sales.Cents' can't be a processor" },
        { "DCL0041", "<event name=\"[|sales.order.svaed|]\"><fields><field name=\"nr\"/></fields></event>", "The event 'sales.order.svaed' is declared by no module known here; did you mean 'sales.order.saved'?" },
        { "DCL0041", "<event name=\"a\" parent=\"[|observer.sales.order.save|]\"><fields><field name=\"nr\"/></fields></event>", "did you mean 'sales.order.saved'?" },
        { "DCL0042", "<event name=\"[|observer.sales.name|]\" parent=\"sales.order.saved\"><fields><field name=\"nr\"/></fields></event>", "needs a name of its own: this project declares an event of this name" },
        { "DCL0042", "<event name=\"[|sales.order.saved|]\" parent=\"sales.order.saved\"><fields><field name=\"nr\"/></fields></event>", "both are the same event" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_in_io_events_xml_is_reported_at_its_place(string id, string marked, string message)
    {
        // A list in a path is marked by brackets of its own.
        var file = Marked.Parse($"<config>\n    {marked.Replace("[|[]|]", "[|\u0001|]", StringComparison.Ordinal)}\n</config>");
        if (marked.Contains("[|[]|]", StringComparison.Ordinal))
            file = new Marked(file.Text.Replace("\u0001", "[]", StringComparison.Ordinal), new(file.Span.Start, new(file.Span.End.Line, file.Span.End.Character + 1)));
        var run = SubscriptionTests.Sales().Xml("etc/io_events.xml", file.Text).Run();

        var diagnostic = file.ShouldBeTheOnly(id, run.Diagnostics);
        diagnostic.GetMessage().ShouldContain(message);
        diagnostic.Location.GetLineSpan().Path.ShouldBe("/src/shop/etc/io_events.xml");
        run.CompileErrors.ShouldBeEmpty();
    }

    public static TheoryData<string> Sound =>
    [
        Field("entity_id"), Field("hidden"), Field("note"), Field("extra.anything.at_all"), Field("raw.a[].b"), Field("any.thing"), Field("items[]"), Field("items[].tags[]"), Field("related.related.customer.email"),
        Field("_origData.nr"), Field("_isNew"), Field("*"), Field("customer[].email"),
        Event("<field name=\"Alias.of.it\" source=\"items[].qty\"/><field name=\"x\" source=\"context_any.thing{a:b}.at_all[id,name]\"/>"),
        "<event name=\"sales.loose\"><fields><field name=\"whatever\"/><field name=\"id\"/></fields></event>",
        "<event name=\"sales.list\"><fields><field name=\"nr\"/></fields></event>",
        "<event name=\"elsewhere.happened\"><fields><field name=\"whatever\"/></fields></event>",
        "<event name=\"plain.alias\" parent=\"elsewhere.happened\"><fields><field name=\"whatever\"/></fields></event>",
        Rule("grand_total", "equal", "12.50"), Rule("grand_total", "in", "1, 2.5,1e3"), Rule("discount", "equal", ""), Rule("nr", "greaterThan", "10"), Rule("nr", "equal", ""),
        Rule("customer.is_guest", "in", "0,1"), Rule("unit", "equal", "Piece"), Rule("state", "greaterThan", "-1"), Rule("token", "equal", "a"), Rule("nr", "in", "a,b"),
        Rule("items", "onChange", ""), Rule("customer", "onChange", "billing"), Rule("nr", "regex", "#^a+$#imsxu"), Rule("raw.a", "regex", "{a}"), Rule("_origData.nr", "equal", "1"),
        Rule("whatever", "greaterThan", "1", "elsewhere.happened"),
    ];

    [Theory]
    [MemberData(nameof(Sound))]
    public void What_works_is_not_reported(string subscriptions) => SubscriptionTests.Sales().Subscriptions(subscriptions).Run().ShouldBuild();

    [Fact]
    public void Only_a_host_reports_events_that_nobody_declares()
    {
        const string Some = """<event name="elsewhere.happened"><fields><field name="x"/></fields></event><event name="half"><fields><field name="x"/></fields></event>""";
        var library = SubscriptionTests.Sales().Subscriptions(Some).Run().ShouldBuild();
        var host = new TestProject { AssemblyName = "Shop.Host", OutputKind = OutputKind.ConsoleApplication }.References(library)
            .Xml("etc/io_events.xml", """<config><event name="elsewhere.happened"><fields><field name="x"/></fields></event></config>""").Source("return;").Run();

        host.Diagnostics.Select(diagnostic => $"{diagnostic.Id} {diagnostic.Location.GetLineSpan().StartLinePosition.Character} {diagnostic.GetMessage()}").ShouldBe(
            [
                "DCL0041 21 The event 'elsewhere.happened' is declared by no module known here; whoever publishes it must declare it",
                "DCL0041 0 The event 'half', which the module Shop_Sales (assembly Shop.Sales, etc/io_events.xml) subscribes to, is declared by no module known here; whoever publishes it must declare it",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public void A_host_checks_what_a_module_selects_of_events_that_it_did_not_see()
    {
        const string Some = """
            <event name="sales.order.saved"><fields><field name="nmae"/><field name="nr"/></fields></event>
            <event name="order.some" parent="sales.order.saved"><fields><field name="*"/></fields><rules><rule><field>customer</field><operator>equal</operator><value>1</value></rule></rules></event>
            <event name="order.replaced" parent="sales.order.saved"><fields><field name="nowhere_at_all"/></fields></event>
            """;
        var sales = SubscriptionTests.Sales().Run().ShouldBuild();
        var loyalty = new TestProject { AssemblyName = "Shop.Loyalty" }.Subscriptions(Some).Run().ShouldBuild();

        var host = new TestProject { AssemblyName = "Shop.Host", OutputKind = OutputKind.ConsoleApplication }.References(sales).References(loyalty)
            .Xml("etc/io_events.xml", """<config><event name="order.replaced" parent="sales.order.saved"><fields><field name="nr"/></fields></event></config>""").Source("return;").Run();

        host.Diagnostics.Select(diagnostic => $"{diagnostic.Id} {diagnostic.GetMessage()}").ShouldBe(
            [
                "DCL0039 'nmae' is no field of 'Shop.Sales.Order'; did you mean 'note'?; 'sales.order.saved' of the module Shop_Loyalty (assembly Shop.Loyalty, etc/io_events.xml) asks for it",
                "DCL0037 'equal' can't compare the field 'customer': it is an object, 'Shop.Sales.Customer'; 'order.some' of the module Shop_Loyalty (assembly Shop.Loyalty, etc/io_events.xml) asks for it",
            ]);
    }
}
