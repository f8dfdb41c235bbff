using Declarative.Generator.Tests.Harness;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Declarative.Generator.Tests;

/// <summary>What appears when consumers of events are declared.</summary>
public sealed class ConsumerTests
{
    internal const string Consumer = "name=\"products\" path=\"/consumers/product\" signature=\"x-magento-signature\" secret=\"Erp:WebhookSecret\"";

    /// <summary>All that a payload can say.</summary>
    private const string AllFields = """
        <payload additionalFields="false">
          <field name="sku" type="string" required="true" minLength="1" maxLength="64" pattern="^[A-Z\d-]+$"/>
          <field name="count" type="int" required="true" minimum="-5" maximum="5"/>
          <field name="external-id" type="long" minimum="0"/>
          <field name="price" type="decimal" required="true" nullable="true" minimum="0" maximum="99999.99"/>
          <field name="weight" type="double"/>
          <field name="isActive" type="bool" required="true"/>
          <field name="day" type="date" required="true"/>
          <field name="created_at" type="datetime" nullable="true"/>
          <field name="uuid" type="uuid" required="true"/>
          <field name="status" type="enum" values="pending, in-transit" required="true"/>
          <field name="old_status" type="enum" values="pending"/>
          <field name="comment" type="object" required="true" additionalFields="false"><field name="text" type="string"/><field name="comment" type="object"><field name="class" type="string"/></field></field>
          <field name="items" type="list" minLength="1"><field name="qty" type="int" required="true"/></field>
          <field name="tags" type="list" of="string" maxLength="10" required="true"/>
          <field name="shape" type="string"/>
        </payload>
        """;

    private const string Handler = """
        namespace BackOffice.Products
        {
            using Declarative.Consumers;
            public sealed class ProductCreated : IEventHandler<ProductCreatedPayload>
            {
                public Task<EventResult> HandleAsync(ProductCreatedPayload payload, EventContext context, CancellationToken cancellationToken) =>
                    Task.FromResult(EventResult.Success(payload.Sku + payload.Count + payload.ExternalId + payload.Price + payload.Weight + payload.IsActive + payload.Day + payload.CreatedAt + payload.Uuid
                        + (payload.Status == ProductCreatedPayload.StatusValue.InTransit) + payload.OldStatus + payload.Comment.Text + payload.Comment.Comment?.Class + payload.Items?[0].Qty + payload.Tags.Count + payload.Shape_));
            }
        }
        """;

    internal static TestProject BackOffice(OutputKind kind = OutputKind.DynamicallyLinkedLibrary)
    {
        var project = new TestProject { AssemblyName = "BackOffice", OutputKind = kind };
        return kind == OutputKind.ConsoleApplication ? project.Source("return;") : project;
    }

    /// <summary>A class that handles such payloads.</summary>
    internal static string HandlerOf(string name, string payload, string space = "BackOffice.Products") =>
        $"namespace {space} {{ public sealed class {name} : Declarative.Consumers.IEventHandler<{payload}> {{ public Task<Declarative.Consumers.EventResult> HandleAsync({payload} payload, Declarative.Consumers.EventContext context, CancellationToken cancellationToken) => throw new NotSupportedException(); }} }}";

