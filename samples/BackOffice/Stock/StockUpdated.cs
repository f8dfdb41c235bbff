using Declarative.Consumers;

namespace BackOffice.Stock;

public sealed class StockUpdated(Ledger ledger) : IEventHandler<StockUpdatedPayload>
{
    public Task<EventResult> HandleAsync(StockUpdatedPayload payload, EventContext context, CancellationToken cancellationToken)
    {
        ledger.Stock[payload.Sku] = payload.Quantity;
        return Task.FromResult(EventResult.Success($"{payload.Quantity} of {payload.Sku}"));
    }
}
