using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>What appears when permissions are declared.</summary>
public sealed class AclTests
{
    private const string Sales = """
          <resource id="Magento_Backend::admin">
            <resource id="Shop_Sales::sales" title="Sales" translate="title" sortOrder="10">
              <resource id="Shop_Sales::orders" title="Orders"/>
              <resource id="Shop_Sales::refunds" title="Refunds &amp; &quot;returns&quot;" disabled="true"/>
            </resource>
          </resource>
        """;

    /// <summary>A module that gives the roots their titles, as the runtime's own does.</summary>
    internal static GeneratorRun Backend() => new TestProject { AssemblyName = "Shop.Backend" }
        .Acl("""<resource id="Magento_Backend::all" title="Everything"/><resource id="Magento_Backend::admin" title="Administration"/>""")
        .Run().ShouldBuild();

    [Fact]
    public void A_library_gets_constants_rows_and_attributes() =>
        new TestProject().Acl(Sales).Run().ShouldBuild().AllSource.ShouldMatchSnapshot("Acl");

    [Fact]
    public void A_host_carries_no_attributes()
    {
        var run = new TestProject { AssemblyName = "Shop.Host", OutputKind = OutputKind.ConsoleApplication }
            .References(Backend())
            .Acl("""<resource id="Magento_Backend::admin"><resource id="Shop_Host::tools" title="Tools" disabled="false"/></resource>""")
            .Source("return;")
            .Run().ShouldBuild();

        run.Sources.Single(source => source.Key.StartsWith("etc_acl", StringComparison.Ordinal)).Value.ShouldMatchSnapshot("AclHost");
    }

    [Theory]
    [InlineData("class", "Class")]
    [InlineData("3d", "_3d")]
    [InlineData("orders_view", "OrdersView")]
    [InlineData("___", "___")]
    [InlineData("equals", "@equals")]
    [InlineData("shop_sales_acl", "shop_sales_acl")]
    public void A_constant_has_a_C_sharp_name(string name, string constant)
    {
        var run = new TestProject().Acl($"""<resource id="Shop_Sales::{name}" title="One"/>""").Run().ShouldBuild();
        run.AllSource.ShouldContain($"public const string {constant} = \"Shop_Sales::{name}\";");
    }

    [Fact]
    public void Two_ids_of_one_name_keep_what_tells_them_apart_in_any_order()
    {
        const string One = """<resource id="Shop_Sales::orders_list" title="One"/>""";
        const string Two = """<resource id="Shop_Sales::ordersList" title="Two"/>""";
        const string Keyword = """<resource id="Shop_Sales::class" title="Class"/><resource id="Shop_Sales::Class" title="Class"/>""";
        const string Last = """<resource id="Shop_Sales::ShopSalesAcl" title="Class"/>""";
        foreach (var body in new[] { One + Two + Keyword + Last, Last + Keyword + Two + One })
        {
            var text = new TestProject().Acl(body).Run().ShouldBuild().AllSource;
            text.ShouldContain("const string orders_list = \"Shop_Sales::orders_list\";");
            text.ShouldContain("const string ordersList = \"Shop_Sales::ordersList\";");
            text.ShouldContain("const string @class = \"Shop_Sales::class\";");
            text.ShouldContain("const string Class = \"Shop_Sales::Class\";");
            text.ShouldMatch("const string ShopSalesAcl_[0-9a-f]{8} = \"Shop_Sales::ShopSalesAcl\";");
        }
    }

    [Fact]
    public void Each_resource_has_one_constant_in_a_class_for_its_module()
    {
        var run = new TestProject()
            .Xml("etc/a/acl.xml", """<config><acl><resources><resource id="Shop_Sales::sales"><resource id="Shop_Sales::a" title="Only A"/><resource id="Shop_Extra::x" title="Extra"/></resource></resources></acl></config>""")
            .Xml("etc/b/acl.xml", """<config><acl><resources><resource id="Shop_Sales::sales" title="Sales"><resource id="Shop_Sales::a" title="Again"/><resource id="Shop_Sales::b" title="Only B"/></resource></resources></acl></config>""")
            .Run().ShouldBuild();

        var a = run.Sources.Single(source => source.Key.StartsWith("etc_a", StringComparison.Ordinal)).Value;
        var b = run.Sources.Single(source => source.Key.StartsWith("etc_b", StringComparison.Ordinal)).Value;
        a.ShouldContain("<summary>Only A</summary>");
        a.ShouldContain("public static partial class ShopExtraAcl");
        a.ShouldNotContain("const string Sales");
        b.ShouldContain("const string Sales");
        b.ShouldContain("const string B ");
        b.ShouldNotContain("const string A ");
    }

    [Fact]
    public void Resources_of_references_and_restated_parents_have_no_second_constant()
    {
        var sales = new TestProject().Acl(Sales).Run().ShouldBuild();

        var loyalty = new TestProject { AssemblyName = "Shop.Loyalty" }.References(sales)
            .Acl("""<resource id="Magento_Backend::admin"><resource id="Shop_Sales::sales" title="Selling"><resource id="Shop_Loyalty::points" title="Points"/></resource></resource>""")
            .Run().ShouldBuild();

        loyalty.AllSource.ShouldContain("class ShopLoyaltyAcl");
        loyalty.AllSource.ShouldNotContain("class ShopSalesAcl");
        loyalty.AllSource.ShouldNotContain("class MagentoBackendAcl");
        loyalty.AllSource.ShouldContain("module.AddResource(\"Shop_Sales::sales\", File, parent: \"Magento_Backend::admin\", title: \"Selling\");");
    }

    [Fact]
    public void A_host_knows_that_a_later_module_switched_a_resource_on_again()
    {
        const string Off = """<resource id="Magento_Backend::admin"><resource id="Shop_Sales::orders" title="Orders" disabled="true"/></resource>""";
        const string On = """<resource id="Magento_Backend::admin"><resource id="Shop_Sales::orders" disabled="false"/></resource>""";
        var sales = new TestProject().References(Backend()).Acl(Off).Run().ShouldBuild();
        var zoo = new TestProject { AssemblyName = "Shop.Zoo" }.References(Backend()).References(sales).Acl(On).Run().ShouldBuild();

        new TestProject { AssemblyName = "Shop.Host", OutputKind = OutputKind.ConsoleApplication }
            .References(Backend()).References(sales).References(zoo)
            .Events("""<async_event name="a"><payload class="string"/><resources><resource>Shop_Sales::orders</resource></resources></async_event>""")
            .Source("return;")
            .Run().ShouldBuild().Diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public void Constants_can_be_used_where_they_are_needed() =>
        new TestProject().Acl(Sales)
            .Source("""
                namespace Shop.Sales;
                public static class Use
                {
                    [Declarative.AsyncEvent("a.b", Resources = [ShopSalesAcl.Orders])] public sealed record Payload(int Id);
                }
                """)
            .Run().CompileErrors.ShouldBeEmpty();

    [Fact]
    public void Prefixes_of_one_class_name_keep_their_underscore()
    {
        var text = new TestProject().Acl("""<resource id="Shop_SAles::a" title="One"/><resource id="ShopS_Ales::a" title="Two"/>""").Run().ShouldBuild().AllSource;
        text.ShouldContain("class Shop_SAlesAcl");
        text.ShouldContain("class ShopS_AlesAcl");
    }
}
