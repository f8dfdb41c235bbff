using Declarative.Consumers;

namespace BackOffice.Customers;

public sealed class CustomerSaved(Ledger ledger) : IEventHandler<CustomerSavedPayload>
{
    public Task<EventResult> HandleAsync(CustomerSavedPayload payload, EventContext context, CancellationToken cancellationToken)
    {
        ledger.Customers[payload.Id] = payload.Email;
        return Task.FromResult(EventResult.Success($"Customer {payload.Id} is known"));
    }
}
