using Declarative.Storage;

namespace Declarative.Faults;

/// <summary>A defect to be found out: one token for all leases, so that whoever had one once may still complete.</summary>
internal static class UncheckedLeases
{
    public static void BuildIn(IServiceCollection services)
    {
        Replace<IMessageStore>(services, static store => new Messages(store));
        Replace<IDeliveryStore>(services, static store => new Deliveries(store));
    }

    private static void Replace<T>(IServiceCollection services, Func<T, T> wrap)
        where T : class
    {
        var registered = services.Single(static service => service.ServiceType == typeof(T));
        services.Remove(registered);
        services.AddSingleton(provider => wrap((T)ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!)));
    }

    private sealed class Messages(IMessageStore store) : IMessageStore
    {
        public Task<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken) => store.AppendAsync(messages, cancellationToken);

        public Task<Claimed<ClaimedMessage>> ClaimAsync(Claim<string> claim, CancellationToken cancellationToken) => store.ClaimAsync(claim with { LeaseToken = 1 }, cancellationToken);

        public Task<int> CompleteAsync(IReadOnlyList<MessageOutcome> outcomes, DateTimeOffset now, CancellationToken cancellationToken) => store.CompleteAsync(outcomes, now, cancellationToken);
    }

    private sealed class Deliveries(IDeliveryStore store) : IDeliveryStore
    {
        public Task<Claimed<ClaimedDelivery>> ClaimAsync(Claim<long> claim, CancellationToken cancellationToken) => store.ClaimAsync(claim with { LeaseToken = 1 }, cancellationToken);

        public Task<CompletedDeliveries> CompleteAsync(IReadOnlyList<DeliveryOutcome> outcomes, BreakerRule breaker, DateTimeOffset now, CancellationToken cancellationToken) => store.CompleteAsync(outcomes, breaker, now, cancellationToken);

        public Task<IReadOnlyList<SubscriptionVerdict>> JudgeAsync(FailureRule rule, DateTimeOffset now, CancellationToken cancellationToken) => store.JudgeAsync(rule, now, cancellationToken);
    }
}
