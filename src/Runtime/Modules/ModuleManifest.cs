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

    /// <summary>Adds an event. Called by generated code.</summary>
    /// <param name="descriptor">The event.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void Add(AsyncEventDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        _events.Add(descriptor);
    }

    /// <summary>Adds an event together with its typed publisher. Called by generated code.</summary>
    /// <typeparam name="TPublisher">The generated interface.</typeparam>
    /// <typeparam name="TImplementation">The generated class.</typeparam>
    /// <param name="descriptor">The event.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void Add<TPublisher, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TImplementation>(AsyncEventDescriptor descriptor)
        where TPublisher : class
        where TImplementation : class, TPublisher
    {
        Add(descriptor);
        _publishers.Add(ServiceDescriptor.Singleton<TPublisher, TImplementation>());
    }
}
