using Declarative.CodeFixes;
using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Tests;

/// <summary>What an editor offers for what is wrong, and the file after it: nothing else in it has changed, and nothing is wrong any more.</summary>
public sealed class CodeFixTests
{
    private const string Shipment = """
        namespace BackOffice;
        public sealed record Shipment(int Id);
        public sealed class ShipmentCreatedHandler : Declarative.Consumers.IEventHandler<Shipment>
        {
            public Task<Declarative.Consumers.EventResult> HandleAsync(Shipment payload, Declarative.Consumers.EventContext context, CancellationToken cancellationToken) =>
                Task.FromResult(Declarative.Consumers.EventResult.Success("Done."));
        }
        """;

    [Theory]
    [InlineData("""
        <config>
          <!-- What the ERP tells. -->
          <consumer name="erp" path="/consumers/erp" signature="x-magento-signature" secret="Erp:Secret"/>
        </config>
        """, """
        <config>
          <!-- What the ERP tells. -->
          <consumer name="erp" path="/consumers/erp" signature="x-magento-signature" secret="Erp:Secret">
            <event name="shipment.created" handler="BackOffice.ShipmentCreatedHandler" payload="BackOffice.Shipment"/>
          </consumer>
        </config>
        """)]
    [InlineData("""
        <config>
            <consumer name="erp" path="/consumers/erp"
                      signature="x-magento-signature" secret="Erp:Secret" >
            </consumer>
        </config>
        """, """
        <config>
            <consumer name="erp" path="/consumers/erp"
                      signature="x-magento-signature" secret="Erp:Secret" >
                <event name="shipment.created" handler="BackOffice.ShipmentCreatedHandler" payload="BackOffice.Shipment"/>
            </consumer>
        </config>
        """)]
    [InlineData("""
        <config><consumer name="erp" path="/consumers/erp" signature="x-magento-signature" secret="Erp:Secret"><include catalog="stock-backoffice"/></consumer></config>
        """, """
        <config><consumer name="erp" path="/consumers/erp" signature="x-magento-signature" secret="Erp:Secret"><include catalog="stock-backoffice"/><event name="shipment.created" handler="BackOffice.ShipmentCreatedHandler" payload="BackOffice.Shipment"/></consumer></config>
        """)]
    [InlineData("""
        <config>
        	<consumer name="erp" path="/consumers/erp" signature="x-magento-signature" secret="Erp:Secret">
        		<event name="order.made" handler="BackOffice.OrderMade">
        			<payload><field name="a>b" type="int"/></payload>
        		</event> <!-- more to come -->
        	</consumer>
        </config>
        """, """
        <config>
        	<consumer name="erp" path="/consumers/erp" signature="x-magento-signature" secret="Erp:Secret">
        		<event name="order.made" handler="BackOffice.OrderMade">
        			<payload><field name="a>b" type="int"/></payload>
        		</event>
        		<event name="shipment.created" handler="BackOffice.ShipmentCreatedHandler" payload="BackOffice.Shipment"/> <!-- more to come -->
        	</consumer>
        </config>
        """)]
    public async Task A_handler_of_no_event_gets_one(string before, string after)
    {
        var fixes = await Fixes.OfAsync(new TestProject().Xml("etc/event_consumers.xml", before).Source(Shipment));

        fixes.Titles.ShouldHaveSingleItem().ShouldBe("Add <event name=\"shipment.created\" handler=\"BackOffice.ShipmentCreatedHandler\" payload=\"BackOffice.Shipment\"/> to the consumer 'erp' in etc/event_consumers.xml");
        (await fixes.ApplyAsync(0)).ShouldBe(after);
        (await new TestProject().Xml("etc/event_consumers.xml", after).Source(Shipment).Run().AnalyzeAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Lines_end_as_the_file_has_them()
    {
        const string Before = "<config>\r\n  <consumer name=\"erp\" path=\"/consumers/erp\" signature=\"x-magento-signature\" secret=\"Erp:Secret\">\r\n  </consumer>\r\n</config>\r\n";

        (await (await Fixes.OfAsync(new TestProject().Xml("etc/event_consumers.xml", Before).Source(Shipment))).ApplyAsync(0)).Replace("\r\n", "", StringComparison.Ordinal).ShouldNotContain('\n');
    }

    [Fact]
    public async Task Only_what_XML_takes_for_a_line_is_one()
    {
        const string Before = "<config>\n  <!-- a\u2028b\u0085c -->\n  <consumer name=\"erp\" path=\"/erp\" signature=\"x-magento-signature\" secret=\"Erp:Secret\"/>\n</config>";

        (await (await Fixes.OfAsync(new TestProject().Xml("etc/event_consumers.xml", Before).Source(Shipment))).ApplyAsync(0)).ShouldStartWith("<config>\n  <!-- a\u2028b\u0085c -->\n  <consumer name=\"erp\" path=\"/erp\" signature=\"x-magento-signature\" secret=\"Erp:Secret\">\n    <event ");
    }

    [Fact]
    public async Task Of_several_consumers_the_one_beside_the_handler_comes_first()
    {
        var fixes = await Fixes.OfAsync(new TestProject().Consumers("""
            <consumer name="shop" path="/shop" signature="x-magento-signature" secret="Shop:Secret"><event name="order.made" handler="Elsewhere.OrderMade"/></consumer>
            <consumer name="erp" path="/erp" signature="x-magento-signature" secret="Erp:Secret"><event name="order.made" handler="BackOffice.OrderMade"/></consumer>
            """).Source(Shipment));

        fixes.Titles.Select(title => title.Split("consumer ")[1]).ShouldBe(["'erp' in etc/event_consumers.xml", "'shop' in etc/event_consumers.xml"]);
    }

    [Fact]
    public async Task While_a_file_is_being_typed_nothing_is_offered()
    {
        var project = new TestProject().Consumers("""<consumer name="erp" path="/consumers/erp" signature="x-magento-signature" secret="Erp:Secret"/>""").Source(Shipment);

        (await Fixes.OfAsync(project, now: "<config><consumer name=\"erp\" <")).Titles.ShouldBeEmpty();
        (await Fixes.OfAsync(project, now: "")).Titles.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_names_a_method_as_it_was_called_gets_its_new_name()
    {
        const string Orders = """
            namespace Shop.Sales;
            public sealed record Order(int Id);
            public interface IOrders { Task<Order> LoadAsync(int id); Task<Order> LoadAsync(string number); }
            """;
        TestProject Project(string method) => new TestProject()
            .Events($"""<async_event name="order.created"><service class="Shop.Sales.IOrders" method="{method}"/></async_event>""").Source(Orders);

        var fixes = await Fixes.OfAsync(Project("Get"));

        fixes.Titles.ShouldBe(["Write 'LoadAsync(int)' in etc/async_events.xml instead of 'Get'", "Write 'LoadAsync(string)' in etc/async_events.xml instead of 'Get'"], ignoreOrder: true);
        var after = await fixes.ApplyAsync(fixes.Titles.Index().First(one => one.Item.Contains("int", StringComparison.Ordinal)).Index);
        after.ShouldBe("<config>\n<async_event name=\"order.created\"><service class=\"Shop.Sales.IOrders\" method=\"LoadAsync(int)\"/></async_event>\n</config>");
        Project("LoadAsync(int)").Run().ShouldBuild();
    }

    [Fact]
    public async Task A_list_of_resources_gets_what_they_stand_under()
    {
        static TestProject Project(string api) => new TestProject()
            .Acl("""<resource id="Shop_Sales::sales" title="Sales"><resource id="Shop_Sales::orders" title="Orders"><resource id="Shop_Sales::cancel" title="Cancel"/></resource></resource>""")
            .Xml("etc/integration/api.xml", api);
        const string Before = """
            <integrations>
                <integration name="Warehouse">
                    <resources>
                        <resource name="Shop_Sales::cancel"/>
                    </resources>
                </integration>
            </integrations>
            """;
        const string After = """
            <integrations>
                <integration name="Warehouse">
                    <resources>
                        <resource name="Shop_Sales::sales"/>
                        <resource name="Shop_Sales::orders"/>
                        <resource name="Shop_Sales::cancel"/>
                    </resources>
                </integration>
            </integrations>
            """;

        var fixes = await Fixes.OfAsync(Project(Before));

        fixes.Titles.ShouldBe(["Add Shop_Sales::sales, Shop_Sales::orders to 'Warehouse' in etc/integration/api.xml"]);
        (await fixes.ApplyAsync(0)).ShouldBe(After);
        Project(After).Run().Diagnostics.Select(one => one.Id).ShouldNotContain("DCL0048", StringComparer.Ordinal);
    }

    /// <summary>A project opened in an editor, with what is offered for all that is wrong in it.</summary>
    private sealed class Fixes(Solution solution, IReadOnlyList<CodeAction> actions)
    {
        public IEnumerable<string> Titles => actions.Select(action => action.Title);

        /// <param name="project">The project.</param>
        /// <param name="now">What stands in its file by the time that the editor asks; null for what was analysed.</param>
        public static async Task<Fixes> OfAsync(TestProject project, string? now = null)
        {
            var run = project.Run();
            using var workspace = new AdhocWorkspace();
            var id = ProjectId.CreateNewId();
            var opened = workspace.CurrentSolution.AddProject(id, "Project", "Project", LanguageNames.CSharp);
            foreach (var tree in project.Compilation().SyntaxTrees)
                opened = opened.AddDocument(DocumentId.CreateNewId(id), Path.GetFileName(tree.FilePath), await tree.GetTextAsync(), filePath: tree.FilePath);
            foreach (var text in project.Texts())
                opened = opened.AddAdditionalDocument(DocumentId.CreateNewId(id), Path.GetFileName(text.Path), now is null ? text.GetText()! : SourceText.From(now), filePath: text.Path);

            var actions = new List<CodeAction>();
            var provider = new SuggestedEditFix();
            foreach (var diagnostic in run.Diagnostics.Concat(await run.AnalyzeAsync()).Where(one => provider.FixableDiagnosticIds.Contains(one.Id, StringComparer.Ordinal)))
            {
                var path = diagnostic.Location.GetLineSpan().Path;
                var all = opened.GetProject(id)!;
                var document = all.Documents.Concat(all.AdditionalDocuments).Single(one => one.FilePath == path);
                await provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic.Location.SourceSpan, [diagnostic], (action, _) => actions.Add(action), CancellationToken.None));
            }

            return new Fixes(opened, actions);
        }

        /// <summary>The project's only file after the offer at the index was taken.</summary>
        public async Task<string> ApplyAsync(int index)
        {
            var applied = (await actions[index].GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>().Single().ChangedSolution;
            var changed = applied.GetChanges(solution).GetProjectChanges().Single().GetChangedAdditionalDocuments().Single();
            return (await applied.GetAdditionalDocument(changed)!.GetTextAsync()).ToString();
        }
    }
}
