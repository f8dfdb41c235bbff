using Declarative.Consumers;

namespace BackOffice.Products;

/// <summary>Completes a product that was saved in the Shop, and writes it back: the stages of the starter kit.</summary>
public sealed class ProductSaved(ShopClient shop, Ledger ledger, ProductSavedInputs inputs) : StagedEventHandler<ProductSavedPayload, ShopProduct>
{
    /// <summary>What the declaration can't say. Free products are a mistake, and would be one the next time too.</summary>
    protected override ValueTask<EventResult?> ValidateAsync(ProductSavedPayload payload, EventContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(payload.Price == 0 ? PermanentResult.Because("A product needs a price.") : null);

    protected override ValueTask<Stage<ShopProduct>> TransformAsync(ProductSavedPayload payload, EventContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Stage<ShopProduct>>(new ShopProduct(payload.Sku, payload.Name, payload.Price, $"{payload.Name}, {inputs.Remark}"));

    protected override ValueTask<EventResult> SendAsync(ProductSavedPayload payload, ShopProduct transformed, NothingPrepared preProcessed, EventContext context, CancellationToken cancellationToken) =>
        shop.SaveAsync(transformed, cancellationToken);

    protected override ValueTask PostProcessAsync(ProductSavedPayload payload, ShopProduct transformed, NothingPrepared preProcessed, EventResult sent, EventContext context, CancellationToken cancellationToken)
    {
        ledger.Prices[payload.Sku] = payload.Price;
        return default;
    }
}
