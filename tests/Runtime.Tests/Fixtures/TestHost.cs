using System.Text.Json;
using Declarative.Delivery;
using Declarative.Events;
using Declarative.Modules;
using Declarative.Subscriptions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Declarative.Tests.Fixtures;

/// <summary>A host over the shop module and a store, as an application would build it.</summary>
public sealed class TestHost : IAsyncDisposable
{
    public const string Token = "fv38u07Wdh$R@mRd";

    private readonly IHost _host;

    private TestHost(IHost host, Orders orders, ObservedAttempts attempts, LogLines log)
    {
        _host = host;
        Orders = orders;
        Attempts = attempts;
        Log = log;
    }

    public Orders Orders { get; }

    public ObservedAttempts Attempts { get; }

    public LogLines Log { get; }

    public IServiceProvider Services => _host.Services;

    public ISubscriptionStore Subscriptions => Services.GetRequiredService<ISubscriptionStore>();

    public IDeliveryLog DeliveryLog => Services.GetRequiredService<IDeliveryLog>();

    public ISalesOrderCreatedPublisher OrderCreated => Services.GetRequiredService<ISalesOrderCreatedPublisher>();

    public ICustomerSavedPublisher CustomerSaved => Services.GetRequiredService<ICustomerSavedPublisher>();

    public IEventPublisher Publisher => Services.GetRequiredService<IEventPublisher>();

    public static TestHost Build(
        Action<DeclarativeBuilder> useStore,
        TimeProvider? time = null,
        Dictionary<string, string?>? configuration = null,
        IReadOnlyList<Func<ModuleManifest>>? modules = null,
        Action<IServiceCollection>? services = null,
        Action<DeclarativeBuilder>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Declarative:Delivery:AllowedNetworks:0"] = "127.0.0.0/8" });
        builder.Configuration.AddInMemoryCollection(configuration ?? []);
        var log = new LogLines();
        builder.Logging.AddProvider(log);
        var orders = new Orders();
        var attempts = new ObservedAttempts();
        builder.Services.AddSingleton<IOrders>(orders);
        builder.Services.AddSingleton<IDeliveryObserver>(attempts);
        if (time is not null)
            builder.Services.AddSingleton(time);
        services?.Invoke(builder.Services);
        DeclarativeHost.Add(builder, modules ?? [ShopModule.Create], declarative =>
        {
            useStore(declarative);
            configure?.Invoke(declarative);
        });
        return new TestHost(builder.Build(), orders, attempts, log);
    }

    public Task StartAsync() => _host.StartAsync();

    public Task StopAsync() => _host.StopAsync();

    public Task StopAsync(CancellationToken cancellationToken) => _host.StopAsync(cancellationToken);

    public Task<Subscription> SubscribeAsync(string recipient, string eventName = ShopModule.OrderCreated, string retry = "aligent", RetryOn? retryOn = null, int storeId = 0, string notifier = "http", string token = Token) =>
        Subscriptions.CreateAsync(new NewSubscription
        {
            EventName = eventName,
            Recipient = recipient,
            Notifier = notifier,
            VerificationToken = token,
            Retry = retry,
            RetryOn = retryOn,
            StoreId = storeId,
        });

    /// <summary>The only delivery of a publish, when it exists and is as wished.</summary>
    public async Task<DeliveryTrace> DeliveryOfAsync(Guid message, Func<DeliveryTrace, bool> isAsWished)
    {
        DeliveryTrace? found = null;
        await Eventually.True(async () =>
        {
            found = (await DeliveryLog.OfMessageAsync(message)).SingleOrDefault();
            return found is not null && isAsWished(found);
        });
        return found!;
    }

    public static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    public async ValueTask DisposeAsync()
    {
        using (var soon = new CancellationTokenSource(TimeSpan.FromSeconds(5)))
        {
            try
            {
                await _host.StopAsync(soon.Token);
            }
            catch (OperationCanceledException)
            {
                // A test left something running on purpose.
            }
        }

        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        _host.Dispose();
    }
}
