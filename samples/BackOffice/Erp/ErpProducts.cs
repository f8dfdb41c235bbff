using Declarative.Consumers;

namespace BackOffice.Erp;

/// <summary>A product that the ERP made goes into the Shop.</summary>
public sealed class ProductCreated(ShopClient shop) : IEventHandler<ProductCreatedPayload>
{
    public async Task<EventResult> HandleAsync(ProductCreatedPayload payload, EventContext context, CancellationToken cancellationToken) =>
        await shop.SaveAsync(new ShopProduct(payload.Sku, payload.Name, payload.Price ?? 0, payload.Description), cancellationToken);
}

/// <summary>So does one that it changed.</summary>
public sealed class ProductUpdated(ShopClient shop) : IEventHandler<ProductUpdatedPayload>
{
    public async Task<EventResult> HandleAsync(ProductUpdatedPayload payload, EventContext context, CancellationToken cancellationToken) =>
        await shop.SaveAsync(new ShopProduct(payload.Sku, payload.Name, payload.Price, payload.Description), cancellationToken);
}

/// <summary>One that it deleted leaves the Shop.</summary>
public sealed class ProductDeleted(ShopClient shop) : IEventHandler<ProductDeletedPayload>
{
    public async Task<EventResult> HandleAsync(ProductDeletedPayload payload, EventContext context, CancellationToken cancellationToken) =>
        await shop.DeleteAsync(payload.Sku, cancellationToken);
}
