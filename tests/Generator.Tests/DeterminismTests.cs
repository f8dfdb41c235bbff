using System.Globalization;
using Declarative.Generator.Emitting;
using Declarative.Generator.Tests.Harness;

namespace Declarative.Generator.Tests;

/// <summary>The same declarations give the same text: in any order, folder, culture, and with any line ends.</summary>
public sealed class DeterminismTests
{
    private static readonly string[] Handlers = ["CustomerGroupCreated", "CustomerGroupUpdated", "CustomerGroupDeleted", "Info"];

    private static TestProject Project(string directory = "/src/shop/", bool windows = false)
    {
        string Ends(string text) => windows ? text.ReplaceLineEndings("\r\n") : text;
        return new TestProject { Directory = directory }
            .Xml("etc/module.xml", Ends("<config>\n<module name=\"Shop_Sales\"><sequence>\n<module name=\"Magento_Integration\"/></sequence></module>\n</config>"))
            .Xml("etc/b/async_events.xml", Ends("<config>\n<async_event name=\"info.id\">\n<payload class=\"Shop.Sales.Order\"/></async_event>\n</config>"))
            .Xml("etc/a/async_events.xml", Ends("<config>\n" + PublisherTests.OrderCreated + "\n</config>"))
            .Xml("etc/acl.xml", Ends("<config>\n<acl>\n<resources>" + PublisherTests.OrdersResource + "</resources></acl>\n</config>"))
            .Xml("etc/webapi.xml", Ends("<routes>\n" + RouteTests.GetOrder + "\n</routes>"))
            .Xml("etc/b/io_events.xml", Ends("<config>\n<event name=\"plugin.shop.sales.order_repository.get\"><fields>\n<field name=\"*\"/></fields></event>\n</config>"))
            .Xml("etc/a/io_events.xml", Ends("<config>\n<event name=\"info.id\" priority=\"1\">\n<fields><field name=\"*\"/></fields></event></config>"))
            .Xml("etc/integration/config.xml", Ends("<integrations>\n" + IntegrationTests.Warehouse + "\n</integrations>"))
            .Xml("etc/integration/api.xml", Ends("<integrations>\n" + "<integration name=\"Warehouse\"><resources>\n<resource name=\"Shop_Sales::orders\"/></resources></integration>" + "\n</integrations>"))
            .Xml("etc/b/integration.xml", Ends("<config>\n<integration name=\"Erp\"><email>\na@b.cd\n</email></integration>\n<integration name=\"Warehouse\"><email>c@d.ef</email></integration></config>"))
            .Xml("etc/b/event_consumers.xml", Ends("<config>\n<consumer name=\"a\" path=\"/a\" signature=\"none\" acknowledged=\"true\">\n<include catalog=\"customer-group-backoffice\" handlers=\"Shop.Sales\"/></consumer></config>"))
            .Xml("etc/a/event_consumers.xml", Ends("<config>\n<consumer name=\"A\">\n<event name=\"info.id\" handler=\"Shop.Sales.Info\"><payload>\n<field name=\"id\" type=\"int\" minimum=\"0.5\"/></payload></event></consumer></config>"))
            .Source(Ends(string.Join('\n', Handlers.Select(name => ConsumerTests.HandlerOf(name, name + "Payload", "Shop.Sales")))))
            .Source(Ends(PublisherTests.Orders));
    }

    [Fact]
    public void Order_folder_and_line_ends_of_the_input_do_not_show()
    {
        var text = Project().Run().ShouldBuild().AllSource;

        Project().Reversed().Run().AllSource.ShouldBe(text);
        Project("/home/somebody/else/").Run().AllSource.ShouldBe(text);
        Project(windows: true).Run().AllSource.ShouldBe(text);
        text.ShouldNotContain("\r");
        text.ShouldNotContain("/src/");
    }

    [Fact]
    public void The_culture_of_the_machine_does_not_show()
    {
        var text = Project().Run().AllSource;
        var culture = CultureInfo.CurrentCulture;
        try
        {
            // Turkish lower-cases I to a dotless i.
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("tr-TR");
            Project().Run().AllSource.ShouldBe(text);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Paths_that_look_alike_get_names_of_their_own()
    {
        string[] paths = ["etc/A.B/async_events.xml", "etc/A_B/async_events.xml", "etc/a.b/async_events.xml", "etc/" + new string('x', 300) + "/async_events.xml", "etc/ü/async_events.xml", "etc/ö/async_events.xml"];
        paths.Select(TableEmitter.HintName).Distinct(StringComparer.OrdinalIgnoreCase).Count().ShouldBe(paths.Length);
        paths.Select(TableEmitter.HintName).ShouldAllBe(name => name.Length < 120);
    }

    [Fact]
    public void Assembly_names_that_look_alike_get_classes_of_their_own()
    {
        string[] names = ["A.B", "A_B", "A.B_C", "A_B.C", "A-B", "A B"];
        names.Select(Identifiers.OfAssembly).Distinct(StringComparer.Ordinal).Count().ShouldBe(names.Length);
    }
}
