using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using Declarative.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Modules;

/// <summary>What one assembly declares, as its generated code states it at start.</summary>
/// <param name="name">The module's name.</param>
/// <param name="formatVersion">Version of the manifest form that the assembly was generated with.</param>
/// <param name="assembly">The assembly's simple name, for messages.</param>
/// <param name="generatorVersion">Version of the package whose generator wrote the assembly's manifest.</param>
public sealed class ModuleManifest(string name, int formatVersion, string assembly, string generatorVersion)
{
    /// <summary>The manifest form that this version reads and its generator writes.</summary>
    public const int CurrentFormatVersion = 1;

    private readonly List<AsyncEventDescriptor> _events = [];
    private readonly List<ServiceDescriptor> _publishers = [];

    /// <summary>The module's name.</summary>
    public string Name { get; } = name;

    /// <summary>Version of the manifest form.</summary>
    public int FormatVersion { get; } = formatVersion;

    /// <summary>The assembly's simple name.</summary>
    public string Assembly { get; } = assembly;

    /// <summary>Version of the generator's package.</summary>
    public string GeneratorVersion { get; } = generatorVersion;

    /// <summary>Names of the modules that must come before this one.</summary>
    public IReadOnlyList<string> Sequence { get; init; } = [];

    /// <summary>The async events that the module declares, file by file.</summary>
    public IReadOnlyList<AsyncEventDescriptor> Events => _events;

    /// <summary>The typed publishers that the module brings, as singletons.</summary>
    internal IReadOnlyList<ServiceDescriptor> Publishers => _publishers;

    /// <summary>Adds an event that a service method resolves, with its typed publisher. Called by generated code.</summary>
    /// <typeparam name="TPublisher">The generated interface.</typeparam>
    /// <typeparam name="TImplementation">The generated class.</typeparam>
    /// <typeparam name="TService">The service.</typeparam>
    /// <typeparam name="TPayload">The service method's result.</typeparam>
    /// <param name="name">The event's name.</param>
    /// <param name="declaredIn">The file or member that declares it.</param>
    /// <param name="method">The service method's name.</param>
    /// <param name="parameters">The service method's arguments.</param>
    /// <param name="resources">ACL resource ids.</param>
    /// <param name="resolve">Calls the service method with the bound arguments.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddEvent<TPublisher, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TImplementation, TService, TPayload>(
        string name, string declaredIn, string method, IReadOnlyList<EventParameter> parameters, IReadOnlyList<string> resources, Func<TService, EventCall, ValueTask<byte[]?>> resolve)
        where TPublisher : class
        where TImplementation : class, TPublisher
        where TService : notnull
    {
        AddEvent<TService, TPayload>(name, declaredIn, method, parameters, resources, resolve);
        _publishers.Add(ServiceDescriptor.Singleton<TPublisher, TImplementation>());
    }

    /// <summary>Adds an override of another module's event, which keeps that module's publisher. Called by generated code.</summary>
    /// <typeparam name="TService">The service.</typeparam>
    /// <typeparam name="TPayload">The service method's result.</typeparam>
    /// <param name="name">The event's name.</param>
    /// <param name="declaredIn">The file or member that declares it.</param>
    /// <param name="method">The service method's name.</param>
    /// <param name="parameters">The service method's arguments.</param>
    /// <param name="resources">ACL resource ids.</param>
    /// <param name="resolve">Calls the service method with the bound arguments.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddEvent<TService, TPayload>(string name, string declaredIn, string method, IReadOnlyList<EventParameter> parameters, IReadOnlyList<string> resources, Func<TService, EventCall, ValueTask<byte[]?>> resolve)
        where TService : notnull =>
        Add(new AsyncEventDescriptor(name, declaredIn)
        {
            Service = typeof(TService),
            Method = method,
            Parameters = parameters,
            Resources = resources,
            Payload = typeof(TPayload),
            Resolve = call => resolve(call.Service<TService>(), call),
        });

    /// <summary>Adds an event that carries its payload, with its typed publisher. Called by generated code.</summary>
    /// <typeparam name="TPublisher">The generated interface.</typeparam>
    /// <typeparam name="TImplementation">The generated class.</typeparam>
    /// <typeparam name="TPayload">The payload.</typeparam>
    /// <param name="name">The event's name.</param>
    /// <param name="declaredIn">The file or member that declares it.</param>
    /// <param name="resources">ACL resource ids.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddPayloadEvent<TPublisher, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TImplementation, TPayload>(string name, string declaredIn, IReadOnlyList<string> resources)
        where TPublisher : class
        where TImplementation : class, TPublisher
    {
        AddPayloadEvent<TPayload>(name, declaredIn, resources);
        _publishers.Add(ServiceDescriptor.Singleton<TPublisher, TImplementation>());
    }

    /// <summary>Adds an override of another module's event that carries its payload. Called by generated code.</summary>
    /// <typeparam name="TPayload">The payload.</typeparam>
    /// <param name="name">The event's name.</param>
    /// <param name="declaredIn">The file or member that declares it.</param>
    /// <param name="resources">ACL resource ids.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddPayloadEvent<TPayload>(string name, string declaredIn, IReadOnlyList<string> resources) =>
        Add(new AsyncEventDescriptor(name, declaredIn) { Payload = typeof(TPayload), Resources = resources });

    /// <summary>Adds an event.</summary>
    internal void Add(AsyncEventDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        _events.Add(descriptor);
    }
}