    [Fact]
    public void A_handled_event_gets_a_payload_a_row_and_an_attribute() =>
        BackOffice().Consumers($"""
            <consumer {Consumer} prefix="acme">
              <event name="be-observer.catalog_product_create" handler="BackOffice.Products.ProductCreated">
                {AllFields}
                <loop key="sku" fingerprint="sku, comment.text" group="product" ttl="90"/>
              </event>
              <event name="be-observer.catalog_product_delete" handler="BackOffice\Products\ProductDeleted" payload="BackOffice.Products.ProductRef"/>
              <event name="com.adobe.commerce.observer.anything" handler="BackOffice.Products.Anything"/>
            </consumer>
            <ingestion path="/webhook/ingestion" authentication="hmac" secret="Erp:IngestionSecret" header="x-signature"/>
            <ingestion path="/webhook/open" authentication="none" acknowledged="true"/>
            <ingestion path="/webhook/token" authentication="bearer" resource="Magento_Backend::all"/>
            <ingestion path="/webhook/own" authentication="BackOffice.Guard"/>
            """)
            .Source(Handler)
            .Source("namespace BackOffice.Products { public sealed record ProductRef(string Sku); }")
            .Source(HandlerOf("ProductDeleted", "ProductRef"))
            .Source(HandlerOf("Anything", "System.Text.Json.JsonElement"))
            .Source("namespace BackOffice { using Declarative.Consumers; public sealed class Guard : IIngestionAuthenticator { public ValueTask<bool> IsAllowedAsync(Microsoft.AspNetCore.Http.HttpRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) => new(true); } }")
            .Run().ShouldBuild().AllSource.ShouldMatchSnapshot("Consumers");

    [Fact]
    public void Inputs_become_a_record_that_the_handler_takes()
    {
        var run = BackOffice().Consumers($"""
            <consumer {Consumer}>
              <event name="a.saved" handler="BackOffice.Products.Saved">
                <inputs>
                  <input name="apiBase" type="string" key="BackOffice:ErpUrl" required="true"/>
                  <input name="remark" type="string" key="BackOffice:Remark"/>
                  <input name="retries" type="int" key="BackOffice:Retries" default=" 3 "/>
                  <input name="limit" type="long" key="BackOffice:Limit"/>
                  <input name="rate" type="decimal" key="BackOffice:Rate" default="0.19"/>
                  <input name="share" type="double" key="BackOffice:Share" default="1e-3"/>
                  <input name="isOn" type="bool" key="BackOffice:IsOn" default="true"/>
                  <input name="since" type="date" key="BackOffice:Since" default="2026-01-31"/>
                  <input name="until" type="datetime" key="BackOffice:Until" default="2026-01-31T10:00:00+01:00"/>
                  <input name="shop" type="uuid" key="BackOffice:Shop" required="true"/>
                  <input name="declared" type="string" key="BackOffice:Declared" default="&quot;{"{}"}"/>
                </inputs>
              </event>
              <event name="b.saved">
                <split first="created_at" second="updated_at" created="BackOffice.Products.Both" updated="BackOffice.Products.Both"/>
                <inputs><input name="both_inputs" type="bool" key="BackOffice:Both"/></inputs>
              </event>
              <event name="c.saved" handler="BackOffice.Products.Later"><inputs><input name="a" type="string" key="BackOffice:A"/></inputs></event>
              <event name="d.saved" handler="BackOffice.Products.Saved"/>
            </consumer>
            """)
            .Source("""
                namespace BackOffice.Products
                {
                    using System.Text.Json;
                    using Declarative.Consumers;
                    public sealed class Saved(SavedInputs inputs) : IEventHandler<JsonElement>
                    {
                        public Task<EventResult> HandleAsync(JsonElement payload, EventContext context, CancellationToken cancellationToken) =>
                            Task.FromResult(EventResult.Success(inputs.ApiBase + inputs.Remark?.Length + inputs.Retries.ToString() + inputs.Limit?.ToString() + inputs.Rate.ToString() + inputs.Share.ToString() + inputs.IsOn.ToString() + inputs.Since.Day + inputs.Until.Offset + inputs.Shop.ToString() + inputs.Declared_.Length));
                    }

                    public sealed class Both(BothInputs inputs) : IEventHandler<JsonElement>
                    {
                        public Task<EventResult> HandleAsync(JsonElement payload, EventContext context, CancellationToken cancellationToken) => Task.FromResult(EventResult.Success(inputs.BothInputs_.ToString()));
                    }
                }
                """)
            .Run();

        run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0052");
        run.CompileErrors.ShouldBeEmpty();
        run.Sources.Single(source => source.Key.StartsWith("etc_event_consumers.xml", StringComparison.Ordinal)).Value.ShouldMatchSnapshot("ConsumerInputs");
    }

