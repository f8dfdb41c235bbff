using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>What is found in C#, beside what the generator reports about declarations.</summary>
public sealed class AnalyzerTests
{
    private const string Consumer = """<consumer name="erp" path="/consumers/erp" signature="x-magento-signature" secret="Erp:Secret">""";

    private static string Handler(string name, string payload = "Shipment") => $$"""
        namespace BackOffice
        {
            public sealed class {{name}} : Declarative.Consumers.IEventHandler<{{payload}}>
            {
                public Task<Declarative.Consumers.EventResult> HandleAsync({{payload}} payload, Declarative.Consumers.EventContext context, CancellationToken cancellationToken) =>
                    Task.FromResult(Declarative.Consumers.EventResult.Success("Done."));
            }
        }
        """;

    private const string Shipment = "namespace BackOffice { public sealed record Shipment(int Id); }";

    private const string Orders = """
        namespace Shop.Sales;
        public sealed record Order(int Id);
        public interface IOrders { Task<Order> LoadAsync(int id); Task<Order> FindAsync(string number); }
        """;

    private static TestProject Shop(string use = "") => new TestProject()
        .Events("""
            <async_event name="order.created"><service class="Shop.Sales.IOrders" method="Load"/></async_event>
            <async_event name="order.closed"><service class="Shop.Sales.IOrders" method="Load"/></async_event>
            """)
        .Source(Orders).Source(use);

    [Fact]
    public async Task A_handler_that_no_consumer_names_is_reported()
    {
        var run = new TestProject().Consumers($"""{Consumer}<event name="order.made" handler="BackOffice.OrderMade" payload="BackOffice.Shipment"/></consumer>""")
            .Source(Shipment).Source(Handler("OrderMade")).Source(Handler("ShipmentMade")).Run().ShouldBuild();

        var only = (await run.AnalyzeAsync()).ShouldHaveSingleItem();
        only.Id.ShouldBe("DCL0066");
        only.Severity.ShouldBe(DiagnosticSeverity.Warning);
        only.GetMessage().ShouldBe("No consumer of this project names 'ShipmentMade', so that it handles nothing; declare the event that it is for, or remove it");
        TextOf(only).ShouldBe("ShipmentMade");
    }

