using Declarative.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Plugins;

/// <summary>
/// Puts the modules' decorators around the services that are registered when <c>AddDeclarative()</c> is called: of each
/// service the last registration, which is the one that is injected. What it registered stays as a keyed service of the
/// same lifetime, so that the container makes and disposes it as before.
/// </summary>
internal sealed class PluginDecoration
{
    private readonly IServiceCollection _services;
    private readonly IReadOnlyList<PluginRegistration> _plugins;
    private readonly List<PluginPublisher> _publishers = [];
    private readonly HashSet<ServiceDescriptor> _outer = new(ReferenceEqualityComparer.Instance);

    private PluginDecoration(IServiceCollection services, IReadOnlyList<PluginRegistration> plugins)
    {
        _services = services;
        _plugins = plugins;
    }

    public static PluginDecoration Apply(IServiceCollection services, IReadOnlyList<PluginRegistration> plugins)
    {
        var decoration = new PluginDecoration(services, plugins);
        foreach (var plugin in plugins.DistinctBy(static plugin => plugin.Decorator))
            decoration.Wrap(plugin);
        return decoration;
    }

    /// <summary>Lets the decorators tell, from the start on.</summary>
    public PluginDecoration Attach(IServiceProvider services)
    {
        foreach (var publisher in _publishers)
            publisher.Attach(services);
        return this;
    }

    /// <summary>Services whose calls would not be told: those that were registered too late, or not at all.</summary>
    /// <param name="registry">The events of the active modules; others need no decorator.</param>
    public IEnumerable<string> Problems(EventRegistry registry)
    {
        foreach (var plugin in _plugins)
        {
            if (registry.Find(plugin.EventName)?.Decorator != plugin.Decorator)
                continue;
            var where = $"Event '{plugin.EventName}' ({plugin.DeclaredIn}): ";
            if (Find(plugin.Service) is not { } index)
                yield return $"{where}the service {plugin.Service} is not registered; add it to builder.Services before AddDeclarative().";
            else if (!_outer.Contains(_services[index]))
                yield return $"{where}the service {plugin.Service} is registered after AddDeclarative(), so that nothing would tell of its calls; register it before.";
        }
    }

    private void Wrap(PluginRegistration plugin)
    {
        if (Find(plugin.Service) is not { } index)
            return;
        var inner = _services[index];
        var publisher = new PluginPublisher(plugin.Decorator);
        _publishers.Add(publisher);

        // An instance is its owner's to dispose, and so its decorator must not be the container's.
        var outer = inner.ImplementationInstance is { } instance
            ? new ServiceDescriptor(plugin.Service, plugin.Create(instance, publisher))
            : new ServiceDescriptor(plugin.Service, services => plugin.Create(services.GetRequiredKeyedService(plugin.Service, plugin.Decorator), publisher), inner.Lifetime);
        _services[index] = outer;
        if (inner.ImplementationInstance is null)
            _services.Add(Keyed(inner, plugin.Decorator));
        _outer.Add(outer);
    }

    private static ServiceDescriptor Keyed(ServiceDescriptor inner, Type key) => inner.ImplementationFactory is { } factory
        ? new ServiceDescriptor(inner.ServiceType, key, (services, _) => factory(services), inner.Lifetime)
        : new ServiceDescriptor(inner.ServiceType, key, inner.ImplementationType!, inner.Lifetime);

    private int? Find(Type service)
    {
        for (var i = _services.Count - 1; i >= 0; i--)
        {
            if (_services[i].ServiceType == service && !_services[i].IsKeyedService)
                return i;
        }

        return null;
    }
}
