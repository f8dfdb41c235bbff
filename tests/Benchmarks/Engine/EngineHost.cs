using Declarative.Delivery;
using Declarative.Events;
using Declarative.Modules;
using Declarative.Subscriptions;

namespace Declarative.Benchmarks.Engine;

/// <summary>The engine on a new database, as an application has it; only the log is off and limits fit one receiver.</summary>
internal sealed class EngineHost : IAsyncDisposable
{
    /// <summary>Requests at once, for the engine and for the hand-written loops.</summary>
    public const int InFlight = 64;

    private readonly IHost _host;
    private readonly IHostedLifecycleService _engine;
    private readonly bool _hasWorkers;

    private EngineHost(IHost host, bool hasWorkers)
    {
        _host = host;
        _hasWorkers = hasWorkers;
        _engine = host.Services.GetServices<IHostedService>().OfType<IHostedLifecycleService>().Single();
        Queue = host.Services.GetRequiredService<EventQueue>();
    }

    public EventQueue Queue { get; }

    public IServiceProvider Services => _host.Services;

    /// <summary>Starts it; without workers events are stored and stay there.</summary>
    public static async Task<EngineHost> StartAsync(bool hasWorkers, IDeliveryObserver? observer = null, Action<DeclarativeBuilder>? configure = null, string? postgreSql = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["Declarative:Delivery:AllowedNetworks:0"] = "127.0.0.0/8";
        builder.Configuration["Declarative:Delivery:MaxInFlightPerEndpoint"] = InFlight.ToString();
        builder.Configuration["Declarative:Publishing:MaxResolvesPerEvent"] = InFlight.ToString();
        builder.Configuration["Declarative:Secrets:Key"] = Convert.ToBase64String(new byte[32]);
        builder.Services.AddSingleton<IOrderReader, OrderReader>();
        if (observer is not null)
            builder.Services.AddSingleton(observer);
        DeclarativeHost.Add(builder, [OrdersModule.Create], declarative =>
        {
            _ = postgreSql is null ? declarative.UseSqlite($"Data Source={Database.NewFile()}") : declarative.UsePostgreSql(postgreSql);
            configure?.Invoke(declarative);
        });
        var engine = new EngineHost(builder.Build(), hasWorkers);
        if (hasWorkers)
            await engine._host.StartAsync();
        else
            await engine._engine.StartingAsync(CancellationToken.None);
        return engine;
    }

    public Task SubscribeAsync(Uri receiver) => Services.GetRequiredService<ISubscriptionStore>().CreateAsync(
        new NewSubscription { EventName = OrdersModule.Created, Recipient = receiver.ToString(), VerificationToken = Signature.Token },
        CancellationToken.None);

    /// <summary>Publishes from 64 callers.</summary>
    public Task PublishAsync(int total) =>
        Callers.RunAsync(total, number => Queue.PublishAsync(Queue.Arguments(OrdersModule.Created).Add("id", number), null, CancellationToken.None));

    public async ValueTask DisposeAsync()
    {
        if (_hasWorkers)
            await _host.StopAsync();
        else
            await _engine.StoppedAsync(CancellationToken.None);
        _host.Dispose();
    }
}
