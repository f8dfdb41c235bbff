using System.Text;
using Declarative.Delivery;
using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Storage;

/// <summary>An open, empty store that is spoken to directly; no worker runs.</summary>
public abstract class StoreTest<TStore> : IAsyncLifetime
    where TStore : IStoreFixture, new()
{
    protected static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    protected static readonly CancellationToken None = CancellationToken.None;

    private readonly TStore _store = new();
    private ServiceProvider _services = null!;
    private long _lease;

    protected IMessageStore Messages => Get<IMessageStore>();

    protected IDeliveryStore Deliveries => Get<IDeliveryStore>();

    protected ISubscriptionRecords Subscriptions => Get<ISubscriptionRecords>();

    protected IDeliveryLog Log => Get<IDeliveryLog>();

    protected IStoreLifecycle Lifecycle => Get<IStoreLifecycle>();

    public async ValueTask InitializeAsync()
    {
        var services = new ServiceCollection();
        _store.Use(new DeclarativeBuilder(services, new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build()));
        _services = services.BuildServiceProvider();
        await Lifecycle.OpenAsync(MigrationMode.Auto, None);
    }

    public async ValueTask DisposeAsync()
    {
        await Lifecycle.CloseAsync();
        await _services.DisposeAsync();
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    protected T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Three failures in a row open an endpoint for ten seconds, at most for thirty.</summary>
    protected static BreakerRule Breaker { get; } = new(3, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));

    protected IBrokerBuffer Buffer => Get<IBrokerBuffer>();

    protected static NewDelivery Delivery(SubscriptionRecord subscription) => new(Guid.CreateVersion7(Now), subscription.Id, subscription.EndpointId);

    protected static DeliveryOutcome Failed(ClaimedDelivery row, DateTimeOffset due) => new(row, DeliveryEnd.Retry) { DueAt = due, Sign = EndpointSign.Down, Attempt = Attempt(row) };

    protected static DeliveryOutcome Succeeded(ClaimedDelivery row) =>
        new(row, DeliveryEnd.Done) { Sign = EndpointSign.Up, Attempt = Attempt(row) with { IsSuccess = true, Status = 200, Reason = null } };

    protected static NewMessage Message(string name, string json = "{}", string? key = null) => new()
    {
        Id = Guid.CreateVersion7(Now),
        Name = name,
        StoreId = 0,
        CarriesPayload = true,
        Json = Encoding.UTF8.GetBytes(json),
        IdempotencyKey = key,
        RequestHash = key is null ? null : Encoding.UTF8.GetBytes(json),
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        CreatedAt = Now,
    };

    protected static AttemptRecord Attempt(ClaimedDelivery row) => new(row.Attempts, Now, TimeSpan.FromMilliseconds(3), 500, false, "status", "no", false);

    protected Claim<TKey> Claim<TKey>(DateTimeOffset now, int limit = 100, int perKey = 100)
        where TKey : notnull => new(now, now.AddSeconds(60), ++_lease, limit, perKey, new Dictionary<TKey, int>());

    protected Task<Claimed<ClaimedMessage>> ClaimMessagesAsync(DateTimeOffset now) => Messages.ClaimAsync(Claim<string>(now), None);

    protected Task<Claimed<ClaimedDelivery>> ClaimDeliveriesAsync(DateTimeOffset now) => Deliveries.ClaimAsync(Claim<long>(now), None);

    protected Task<IReadOnlyList<AppendResult>> AppendAsync(string name) => Messages.AppendAsync(
        [Message(name)],
        None);

    protected async Task FanOutAsync(SubscriptionRecord subscription)
    {
        await AppendAsync("a");
        var row = (await ClaimMessagesAsync(Now)).Rows.Single();
        await Messages.CompleteAsync(
            [new(row.Seq, row.LeaseToken, MessageEnd.FannedOut) { Payloads = [new("{}"u8.ToArray(), [Delivery(subscription)])] }],
            Now,
            None);
    }

    protected Task<SubscriptionRecord> SubscribeAsync(string recipient, bool isPriority = false, string? name = null) => Subscriptions.AddAsync(Record(recipient, isPriority, name), None);

    protected static SubscriptionRecord Record(string recipient, bool isPriority = false, string? name = null) => new()
    {
        Name = name,
        EventName = "a",
        Recipient = recipient,
        Notifier = "http",
        StoreId = 0,
        Status = SubscriptionStatus.Active,
        Retry = "aligent",
        RetryOn = RetryOn.All,
        EndpointKey = Endpoint.KeyOf("http", recipient),
        IsPriority = isPriority,
        CreatedAt = Now,
        ModifiedAt = Now,
    };
}