    [Fact]
    public void An_unwritten_handler_gets_a_stub_a_warning_and_a_class_to_write()
    {
        var run = BackOffice().Consumers($"""
            <consumer {Consumer}>
              <event name="be-observer.catalog_product_create" handler="BackOffice.Products.ProductCreated"><payload><field name="sku" type="string" required="true"/></payload></event>
              <event name="be-observer.catalog_stock_update" handler="BackOffice.StockUpdated"><payload type="list"><field name="sku" type="string" required="true"/></payload></event>
              <event name="be-observer.anything" handler="Anything"/>
            </consumer>
            """).Run();

        run.Diagnostics.ShouldAllBe(diagnostic => diagnostic.Id == "DCL0052" && diagnostic.Severity == DiagnosticSeverity.Warning);
        run.Diagnostics.Length.ShouldBe(3);
        run.CompileErrors.ShouldBeEmpty();
        var source = run.Sources.Single(source => source.Key.StartsWith("etc_event_consumers.xml", StringComparison.Ordinal));
        run.Diagnostics[0].GetMessage().ShouldBe($"There is no class 'BackOffice.Products.ProductCreated' yet, so 'be-observer.catalog_product_create' is answered with 501; the class to write stands in {source.Key}");
        source.Value.ShouldMatchSnapshot("ConsumerStubs");
    }

    [Theory]
    [InlineData("BackOffice.Products.ProductCreated", "<payload><field name=\"sku\" type=\"string\" required=\"true\"/></payload>")]
    [InlineData("BackOffice.StockUpdated", "<payload type=\"list\"><field name=\"sku\" type=\"string\" required=\"true\"/></payload>")]
    [InlineData("Anything", "")]
    [InlineData("Anything", "<payload><field name=\"sku\" type=\"string\"/></payload>")]
    [InlineData("Back.@class.Anything", "<payload><field name=\"class\" type=\"string\"/></payload>")]
    public void The_class_to_write_compiles_as_it_stands_and_takes_the_stubs_place(string handler, string payload)
    {
        var project = BackOffice().Consumers($"<consumer {Consumer}><event name=\"be-observer.any\" handler=\"{handler.Replace("@", "", StringComparison.Ordinal)}\">{payload}</event></consumer>");
        var stub = project.Run();
        var text = stub.AllSource;
        text.ShouldContain("module.AddHandlerStub<");
        var comment = text[(text.IndexOf("using System", StringComparison.Ordinal))..text.IndexOf("*/", StringComparison.Ordinal)];

        var written = project.Source(comment).Run().ShouldBuild();

        written.AllSource.ShouldNotContain("AddHandlerStub");
        written.AllSource.ShouldNotContain("/*");
        written.AllSource.ShouldContain($"module.AddEventHandler<global::{handler}, ");
    }

    [Fact]
    public void A_split_event_has_two_handlers_with_a_payload_each()
    {
        var text = BackOffice().Consumers($"""
            <consumer {Consumer}>
              <event name="observer.catalog_product_save_commit_after">
                <split first="created_at" second="updated_at" created="BackOffice.Products.ProductCreated" updated="BackOffice.Products.ProductUpdated"/>
                <payload><field name="created_at" type="datetime"/><field name="updated_at" type="datetime"/></payload>
              </event>
            </consumer>
            """).Source(HandlerOf("ProductCreated", "ProductCreatedPayload")).Source(HandlerOf("ProductUpdated", "Products.ProductUpdatedPayload")).Run().ShouldBuild().AllSource;

        text.ShouldContain("""new("products", "observer.catalog_product_save_commit_after", "BackOffice.Products.ProductCreated", File) { Split = new("created_at", "updated_at", true) }, global::BackOffice.Products.ProductCreatedPayload.Shape);""");
        text.ShouldContain("""new("products", "observer.catalog_product_save_commit_after", "BackOffice.Products.ProductUpdated", File) { Split = new("created_at", "updated_at", false) }, global::BackOffice.Products.ProductUpdatedPayload.Shape);""");
    }

