using System.Collections.Concurrent;
using Declarative.Rest;
using Shop.Catalog.Events;

namespace Shop.Catalog;

public sealed record StockItem(string Sku, int Quantity);

public interface IStock
{
    Task<StockItem> GetAsync(string sku);

    Task<StockItem> SetAsync(string sku, int quantity, CancellationToken cancellationToken);
}

/// <summary>How many there are of each product, in memory.</summary>
public sealed class Stock(ICatalogStockUpdatedPublisher updated) : IStock
{
    private readonly ConcurrentDictionary<string, int> _quantities = new(StringComparer.Ordinal);

    public Task<StockItem> GetAsync(string sku) => Task.FromResult(new StockItem(sku, _quantities.GetValueOrDefault(sku)));

    public async Task<StockItem> SetAsync(string sku, int quantity, CancellationToken cancellationToken)
    {
        if (quantity < 0)
            throw new InputException("There can't be less than none of a product.");
        _quantities[sku] = quantity;
        await updated.PublishAsync(sku, cancellationToken: cancellationToken);
        return new StockItem(sku, quantity);
    }
}
