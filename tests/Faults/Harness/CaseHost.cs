using System.Runtime.CompilerServices;
using Declarative.Delivery;
using Declarative.Events;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;

namespace Declarative.Faults.Harness;

/// <summary>A host in this process over an empty database, for cases that look at single deliveries.</summary>
internal sealed class CaseHost : IAsyncDisposable
{
    private CaseHost(WebApplication app, LogLines log, bool ownsDatabase, Database database)
    {
        App = app;
        Log = log;
        OwnsDatabase = ownsDatabase;
        Database = database;
    }

    public WebApplication App { get; }

    public Database Database { get; }

    public LogLines Log { get; }

    public IServiceProvider Services => App.Services;

    public ISubscriptionStore Subscriptions => Services.GetRequiredService<ISubscriptionStore>();

    private bool OwnsDatabase { get; }

    /// <summary>Starts one; over the given database if there is one, which then stays.</summary>
    public static async Task<CaseHost> StartAsync(FaultRun run, IReadOnlyDictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? configure = null, Database? database = null, Action<DeclarativeBuilder>? declarative = null)
    {
        var log = new LogLines();
        var used = database ?? new Database(run.Store);
        var orders = used.Orders() with { Settings = settings ?? new Dictionary<string, string?>(StringComparer.Ordinal) };
        var app = FaultHost.Build(
            orders,
            builder =>
            {
                builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Information);
                configure?.Invoke(builder);
            },
            declarative);
        await app.StartAsync();
        return new CaseHost(app, log, database is null, used);
    }

    public Task<Subscription> SubscribeAsync(string receiver, string retry = "1,1,1", string eventName = "ledger.entry", string notifier = "http", RetryOn? retryOn = null) => Subscriptions.CreateAsync(new NewSubscription
    {
        EventName = eventName,
        Recipient = receiver,
        Notifier = notifier,
        VerificationToken = notifier == "http" ? "secret" : null,
        Retry = retry,
        RetryOn = retryOn,
    });

    public Task<Guid> PublishAsync(int number, PublishOptions? options = null) => Services.GetRequiredService<ILedgerEntryPublisher>().PublishAsync(number, options);

    public Task<IReadOnlyList<DeliveryTrace>> DeliveriesAsync(Guid message) => Services.GetRequiredService<IDeliveryLog>().OfMessageAsync(message);

    /// <summary>The only delivery of a publish, once it is as wished.</summary>
    public async Task<DeliveryTrace> DeliveryAsync(Guid message, Func<DeliveryTrace, bool> isAsWished, [CallerArgumentExpression(nameof(isAsWished))] string? wish = null)
    {
        DeliveryTrace? found = null;
        await Eventually.True(async () => (found = (await DeliveriesAsync(message)).SingleOrDefault()) is not null && isAsWished(found), wish);
        return found!;
    }

    /// <summary>The first attempt of a publish's only delivery.</summary>
    public async Task<(DeliveryTrace Delivery, Storage.AttemptRecord Attempt)> FirstAttemptAsync(Guid message)
    {
        var delivery = await DeliveryAsync(message, static one => one.Attempts.Count > 0);
        return (delivery, delivery.Attempts[0]);
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await App.StopAsync(soon.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await App.DisposeAsync();
        if (OwnsDatabase)
            Database.Dispose();
    }
}