    public static TheoryData<string, string> Fitting => new()
    {
        // what the event carries, what the handler takes
        { "<payload><field name=\"a\" type=\"int\"/></payload>", "ProductCreatedPayload" },
        { "<payload><field name=\"a\" type=\"int\"/></payload>", "BackOffice.Products.ProductCreatedPayload" },
        { "<payload><field name=\"a\" type=\"int\"/></payload>", "global::BackOffice.Products.ProductCreatedPayload" },
        { "<payload><field name=\"a\" type=\"int\"/></payload>", "object" },
        { "<payload type=\"list\"><field name=\"a\" type=\"int\"/></payload>", "IReadOnlyList<ProductCreatedPayload>" },
        { "<payload type=\"list\"><field name=\"a\" type=\"int\"/></payload>", "IEnumerable<ProductCreatedPayload>" },
        { "", "System.Text.Json.JsonElement" },
    };

    [Theory]
    [MemberData(nameof(Fitting))]
    public void A_handler_of_what_the_event_carries_fits(string payload, string handled) =>
        BackOffice().Consumers($"<consumer {Consumer}><event name=\"a\" handler=\"BackOffice.Products.ProductCreated\">{payload}</event></consumer>").Source(HandlerOf("ProductCreated", handled)).Run().ShouldBuild();

    [Fact]
    public void A_handler_through_a_base_class_fits_and_may_be_nested_and_internal()
    {
        var run = BackOffice().Consumers($"""
            <consumer {Consumer}>
              <event name="a" handler="BackOffice.Outer.First"><payload><field name="a" type="int"/></payload></event>
              <event name="b" handler="BackOffice.Outer.Second" payload="BackOffice.Derived"/>
            </consumer>
            """).Source("""
            namespace BackOffice;
            using Declarative.Consumers;
            internal class Base;
            internal sealed class Derived : Base;
            internal abstract class Staged<T> : IEventHandler<T> { public Task<EventResult> HandleAsync(T payload, EventContext context, CancellationToken cancellationToken) => throw new NotSupportedException(); }
            internal static class Outer { internal sealed class First(TimeProvider time) : Staged<FirstPayload> { public TimeProvider Time => time; } internal sealed class Second : Staged<Base>; }
            """).Run().ShouldBuild();
        run.AllSource.ShouldContain("AddEventHandler<global::BackOffice.Outer.First, global::BackOffice.FirstPayload>");
        run.AllSource.ShouldContain("AddEventHandler<global::BackOffice.Outer.Second, global::BackOffice.Derived>");
    }

    [Fact]
    public void A_host_carries_no_attributes()
    {
        var text = BackOffice(OutputKind.ConsoleApplication).Consumers($"<consumer {Consumer}><event name=\"a\" handler=\"BackOffice.Products.A\"/></consumer>").Source(HandlerOf("A", "System.Text.Json.JsonElement")).Run().ShouldBuild().AllSource;
        text.ShouldNotContain("assembly: DeclaredConsumer");
        text.ShouldContain("module.AddConsumer(new(\"products\", File) { Path = \"/consumers/product\", Signature = \"x-magento-signature\", Secret = \"Erp:WebhookSecret\" });");
    }

    [Fact]
    public void A_catalogue_is_included_with_one_line_and_own_events_replace_its()
    {
        var text = BackOffice().Consumers($"""
            <consumer {Consumer}>
              <include catalog="product-backoffice" handlers="BackOffice\Products"/>
              <event name="be-observer.catalog_product_delete" handler="BackOffice.Products.Removed"/>
            </consumer>
            """)
            .Source(HandlerOf("ProductCreated", "ProductCreatedPayload")).Source(HandlerOf("ProductUpdated", "ProductUpdatedPayload")).Source(HandlerOf("Removed", "System.Text.Json.JsonElement"))
            .Run().ShouldBuild().AllSource;

        text.ShouldContain("public sealed record ProductUpdatedPayload");
        text.ShouldContain("Loop = new(\"sku\", [\"name\", \"price\", \"description\"]) { Group = \"product\" }");
        text.ShouldNotContain("ProductDeleted");
    }

