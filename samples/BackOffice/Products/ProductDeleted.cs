using Declarative.Consumers;

namespace BackOffice.Products;

/// <summary>What the event carries: a class of our own, named in the XML.</summary>
public sealed record ProductRef(string Sku);

public sealed class ProductDeleted(Ledger ledger) : IEventHandler<ProductRef>
{
    public Task<EventResult> HandleAsync(ProductRef payload, EventContext context, CancellationToken cancellationToken)
    {
        ledger.Prices.TryRemove(payload.Sku, out _);
        return Task.FromResult(EventResult.Success($"{payload.Sku} is forgotten"));
    }
}
