using Declarative.Acl;
using Declarative.Commerce;
using Declarative.Consumers;
using Declarative.Delivery;
using Declarative.Eventing;
using Declarative.Events;
using Declarative.History;
using Declarative.Integrations;
using Declarative.Json;
using Declarative.Matching;
using Declarative.Merging;
using Declarative.OAuth;
using Declarative.Outbox;
using Declarative.Plugins;
using Declarative.Rest;
using Declarative.Secrets;
using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Modules;

/// <summary>Looks for everything that would fail later, before anything runs, and reports all of it in one exception.</summary>
internal sealed class StartupCheck(
    IServiceProvider services,
    EventRegistry registry,
    RouteTable routes,
    AclResources resources,
    DeclaredSubscriptions subscriptions,
    DeclaredIntegrations integrations,
    ConsumerCheck consumers,
    PluginDecoration plugins,
    WireJson json,
    IOptions<PublishingOptions> publishing,
    IOptions<DeliveryOptions> delivery,
    IOptions<StorageOptions> storage,
    IOptions<EventingOptions> eventing,
    IOptions<HistoryOptions> history,
    IOptions<RestOptions> rest,
    IOptions<CallerOptions> callers,
    IOptions<OAuthOptions> oauth,
    ILogger<StartupCheck> logger)
{
    /// <exception cref="DeclarativeStartException">Something is missing or wrong.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var problems = new List<string>(registry.Problems);
        problems.AddRange(resources.Problems);
        problems.AddRange(delivery.Value.Problems());
        problems.AddRange(publishing.Value.Problems(delivery.Value.LeaseDuration));
        problems.AddRange(eventing.Value.Problems());
        problems.AddRange(history.Value.Problems());
        problems.AddRange(rest.Value.Problems());
        problems.AddRange(routes.Problems);
        problems.AddRange(callers.Value.Problems());
        problems.AddRange(oauth.Value.Problems());
        if (services.GetService<RegisteredStore>() is not null)
            problems.AddRange(services.GetRequiredService<IOptions<CommerceOptions>>().Value.Problems());
        problems.AddRange(subscriptions.Problems);
        problems.AddRange(integrations.Problems);
        problems.AddRange(consumers.Problems());
        problems.AddRange(plugins.Problems(registry));
        CheckEvents(problems);
        CheckRoutes(problems);
        CheckSubscriptions(problems);
        await OpenStoreAsync(problems, cancellationToken).ConfigureAwait(false);
        if (problems.Count > 0)
            throw new DeclarativeStartException(problems);
        resources.WarnOfUnknown();
        foreach (var (key, meant) in new UnknownSettings(services.GetRequiredService<IConfiguration>(), registry).Find())
            logger.SettingUnread(key, meant is null ? "" : $" Did you mean {meant}?");
        logger.Started(registry.Declared.Count(static one => !one.Module.IsOwn), registry.Modules.Count(static module => !module.IsOwn), services.GetRequiredService<SubscriptionCache>().All.Count);
    }

    private void CheckEvents(List<string> problems)
    {
        var isService = services.GetService<IServiceProviderIsService>();
        foreach (var (module, descriptor) in registry.Declared)
        {
            var where = $"Event '{descriptor.Name}' (module {module.Name}, {descriptor.DeclaredIn}): ";
            CheckService(where, descriptor.IsPlugin ? null : descriptor.Service, descriptor.Parameters, isService, problems);
            if (json.ProblemOf(descriptor.Payload) is { } payloadProblem)
                problems.Add($"{where}{payloadProblem}.");
        }
    }

    private void CheckRoutes(List<string> problems)
    {
        var isService = services.GetService<IServiceProviderIsService>();
        var isKeyed = isService as IServiceProviderIsKeyedService;
        foreach (var descriptor in routes.Routes.Select(static route => route.Descriptor))
        {
            var where = $"Route {descriptor.Method} {descriptor.Url} ({descriptor.DeclaredIn}): ";
            CheckService(where, descriptor.Service, descriptor.Parameters, isService, problems);
            if (descriptor.Result is { } result && json.ProblemOf(result) is { } problem)
                problems.Add($"{where}{problem}.");
            foreach (var name in descriptor.Data.Select(static data => DeclaredArguments.Placeholder(data.Value)))
            {
                if (name is not null && isKeyed?.IsKeyedService(typeof(IRouteValue), name) == false)
                    problems.Add($"{where}nothing gives the value of %{name}%; add it by AddRouteValue<T>(\"{name}\").");
            }
        }
    }

    /// <summary>Converters and processors are made once, so they are made now: one that can't be would send what it was meant to change.</summary>
    private void CheckSubscriptions(List<string> problems)
    {
        foreach (var subscription in subscriptions.All)
        {
            var where = $"Subscription '{subscription.Name}' ({subscription.DeclaredIn}): ";
            foreach (var name in subscription.Fields.Select(static field => field.Converter).OfType<string>().Distinct(StringComparer.Ordinal))
                CheckMatcher<IFieldConverter>(where, name, problems);
            foreach (var name in subscription.Processors.Select(static processor => processor.Class))
                CheckMatcher<IEventProcessor>(where, name, problems);
        }
    }

    private void CheckMatcher<T>(string where, string name, List<string> problems)
    {
        try
        {
            if (services.GetKeyedService<T>(ClassName.Of(name)) is null)
                problems.Add($"{where}'{name}' is not registered; add it in AddDeclarative(declarative => ...).");
        }
        catch (Exception exception)
        {
            problems.Add($"{where}'{name}' can't be made: {exception.Message}");
        }
    }

    private void CheckService(string where, Type? service, IReadOnlyList<ServiceParameter> parameters, IServiceProviderIsService? isService, List<string> problems)
    {
        if (service is not null && isService?.IsService(service) == false)
            problems.Add($"{where}the service {service} is not registered; add it to builder.Services.");
        foreach (var parameter in parameters)
        {
            if (json.ProblemOf(parameter.Type) is { } problem)
                problems.Add($"{where}parameter '{parameter.Name}': {problem}.");
        }
    }

    private async Task OpenStoreAsync(List<string> problems, CancellationToken cancellationToken)
    {
        if (services.GetService<IStoreLifecycle>() is not { } store)
        {
            problems.Add("No store is configured: call UseSqlite(\"Data Source=app.db\") (package Declarative.Sqlite) in AddDeclarative(declarative => ...).");
            return;
        }

        try
        {
            services.GetRequiredService<ChangeFollower>().Listen();
            await store.OpenAsync(storage.Value.Migrations, cancellationToken).ConfigureAwait(false);
            _ = services.GetRequiredService<MasterKey>().Get();
            await services.GetRequiredService<OutboxRelay>().OpenAsync(storage.Value.Migrations, cancellationToken).ConfigureAwait(false);
            await services.GetRequiredService<SubscriptionCache>().ReloadAsync(cancellationToken).ConfigureAwait(false);
            problems.AddRange(services.GetRequiredService<NotifierTable>().Problems());
            await services.GetRequiredService<EventingState>().ReloadAsync(cancellationToken).ConfigureAwait(false);
            await services.GetRequiredService<RoleCache>().ReloadAsync(cancellationToken).ConfigureAwait(false);
            problems.AddRange(await services.GetRequiredService<FirstAdmin>().CreateAsync(cancellationToken).ConfigureAwait(false));
            await services.GetRequiredService<IntegrationCache>().ReloadAsync(cancellationToken).ConfigureAwait(false);
            await InstallAsync(problems, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException exception)
        {
            problems.Add(exception.Message);
        }
    }

    /// <summary>Last, so that a start that fails changes no subscription and no integration.</summary>
    private async Task InstallAsync(List<string> problems, CancellationToken cancellationToken)
    {
        var installer = services.GetRequiredService<SubscriptionInstaller>();
        problems.AddRange(installer.Problems());
        if (problems.Count > 0)
            return;
        await installer.RunAsync(cancellationToken).ConfigureAwait(false);
        await services.GetRequiredService<IntegrationInstaller>().RunAsync(cancellationToken).ConfigureAwait(false);
    }
}
