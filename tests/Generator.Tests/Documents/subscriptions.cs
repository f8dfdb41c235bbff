using System.Text.Json.Nodes;
using Declarative.Matching;

namespace Shop.Sales;

public sealed record Item(string Sku);

public sealed record Order(string IncrementId, decimal GrandTotal, IReadOnlyList<Item> Items);

[Declarative.AsyncEvent("sales.order.saved")]
public sealed record Saved(string IncrementId, decimal GrandTotal, IReadOnlyList<Item> Items);

public sealed class CentsConverter : IFieldConverter
{
    public JsonNode? Convert(JsonNode? value, MatchedEvent matched) => value;
}

public sealed class Stamp : IEventProcessor
{
    public ValueTask<JsonNode> ProcessAsync(JsonNode data, MatchedEvent matched, CancellationToken cancellationToken) => new(data);
}