    [Fact]
    public void An_event_in_another_file_replaces_the_included_one_too()
    {
        var run = BackOffice().Consumers($"""<consumer {Consumer}><include catalog="customer-group-backoffice"/></consumer>""")
            .Xml("etc/z/event_consumers.xml", """<config><consumer name="products"><event name="be-observer.customer_group_delete" handler="BackOffice.Removed"/></consumer></config>""")
            .Source(HandlerOf("Removed", "System.Text.Json.JsonElement", "BackOffice")).Run();

        run.Diagnostics.Select(diagnostic => diagnostic.GetMessage().Split('\'')[1]).ShouldBe(["BackOffice.CustomerGroupBackoffice.CustomerGroupCreated", "BackOffice.CustomerGroupBackoffice.CustomerGroupUpdated"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("product-commerce", "catalog_product_delete_commit_after", "ProductDeleted")]
    [InlineData("common-catalog", "observer.catalog.product.created", "ProductCreated")]
    public void An_own_event_replaces_the_included_one_in_either_spelling(string catalogue, string name, string replaced)
    {
        var run = BackOffice().Consumers($"<consumer {Consumer}><include catalog=\"{catalogue}\"/><event name=\"{name}\" handler=\"BackOffice.Own\"/></consumer>")
            .Source(HandlerOf("Own", "System.Text.Json.JsonElement", "BackOffice")).Run();

        run.Diagnostics.ShouldAllBe(diagnostic => diagnostic.Id == "DCL0052");
        run.AllSource.ShouldContain($"module.AddEventHandler<global::BackOffice.Own, global::System.Text.Json.JsonElement>(new(\"products\", \"{name}\",");
        run.AllSource.ShouldNotContain(replaced);
    }

    [Fact]
    public void An_echo_of_a_product_is_one_with_the_same_name_price_and_description()
    {
        foreach (var catalogue in new[] { "product-backoffice", "product-commerce" })
            BackOffice().Consumers($"<consumer {Consumer}><include catalog=\"{catalogue}\"/></consumer>").Run().AllSource.Split("Loop = new(\"sku\", [\"name\", \"price\", \"description\"]) { Group = \"product\" }").Length.ShouldBe(3, catalogue);
    }

    [Fact]
    public void A_loop_without_a_group_leaves_it_to_the_runtime() =>
        BackOffice().Consumers($"<consumer {Consumer}><event name=\"a\" handler=\"BackOffice.Products.A\"><loop key=\"sku\" fingerprint=\"name\"/></event></consumer>").Source(HandlerOf("A", "System.Text.Json.JsonElement"))
            .Run().ShouldBuild().AllSource.ShouldContain("{ Loop = new(\"sku\", [\"name\"]) });");

    [Fact]
    public void Catalogues_hold_the_events_of_the_originals_and_bind_without_a_mistake()
    {
        Catalogue.Names.ShouldBe(
            [
                "product-backoffice", "product-commerce", "customer-backoffice", "customer-commerce", "customer-group-backoffice", "customer-group-commerce", "order-backoffice", "order-commerce", "stock-backoffice", "stock-commerce",
                "common-customer", "common-sales", "common-catalog", "common-cms",
            ],
            ignoreOrder: true);
        foreach (var name in Catalogue.Names)
        {
            // The one thing that is wrong is that nobody has written a handler yet.
            var run = BackOffice().Consumers($"""<consumer {Consumer}><include catalog="{name}"/></consumer>""").Run();
            run.Diagnostics.ShouldAllBe(diagnostic => diagnostic.Id == "DCL0052", name);
            run.CompileErrors.ShouldBeEmpty();
            run.Compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).ShouldBeEmpty();
        }

        foreach (var file in Catalogue.Files)
        {
            var itself = BackOffice().Xml("etc/event_consumers.xml", Catalogue.Text(file)).Run();
            itself.Diagnostics.ShouldAllBe(diagnostic => diagnostic.Id == "DCL0052" || diagnostic.Id == "DCL0062", file);
        }
    }

    [Fact]
    public void Catalogues_have_the_events_that_each_original_tells_of()
    {
        static int Events(string catalogue) => BackOffice().Events($"<include catalog=\"{catalogue}\"/>").Run().ShouldBuild().AllSource.Split("module.AddPayloadEvent<").Length - 1;

        Catalogue.Names.Where(name => name.EndsWith("-backoffice", StringComparison.Ordinal)).Sum(Events).ShouldBe(13);
        Catalogue.Names.Where(name => name.EndsWith("-commerce", StringComparison.Ordinal)).Sum(Events).ShouldBe(8);
        Catalogue.Names.Where(name => name.StartsWith("common-", StringComparison.Ordinal)).Sum(Events).ShouldBe(22);
    }

    [Fact]
    public void A_catalogue_declares_the_events_that_an_ingestion_takes_and_own_ones_win()
    {
        var text = BackOffice().Events("""<include catalog="product-backoffice"/>""")
            .Xml("etc/z/async_events.xml", """<config><async_event name="be-observer.catalog_product_delete"><payload class="BackOffice.ProductRef"/></async_event></config>""")
            .Source("using Declarative; namespace BackOffice; public sealed record ProductRef(string Sku); [AsyncEvent(\"be-observer.catalog_product_update\")] public sealed record Updated(string Sku);")
            .Run().ShouldBuild().AllSource;

        text.ShouldContain("PublishAsync(global::System.Text.Json.JsonElement payload,");
        text.ShouldContain("global::BackOffice.ProductRef>(\"be-observer.catalog_product_delete\"");
        text.ShouldContain("global::BackOffice.Updated>(\"be-observer.catalog_product_update\"");
        text.Split("module.AddPayloadEvent<").Length.ShouldBe(4);
    }

    [Theory]
    [InlineData("created_at", "CreatedAt")]
    [InlineData("isActive", "IsActive")]
    [InlineData("3d", "_3d")]
    [InlineData("größe", "Größe")]
    [InlineData("$ref", "Ref")]
    [InlineData("class", "Class")]
    [InlineData("equals", "Equals_")]
    [InlineData("get-hash_code", "GetHashCode_")]
    [InlineData("product_created_payload", "ProductCreatedPayload_")]
    [InlineData("名前", "名前")]
    [InlineData("a b", "AB")]
    public void A_field_has_a_C_sharp_name(string name, string property) =>
        BackOffice().Consumers($"<consumer {Consumer}><event name=\"a\" handler=\"BackOffice.Products.ProductCreated\"><payload><field name=\"{name}\" type=\"string\"/></payload></event></consumer>")
            .Source(HandlerOf("ProductCreated", "ProductCreatedPayload")).Run().ShouldBuild().AllSource.ShouldContain($"JsonPropertyName(\"{name}\")] public string? {property} {{");

    [Fact]
    public void An_event_costs_little_besides_its_record()
    {
        var text = BackOffice().Consumers($"<consumer {Consumer}><event name=\"be-observer.catalog_product_create\" handler=\"BackOffice.Products.ProductCreated\">{AllFields}<loop key=\"sku\" fingerprint=\"sku,status\" group=\"product\" ttl=\"60\"/></event></consumer>")
            .Source(Handler).Run().ShouldBuild().AllSource;
        text.Split('\n').Single(line => line.Contains("AddEventHandler", StringComparison.Ordinal)).Length.ShouldBeLessThan(1_500);
    }

    [Fact]
    public void Without_the_runtime_nothing_is_emitted() =>
        new TestProject { HasRuntime = false }.Consumers($"<consumer {Consumer}><event name=\"a\" handler=\"A.B\"><payload><field name=\"a\" type=\"int\"/></payload></event></consumer>").Run().Sources.ShouldBeEmpty();
}
