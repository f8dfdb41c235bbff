using Declarative.Delivery;
using Declarative.Events;
using Declarative.Json;
using Declarative.Secrets;
using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Modules;

/// <summary>Looks for everything that would fail later, before anything runs, and reports all of it in one exception.</summary>
internal sealed class StartupCheck(
    IServiceProvider services,
    EventRegistry registry,
    EventJson json,
    IOptions<PublishingOptions> publishing,
    IOptions<DeliveryOptions> delivery,
    IOptions<StorageOptions> storage,
    ILogger<StartupCheck> logger)
{
    /// <exception cref="DeclarativeStartException">Something is missing or wrong.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var problems = new List<string>(registry.Problems);
        problems.AddRange(delivery.Value.Problems());
        problems.AddRange(publishing.Value.Problems(delivery.Value.LeaseDuration));
        CheckEvents(problems);
        await OpenStoreAsync(problems, cancellationToken).ConfigureAwait(false);
        if (problems.Count > 0)
            throw new DeclarativeStartException(problems);
        logger.Started(registry.Events.Count, registry.Modules.Count, services.GetRequiredService<SubscriptionCache>().All.Count);
    }

    private void CheckEvents(List<string> problems)
    {
        var isService = services.GetService<IServiceProviderIsService>();
        foreach (var descriptor in registry.Events)
        {
            var where = $"Event '{descriptor.Name}' ({descriptor.DeclaredIn}): ";
            if (descriptor.Service is { } service && isService?.IsService(service) == false)
                problems.Add($"{where}the service {service} is not registered; add it to builder.Services.");
            foreach (var parameter in descriptor.Parameters)
            {
                if (json.ProblemOf(parameter.Type) is { } problem)
                    problems.Add($"{where}parameter '{parameter.Name}': {problem}.");
            }

            if (json.ProblemOf(descriptor.Payload) is { } payloadProblem)
                problems.Add($"{where}{payloadProblem}.");
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
            await store.OpenAsync(storage.Value.Migrations, cancellationToken).ConfigureAwait(false);
            _ = services.GetRequiredService<MasterKey>().Get();
            await services.GetRequiredService<SubscriptionCache>().ReloadAsync(cancellationToken).ConfigureAwait(false);
            problems.AddRange(services.GetRequiredService<NotifierTable>().Problems());
        }
        catch (StoreException exception)
        {
            problems.Add(exception.Message);
        }
    }
}
