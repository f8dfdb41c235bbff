namespace Declarative.Generator.Tests;

/// <summary>For each kind of file, what can be wrong in its page's example: one mistake for each diagnostic.</summary>
internal static class FilePagesMistakes
{
    private const string Hidden = """
        namespace Shop.Sales;

        public static class Hidden
        {
            private interface IOrders { int Get(int id); }

            private sealed record Cart(int Id);

            private sealed class Cents : Declarative.Matching.IFieldConverter
            {
                public System.Text.Json.Nodes.JsonNode? Convert(System.Text.Json.Nodes.JsonNode? value, Declarative.Matching.MatchedEvent matched) => value;
            }
        }
        """;

    private static readonly Dictionary<string, Mistake[]> ByKind = new(StringComparer.Ordinal)
    {
        ["module"] =
        [
            new("DCL0004", "<module name=\"Shop_Catalog\"", "<module active=\"1\" name=\"Shop_Catalog\""),
            new("DCL0005", "config>", "modules>"),
            new("DCL0006", "name=\"Shop_Sales\" ", ""),
            new("DCL0007", "Shop_Catalog", "catalog"),
            new("DCL0008", "module", "modul"),
            new("DCL0009", "Shop_Catalog", "Magento_Integration"),
            new("DCL0020", "Shop_Catalog", "Shop_Sales"),
            new("DCL0021", "  </module>", "  </module><module name=\"Shop_Other\"/>"),
            new("DCL0023", "<module", "<module") { Code = "[assembly: Declarative.Module(\"Shop_Other\")]" },
            new("DCL0051", "<module name=\"Magento_Integration\"/>", "") { Code = "[assembly: Declarative.Integration(\"Warehouse\", \"Magento_Sales::sales\", Email = \"it@warehouse.example\")]" },
        ],
        ["acl"] =
        [
            new("DCL0004", "title=\"Sales\"", "title=\"Sales\" module=\"Shop_Sales\""),
            new("DCL0005", "config>", "permissions>"),
            new("DCL0006", "id=\"Shop_Sales::refunds\" ", ""),
            new("DCL0007", "Shop_Sales::orders", "orders"),
            new("DCL0008", "acl>", "acls>"),
            new("DCL0009", "Shop_Sales::refunds", "Shop_Sales::orders"),
            new("DCL0023", "<acl>", "<acl>") { Code = "[assembly: Declarative.AclResource(\"Shop_Sales::orders\", Title = \"Orders\", Parent = \"Shop_Sales::sales\")]" },
            new("DCL0027", "    </resources>", "<resource id=\"Shop_Sales::orders\"/></resources>"),
            new("DCL0028", " title=\"View orders\"", ""),
            new("DCL0029", "disabled=\"true\"", "disabled=\"1\""),
        ],
        ["async_events"] =
        [
            new("DCL0004", "<resources>", "<resources><role/>"),
            new("DCL0005", "config>", "events>"),
            new("DCL0006", " method=\"Get\"", ""),
            new("DCL0007", "class=\"Shop.Sales.Cart\"", "class=\"Shop Sales\""),
            new("DCL0008", "<payload class=\"Shop.Sales.Cart\"/>", ""),
            new("DCL0009", "<resources>", "<resources><resource>Shop_Sales::orders</resource>"),
            new("DCL0010", "sales.cart.abandoned", "sales.order.created"),
            new("DCL0011", "sales.cart.abandoned", "sales.Cart.abandoned"),
            new("DCL0012", "sales.cart.abandoned", "sales.order_created"),
            new("DCL0013", "Shop.Sales.IOrders", "Shop.Sales.IOrder"),
            new("DCL0014", "method=\"Get\"", "method=\"Find\""),
            new("DCL0015", "Task<Order?> GetAsync(", "Task<Order?> GetAsync(string number); Task<Order?> GetAsync("),
            new("DCL0016", "GetAsync(int id", "GetAsync(Action id"),
            new("DCL0017", "Task<Order?> GetAsync", "Task GetAsync"),
            new("DCL0019", "Shop.Sales.IOrders", "Shop.Sales.Hidden.IOrders") { Code = Hidden },
            new("DCL0023", "<service", "<service") { Code = "namespace Shop.Sales; public interface IOthers { [Declarative.AsyncEvent(\"sales.order.created\")] Order Get(int id); }" },
            new("DCL0026", "Shop_Sales::orders</resource>", "Shop_Sales::order</resource>"),
            new("DCL0057", "product-backoffice", "nothing"),
        ],
        ["webapi"] =
        [
            new("DCL0004", "secure=\"true\"", "secure=\"true\" public=\"true\""),
            new("DCL0005", "routes>", "paths>"),
            new("DCL0006", " method=\"POST\"", ""),
            new("DCL0007", "method=\"POST\"", "method=\"PATCH\""),
            new("DCL0009", "<resource ref=\"self\"/>", "<resource ref=\"self\"/><resource ref=\"self\"/>"),
            new("DCL0013", "Shop.Sales.IOrders", "Shop.Sales.IOrder"),
            new("DCL0014", "method=\"Place\"", "method=\"Buy\""),
            new("DCL0015", "Task<Order> GetAsync(", "Task<Order> GetAsync(string id); Task<Order> GetAsync("),
            new("DCL0016", "GetAsync(int id", "GetAsync(Action id"),
            new("DCL0017", "Task<int> PlaceAsync", "Task<Action> PlaceAsync"),
            new("DCL0019", "Shop.Sales.IOrders", "Shop.Sales.Hidden.IOrders") { Code = Hidden },
            new("DCL0023", "<route ", "<route ") { Code = "namespace Shop.Sales; public interface IOthers { [Declarative.RestRoute(\"GET\", \"/V1/orders/:id\", \"self\")] Order Get(int id); }" },
            new("DCL0026", "ref=\"Shop_Sales::orders\"", "ref=\"Shop_Sales::order\""),
            new("DCL0030", "order.customerId", "cart.customerId"),
            new("DCL0031", "<route url=\"/V1/orders/mine\"", "<route url=\"/V1/orders/:number\" method=\"GET\"><service class=\"Shop.Sales.IOthers\" method=\"Get\"/><resources><resource ref=\"self\"/></resources></route><route url=\"/V1/orders/mine\"") { Code = "namespace Shop.Sales; public interface IOthers { Order Get(string number); }" },
            new("DCL0032", "method=\"POST\"", "method=\"GET\""),
            new("DCL0033", "<service class=\"Shop.Sales.IOrders\" method=\"Place\"/>", ""),
            new("DCL0034", "ref=\"self\"", "ref=\"anonymous, Shop_Sales::orders\""),
        ],
        ["io_events"] =
        [
            new("DCL0004", "priority=\"true\"", "priority=\"true\" urgent=\"true\""),
            new("DCL0005", "config>", "events>"),
            new("DCL0006", " class=\"Shop.Sales.Stamp\"", ""),
            new("DCL0007", "lines[].sku", "lines..sku"),
            new("DCL0008", "<value>1000</value>", ""),
            new("DCL0009", "<field name=\"id\"/>", "<field name=\"id\"/><field name=\"id\"/>"),
            new("DCL0011", "sales.order.large", "sales.order.Large"),
            new("DCL0013", "Shop.Sales.Stamp", "Shop.Sales.Stamps"),
            new("DCL0017", "Task CancelAsync", "Task<Action> CancelAsync"),
            new("DCL0019", "Shop.Sales.Cents", "Shop.Sales.Hidden.Cents") { Code = Hidden },
            new("DCL0023", "<event ", "<event ") { Code = "namespace Shop.Sales; [Declarative.Subscription(\"sales.order.large\", \"id\", Parent = \"sales.order.created\", Destination = \"warehouse\")] public static class Warehouse;" },
            new("DCL0035", " parent=\"observer.sales.order.created\"", ""),
            new("DCL0036", "greaterThan", "greater"),
            new("DCL0037", "<field>grand_total</field>", "<field>lines</field>"),
            new("DCL0038", "<value>1000</value>", "<value>many</value>"),
            new("DCL0039", "<field name=\"id\"/>", "<field name=\"ids\"/>"),
            new("DCL0040", "Shop.Sales.Stamp", "Shop.Sales.Order"),
            new("DCL0041", "parent=\"observer.sales.order.created\"", "parent=\"observer.sales.order.creatd\""),
            new("DCL0042", "observer.sales.order.large", "observer.sales.order.created"),
            new("DCL0043", "orders.cancel", "orders.undo"),
            new("DCL0044", "Task CancelAsync", "static abstract int Count { get; } Task CancelAsync"),
        ],
        ["integration_config"] =
        [
            new("DCL0004", "<integration name", "<integration active=\"1\" name"),
            new("DCL0005", "integrations>", "parties>"),
            new("DCL0006", " name=\"Warehouse\"", ""),
            new("DCL0007", "https://warehouse.example/login", "warehouse"),
            new("DCL0009", "<email>it@warehouse.example</email>", "<email>it@warehouse.example</email><email>it@warehouse.example</email>"),
            new("DCL0045", "<email>", "<phone>1</phone><email>"),
            new("DCL0046", "it@warehouse.example", ""),
            new("DCL0047", "https://warehouse.example/login", "http://warehouse.example/login"),
            new("DCL0049", "<integration ", "<integration "),
            new("DCL0050", "<email>it@warehouse.example</email>", ""),
            new("DCL0051", "module", "modul"),
        ],
        ["integration_api"] =
        [
            new("DCL0004", "<integration name", "<integration active=\"1\" name"),
            new("DCL0005", "integrations>", "parties>"),
            new("DCL0006", " name=\"Shop_Sales::orders\"", ""),
            new("DCL0007", "Shop_Sales::orders", "orders"),
            new("DCL0008", "resources>", "rights>"),
            new("DCL0009", "<resources>", "<resources><resource name=\"Shop_Sales::orders\"/>"),
            new("DCL0026", "Shop_Sales::orders", "Shop_Sales::order"),
            new("DCL0045", "<resources>", "<email>it@warehouse.example</email><resources>"),
            new("DCL0048", "<resource name=\"Shop_Sales::sales\"/>", ""),
            new("DCL0049", "<integration ", "<integration "),
            new("DCL0051", "module", "modul"),
        ],
        ["integration"] =
        [
            new("DCL0004", "<integration name", "<integration active=\"1\" name"),
            new("DCL0005", "config>", "parties>"),
            new("DCL0006", " name=\"Warehouse\"", ""),
            new("DCL0007", "https://warehouse.example/login", "warehouse"),
            new("DCL0009", "<resources>", "<resources><resource name=\"Shop_Sales::orders\"/>"),
            new("DCL0023", "<integration ", "<integration ") { Code = "[assembly: Declarative.Integration(\"Warehouse\", \"Shop_Sales::orders\", Email = \"other@warehouse.example\")]" },
            new("DCL0026", "Shop_Sales::orders", "Shop_Sales::order"),
            new("DCL0045", "<email>", "<phone>1</phone><email>"),
            new("DCL0046", "it@warehouse.example", ""),
            new("DCL0047", "https://warehouse.example/login", "http://warehouse.example/login"),
            new("DCL0050", "<email>it@warehouse.example</email>", ""),
            new("DCL0051", "module", "modul"),
        ],
        ["event_consumers"] =
        [
            new("DCL0005", "config>", "consumers>"),
            new("DCL0006", " name=\"erp\"", ""),
            new("DCL0007", "path=\"/consumers/adobe\"", "path=\"adobe\""),
            new("DCL0008", "<field name=\"name\" type=\"string\"/>", ""),
            new("DCL0009", "<loop", "<loop key=\"sku\" fingerprint=\"price\"/><loop"),
            new("DCL0011", "product.saved", "Product.saved"),
            new("DCL0013", "Shop.Erp.OrderRef", "Shop.Erp.OrderReference"),
            new("DCL0016", "payload=\"Shop.Erp.OrderRef\"", "payload=\"System.Action\""),
            new("DCL0019", "payload=\"Shop.Erp.OrderRef\"", "payload=\"Shop.Sales.Hidden.Cart\"") { Code = Hidden },
            new("DCL0026", "resource=\"Shop_Sales::orders\"", "resource=\"Shop_Sales::order\""),
            new("DCL0030", "key=\"sku\"", "key=\"skus\""),
            new("DCL0040", "Shop.Erp.OrderDeleted", "Shop.Erp.OrderRef"),
            new("DCL0045", "ttl=", "seconds="),
            new("DCL0052", "Shop.Erp.OrderDeleted", "Shop.Erp.OrderRemoved"),
            new("DCL0053", "handler=\"Shop.Erp.OrderDeleted\" payload=\"Shop.Erp.OrderRef\"", "handler=\"Shop.Erp.OrderDeleted\" payload=\"Shop.Erp.OrderCreated\""),
            new("DCL0054", "order.deleted", "product.saved"),
            new("DCL0055", "<event name=\"order.saved\"", "<event name=\"order.saved\" handler=\"Shop.Erp.AnyEvent\""),
            new("DCL0056", "Erp:WebhookSecret", "hunter2"),
            new("DCL0057", "standard-webhooks", "rsa"),
            new("DCL0058", "signature=\"none\" acknowledged=\"true\"", "signature=\"none\""),
            new("DCL0059", "/webhook/till", "/webhook/ingestion"),
            new("DCL0060", "minimum=\"0\" maximum=\"99999\"", "minimum=\"9\" maximum=\"1\""),
            new("DCL0061", "name=\"tags\"", "name=\"Price\""),
            new("DCL0062", "<consumer ", "<consumer ") { Code = "namespace Shop.Erp; public sealed class ProductSavedPayload;" },
            new("DCL0063", " path=\"/consumers/adobe\"", ""),
        ],
    };

    public static IEnumerable<Mistake> Of(string kind) => ByKind[kind];

    /// <summary>What only several assemblies show, with the test that shows it.</summary>
    public static IReadOnlyDictionary<string, string> Elsewhere(string kind) => kind switch
    {
        "module" => new Dictionary<string, string>(StringComparer.Ordinal) { ["DCL0025"] = nameof(DiagnosticTests.One_module_name_in_two_assemblies_is_reported) },
        "async_events" => new Dictionary<string, string>(StringComparer.Ordinal) { ["DCL0018"] = nameof(DiagnosticTests.An_override_keeps_names_and_types), ["DCL0067"] = nameof(AnalyzerTests.An_event_that_nothing_publishes_is_reported_in_its_file) },
        _ => new Dictionary<string, string>(StringComparer.Ordinal),
    };
}
