using System.ComponentModel;
using Declarative.Acl;
using Declarative.Consumers;
using Declarative.Delivery;
using Declarative.Eventing;
using Declarative.Events;
using Declarative.History;
using Declarative.Integrations;
using Declarative.Json;
using Declarative.Matching;
using Declarative.Outbox;
using Declarative.Plugins;
using Declarative.Rest;
using Declarative.Rest.AsyncApi;
using Declarative.Rest.OpenApi;
using Declarative.Secrets;
using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Telemetry;
using Declarative.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Modules;

/// <summary>What the <c>AddDeclarative()</c> and <c>MapDeclarative()</c> that the generator emits into a host call.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DeclarativeHost
{
    /// <summary>Registers the engine, the modules' publishers and what <paramref name="configure"/> chooses.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="modules">The manifests of the host and of the modules it references.</param>
    /// <param name="configure">Chooses the store, notifiers and JSON contracts.</param>
    /// <exception cref="InvalidOperationException">It was called for this host before.</exception>
    public static void Add(IHostApplicationBuilder builder, IReadOnlyList<Func<ModuleManifest>> modules, Action<DeclarativeBuilder>? configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(modules);
        var services = builder.Services;
        if (services.Any(static service => service.ServiceType == typeof(ModuleCatalog)))
            throw new InvalidOperationException("AddDeclarative() was called twice for one host. Call it once; it adds all modules.");

        services.AddSingleton(new ModuleCatalog([Generated.Declarative_Runtime.Create, .. modules], builder.Configuration));
        EngineLogger<ModuleCatalog>.Register(services);
        AddOptions(builder);
        AddEvents(services);
        AddDelivery(services);
        AddEventing(services);
        AddHistory(services);
        AddRest(services);
        CallerServices.Add(builder);
        IntegrationServices.Add(builder);
        ConsumerServices.Add(builder);

        // Publishers of modules that are switched off are there too, so that code which has them in its constructor
        // still starts; publishing then says what is off.
        var manifests = modules.Select(static create => create()).ToList();
        foreach (var service in manifests.SelectMany(static module => module.Publishers.Concat(module.Matchers).Concat(module.Handlers)))
            services.TryAdd(service);
        var decoration = PluginDecoration.Apply(services, [.. manifests.SelectMany(static module => module.Plugins)]);
        services.AddSingleton(decoration.Attach);

        configure?.Invoke(new DeclarativeBuilder(services, builder.Configuration));
        if (services.Any(static service => service.ServiceType == typeof(IStoreLifecycle)))
        {
            services.AddHealthChecks()
                .AddCheck<LoopHealthCheck>(LoopHealthCheck.Name, tags: ["live"])
                .AddCheck<EngineHealthCheck>(EngineHealthCheck.Name, tags: ["ready"]);
        }
    }

    /// <summary>Maps the engine's routes.</summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>The group that holds them, to add conventions to.</returns>
    /// <exception cref="InvalidOperationException">AddDeclarative() was not called.</exception>
    public static RouteGroupBuilder Map(IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints.ServiceProvider.GetService<ModuleCatalog>() is null)
            throw new InvalidOperationException("MapDeclarative() needs builder.AddDeclarative(...) before builder.Build().");
        var group = endpoints.MapGroup("");
        ((IEndpointRouteBuilder)group).DataSources.Add(endpoints.ServiceProvider.GetRequiredService<RouteEndpoints>());
        endpoints.ServiceProvider.GetRequiredService<TokenRoutes>().Map(group);
        ConsumerServices.Map(group);
        return group;
    }

    private static void AddOptions(IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<PublishingOptions>().Bind(builder.Configuration.GetSection("Declarative:Publishing"));
        builder.Services.AddOptions<DeliveryOptions>().Bind(builder.Configuration.GetSection("Declarative:Delivery"));
        builder.Services.AddOptions<StorageOptions>().Bind(builder.Configuration.GetSection("Declarative:Storage"));
        builder.Services.AddOptions<SecretOptions>().Bind(builder.Configuration.GetSection("Declarative:Secrets"));
        builder.Services.AddOptions<EventingOptions>().Bind(builder.Configuration.GetSection("Declarative:Eventing"));
        builder.Services.AddOptions<HistoryOptions>().Bind(builder.Configuration.GetSection("Declarative:History"));
        builder.Services.AddOptions<RestOptions>().Bind(builder.Configuration.GetSection("Declarative:Rest"));
    }

    private static void AddEvents(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton<Instruments>();
        services.AddSingleton<WireJson>();
        services.AddSingleton<EventRegistry>();
        services.AddSingleton(static provider => new EventCatalog(provider.GetRequiredService<EventRegistry>(), provider.GetRequiredService<WireJson>()));
        services.AddSingleton<MessageSignal>();
        services.AddSingleton<DeliverySignal>();
        services.AddSingleton(static provider => new LoopHealth(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<WorkerClock>();
        services.AddSingleton(static provider => new EventQueue(
            provider.GetRequiredService<EventRegistry>(),
            provider.GetRequiredService<WireJson>(),
            provider.GetServices<ITransactionOutbox>(),
            provider.GetServices<IMessageTransport>(),
            provider.GetRequiredService<IOptions<PublishingOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<Instruments>()));
        services.AddSingleton<EventPublisher>();
        services.AddSingleton<IEventPublisher>(static provider => provider.GetRequiredService<EventPublisher>());
        services.AddSingleton<QueueWriter>();
        services.AddSingleton(static provider => new EventIntake(
            provider.GetRequiredService<IMessageStore>(),
            provider.GetRequiredService<EventRegistry>(),
            provider.GetRequiredService<MessageSignal>()));
        services.AddSingleton(static provider => new OutboxWake(provider.GetRequiredService<MessageSignal>()));
        services.AddSingleton<OutboxRelay>();
        services.AddSingleton<MessageWorker>();
        services.AddSingleton<PendingSampler>();
        services.AddSingleton<StartupCheck>();
        services.AddSingleton<ChangeFollower>();
        services.AddHostedService<Engine>();
    }

    private static void AddDelivery(IServiceCollection services)
    {
        services.AddSingleton<MasterKey>();
        services.AddSingleton<SecretProtector>();
        services.AddSingleton(static provider => MatchServices.From(provider, provider.GetRequiredService<ILogger<MatchPlan>>()));
        services.AddKeyedSingleton<IEventContext, StoreContext>("store");
        services.AddSingleton<SubscriptionCache>();
        services.AddSingleton<DeclaredSubscriptions>();
        services.AddSingleton<SubscriptionStore>();
        services.AddSingleton<ISubscriptionStore>(static provider => provider.GetRequiredService<SubscriptionStore>());
        services.AddSingleton(static provider => new SubscriptionService(
            provider.GetRequiredService<ISubscriptionStore>(),
            provider.GetRequiredService<SubscriptionCache>(),
            provider.GetRequiredService<EventRegistry>(),
            provider.GetRequiredService<NotifierTable>(),
            provider.GetRequiredService<RouteAccess>(),
            provider.GetRequiredService<AuditLog>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<NotifierTable>();
        services.AddSingleton<AddressGuard>();
        services.AddSingleton(static provider => new DeliveryHttp(provider.GetRequiredService<AddressGuard>(), provider.GetRequiredService<IOptions<DeliveryOptions>>()));
        services.TryAddSingleton(new RetryJitter(Random.Shared));
        services.AddSingleton<AttemptVerdict>();
        services.AddSingleton<EndpointBreakers>();
        services.AddSingleton<EndpointLimits>();
        services.AddSingleton<SubscriptionJudge>();
        services.AddSingleton<SubscriptionNews>();
        services.AddSingleton<Envelope>();
        services.AddSingleton<DeliveryWorker>();
        services.AddKeyedSingleton<INotifier, HttpNotifier>("http");
        services.AddSingleton(new NotifierRegistration("http"));
    }

    private static void AddEventing(IServiceCollection services)
    {
        services.AddSingleton<EventingState>();
        services.AddSingleton<DestinationTable>();
        services.AddSingleton<SubscriptionInstaller>();
        services.AddSingleton<EventDraftCheck>();
        services.AddSingleton<EventSubscriptionRoutes>();
        services.AddSingleton(static provider => new EventProviders(
            provider.GetRequiredService<EventingState>(),
            provider.GetRequiredService<IEventingRecords>(),
            provider.GetRequiredService<SubscriptionCache>(),
            provider.GetRequiredService<SecretProtector>(),
            provider.GetRequiredService<IOptions<EventingOptions>>(),
            provider.GetRequiredService<AuditLog>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ConfigurationRoutes>();
        services.AddSingleton<AsyncEventRoutes>();
    }

    private static void AddHistory(IServiceCollection services)
    {
        services.AddSingleton<HistorySignal>();
        services.AddSingleton<Redaction>();
        services.AddSingleton<FanOut>();
        services.AddSingleton<ArchiveReplay>();
        services.AddSingleton<HistoryWorker>();
        services.AddSingleton<MinuteKeeper>();
        services.AddSingleton(static provider => new AuditLog(
            provider.GetRequiredService<IOperationsStore>(),
            provider.GetRequiredService<IHttpContextAccessor>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static provider => new DataErasure(
            provider.GetRequiredService<IErasureStore>(),
            provider.GetRequiredService<AuditLog>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static provider => new DeliveryHistory(
            provider.GetRequiredService<EventRegistry>(),
            provider.GetRequiredService<IDeliveryLog>(),
            provider.GetRequiredService<IHistoryStore>(),
            provider.GetRequiredService<IOptions<HistoryOptions>>(),
            provider.GetRequiredService<Redaction>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static provider => new DeliveryReplays(
            provider.GetRequiredService<EventRegistry>(),
            provider.GetRequiredService<SubscriptionCache>(),
            provider.GetRequiredService<IReplayStore>(),
            provider.GetRequiredService<IOptions<HistoryOptions>>(),
            provider.GetRequiredService<AuditLog>(),
            provider.GetRequiredService<DeliverySignal>(),
            provider.GetRequiredService<MessageSignal>(),
            provider.GetRequiredService<HistorySignal>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static provider => new Overview(
            provider.GetRequiredService<IStoreLifecycle>(),
            provider.GetRequiredService<IOperationsStore>(),
            provider.GetRequiredService<SubscriptionCache>(),
            provider.GetRequiredService<Instruments>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static provider => new PermissionHolders(
            provider.GetRequiredService<AclResourceTree>(),
            provider.GetRequiredService<AdminUsers>(),
            provider.GetRequiredService<IntegrationService>(),
            provider.GetRequiredService<IOptions<AclOptions>>()));
        services.AddSingleton<OperationsRoutes>();
        services.AddSingleton<DeliveryRoutes>();
    }

    private static void AddRest(IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton<RouteAccess>();
        services.AddSingleton<RouteTable>();
        services.AddSingleton<RouteEndpoints>();
        services.AddSingleton<RoutePipeline>();
        services.AddSingleton<ErrorAnswer>();
        services.AddSingleton<DeclarationLists>();
        services.AddSingleton<RouteDocument>();
        services.AddSingleton<EventDocument>();
        services.AddKeyedScoped<IRouteValue, CustomerIdValue>("customer_id");
    }
}
