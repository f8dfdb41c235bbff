using System.Text.Json.Nodes;
using Declarative.Matching;

namespace Shop.Stock
{
    public sealed record Item(string Sku, decimal Qty);

    [Declarative.AsyncEvent("stock_saved")]
    public sealed record StockSaved(string Sku, decimal Qty, IReadOnlyList<Item> Items);

    public sealed class Rounded : IFieldConverter
    {
        public JsonNode? Convert(JsonNode? value, MatchedEvent matched) => value;
    }

    public sealed class AddLinks : IEventProcessor
    {
        public ValueTask<JsonNode> ProcessAsync(JsonNode data, MatchedEvent matched, CancellationToken cancellationToken) => new(data);
    }
}

namespace Shown
{
    internal abstract class CustomerSession : IEventContext
    {
        public abstract ValueTask<JsonNode?> GetAsync(IReadOnlyList<ContextCall> calls, MatchedEvent matched, CancellationToken cancellationToken);
    }
}
