using Declarative.Consumers;

namespace BackOffice.Orders;

public sealed class OrderCreated(Ledger ledger) : IEventHandler<OrderCreatedPayload>
{
    public Task<EventResult> HandleAsync(OrderCreatedPayload payload, EventContext context, CancellationToken cancellationToken)
    {
        // The same order twice is one order: an event may come more than once.
        ledger.Orders[payload.IncrementId] = payload.GrandTotal;
        return Task.FromResult(EventResult.Success($"Order {payload.IncrementId} is booked, {payload.Lines?.Sum(static line => line.Quantity) ?? 0} piece(s)"));
    }
}