    [Fact]
    public async Task A_handler_is_named_by_a_split_by_a_catalogue_and_by_an_attribute()
    {
        const string Attributed = """
            namespace BackOffice
            {
                [Declarative.EventHandler("erp", "shipment.made")]
                public sealed class ShipmentMade : Declarative.Consumers.IEventHandler<Shipment>
                {
                    public Task<Declarative.Consumers.EventResult> HandleAsync(Shipment payload, Declarative.Consumers.EventContext context, CancellationToken cancellationToken) =>
                        Task.FromResult(Declarative.Consumers.EventResult.Success("Done."));
                }
            }
            """;
        var run = new TestProject().Consumers($"""
            {Consumer}
              <event name="order.saved" payload="BackOffice.Shipment"><split first="created_at" second="updated_at" created="BackOffice.Created" updated="BackOffice.Updated"/></event>
              <include catalog="stock-backoffice" handlers="BackOffice"/>
            </consumer>
            """)
            .Source(Shipment).Source(Handler("Created")).Source(Handler("Updated")).Source(Handler("StockUpdated", "IReadOnlyList<StockUpdatedPayload>")).Source(Attributed).Run().ShouldBuild();

        (await run.AnalyzeAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_library_without_a_consumer_has_its_handlers_for_others_and_an_application_has_not()
    {
        TestProject Project(OutputKind kind) => new TestProject { OutputKind = kind }.Source(Shipment).Source(Handler("ShipmentMade")).Source(kind == OutputKind.ConsoleApplication ? "return;" : "");

        (await Project(OutputKind.DynamicallyLinkedLibrary).Run().AnalyzeAsync()).ShouldBeEmpty();
        (await Project(OutputKind.ConsoleApplication).Run().AnalyzeAsync()).ShouldHaveSingleItem().Id.ShouldBe("DCL0066");
        (await Project(OutputKind.ConsoleApplication).Property("istestproject", "true").Run().AnalyzeAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Consumer + "<event name=\"order.made\" handler=\"BackOffice.OrderMade\"/><event name=\"shipment")]
    [InlineData("<consumer name=\"no name\" path=\"/erp\" signature=\"none\" acknowledged=\"true\"><event name=\"shipment.made\" handler=\"BackOffice.ShipmentMade\"/></consumer>")]
    public async Task What_a_file_with_a_mistake_would_have_named_is_named(string consumers)
    {
        var run = new TestProject().Consumers(consumers).Source(Shipment).Source(Handler("ShipmentMade")).Run();

        run.Diagnostics.ShouldContain(one => one.Severity == DiagnosticSeverity.Error);
        (await run.AnalyzeAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_base_class_of_handlers_is_no_handler_yet()
    {
        var source = Handler("Base").Replace("sealed class", "abstract class", StringComparison.Ordinal);
        var generic = Handler("Generic").Replace("class Generic", "class Generic<T>", StringComparison.Ordinal);

        (await new TestProject().Consumers($"{Consumer}</consumer>").Source(Shipment).Source(source).Source(generic).Run().AnalyzeAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_that_nothing_publishes_is_reported_in_its_file()
    {
        var run = Shop("namespace Shop.Sales { public sealed class Checkout(Events.IOrderCreatedPublisher created) { public Task DoneAsync() => created.PublishAsync(1); } }").Run().ShouldBuild();

        var only = (await run.AnalyzeAsync()).ShouldHaveSingleItem();
        only.Id.ShouldBe("DCL0067");
        only.Severity.ShouldBe(DiagnosticSeverity.Info);
        only.GetMessage().ShouldBe("Nothing in this project publishes 'order.closed'; use IOrderClosedPublisher, or remove the event");
        only.Location.GetLineSpan().Path.ShouldEndWith("etc/async_events.xml");
        only.Location.GetLineSpan().StartLinePosition.Line.ShouldBe(2);
    }

    [Theory]
    [InlineData("class A { void B(Shop.Sales.Events.OrderCreatedPublisher one, Shop.Sales.Events.IOrderClosedPublisher two) { } }")]
    [InlineData("class A { const string B = \"order.created\"; string C(object publish) => \"order.closed\"; }")]
    public async Task Whatever_mentions_a_publisher_or_a_name_may_publish(string use) =>
        (await Shop(use).Run().ShouldBuild().AnalyzeAsync()).ShouldBeEmpty();

    [Fact]
    public async Task A_library_that_publishes_nothing_declares_for_others_and_an_application_does_not()
    {
        (await Shop().Run().AnalyzeAsync()).ShouldBeEmpty();

        var application = new TestProject { OutputKind = OutputKind.ConsoleApplication }
            .Source("return; public sealed record Order(int Id); public interface IOrders { [Declarative.AsyncEvent(\"order.created\")] Task<Order> LoadAsync(int id); }").Run();
        var only = (await application.AnalyzeAsync()).ShouldHaveSingleItem();
        only.Id.ShouldBe("DCL0067");
        TextOf(only).ShouldBe("Declarative.AsyncEvent(\"order.created\")");
    }

    [Fact]
    public async Task A_method_that_is_left_where_a_file_names_one_that_is_not_there_is_reported()
    {
        var run = new TestProject()
            .Events("""<async_event name="order.created"><service class="Shop.Sales.IOrders" method="Find"/></async_event>""")
            .Routes("""<route url="/V1/orders/:id" method="GET"><service class="Shop.Sales.IOrders" method="get"/><resources><resource ref="anonymous"/></resources></route>""")
            .Source(Orders).Run();

        var only = (await run.AnalyzeAsync()).ShouldHaveSingleItem();
        only.Id.ShouldBe("DCL0068");
        only.GetMessage().ShouldBe("'LoadAsync' may be what etc/webapi.xml(2,86) means: 'IOrders' has no method 'get'");
        TextOf(only).ShouldBe("LoadAsync");
    }

    [Theory]
    [InlineData("Lod", "LoadAsync")]
    [InlineData("get", "LoadAsync FindAsync")]
    [InlineData("load", "")]
    public async Task A_similar_name_is_likelier_than_any_other(string named, string meant)
    {
        var run = new TestProject().Events($"""<async_event name="order.created"><service class="Shop.Sales.IOrders" method="{named}"/></async_event>""").Source(Orders).Run();

        (await run.AnalyzeAsync()).Select(TextOf).ShouldBe(meant.Split(' ', StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal, ignoreOrder: true);
    }

    private static string TextOf(Diagnostic diagnostic) => diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan);
}
