using Declarative.Consumers;
using Declarative.Delivery;
using Declarative.Events;
using Declarative.Json;
using Declarative.Rest;
using Declarative.Subscriptions;
using Microsoft.Extensions.Hosting;

namespace Declarative.Modules;

/// <summary>What this host declares, for the runtime's own routes.</summary>
internal sealed class DeclarationLists(EventRegistry registry, EventCatalog catalog, NotifierTable notifiers, ConsumerTable consumers, DeclaredSubscriptions subscriptions, IHostEnvironment environment)
{
    /// <summary>Names of the active modules in the order in which they merge.</summary>
    public IReadOnlyList<string> Modules() => [.. registry.Modules.Select(static module => module.Name)];

    /// <summary>The async events, in order of first declaration.</summary>
    public IReadOnlyList<EventSummary> Events() =>
    [
        .. registry.Declared.Select(static declared => new EventSummary(
            declared.Event.Name,
            declared.Event.Service is { } service ? $"{service.FullName}.{declared.Event.Method}" : null,
            declared.Event.Resources,
            declared.Module.Name,
            declared.Event.IsPlugin)),
    ];

    /// <summary>One async event, its payload's fields to a depth.</summary>
    /// <exception cref="NoSuchEntityException">No active module declares it.</exception>
    /// <exception cref="InputException">The depth is none.</exception>
    public EventInfo Event(string name, int depth = 2)
    {
        if (registry.Find(name) is null)
            throw new NoSuchEntityException(registry.ExplainUnknown(name));
        return depth is >= 1 and <= WireJson.MaxDepth ? catalog.Describe(name, depth) : throw new InputException($"depth must be 1 to {WireJson.MaxDepth}.");
    }

    /// <summary>Keys of the notifiers, which subscriptions name as their <c>metadata</c>.</summary>
    public IReadOnlyList<string> Notifiers() => notifiers.Keys;

    /// <summary>What this host is and declares, as the starter kit's info action tells it.</summary>
    public HostInfo Info() => new(
        ModuleCatalog.PackageVersion,
        environment.ApplicationName,
        HostInfo.VersionOf(environment.ApplicationName),
        Modules(),
        [.. consumers.Consumers.Select(ConsumerInfo.Of)],
        [.. consumers.Ingestions.Select(static one => new IngestionInfo(one.Descriptor.Path, one.Descriptor.Authentication, one.Descriptor.Resource))],
        [.. subscriptions.All.Select(SubscriptionInfo.Of)]);
}

/// <summary>A declared async event.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Service">The service and its method; null if publishers send the payload.</param>
/// <param name="Resources">The ACL resources that a subscriber needs.</param>
/// <param name="Module">The module that declares it.</param>
/// <param name="IsPlugin">Whether calls of the method raise it, rather than a publisher.</param>
internal sealed record EventSummary(string Name, string? Service, IReadOnlyList<string> Resources, string Module, bool IsPlugin);
