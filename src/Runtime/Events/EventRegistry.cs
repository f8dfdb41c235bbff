using Declarative.Merging;
using Declarative.Modules;
using Declarative.Telemetry;
using Microsoft.Extensions.Logging;

namespace Declarative.Events;

/// <summary>
/// The events of all active modules, merged. A look-up by the declared name, in any case, allocates nothing; the prefix
/// <c>com.adobe.commerce.</c> is removed and <c>observer.X</c> is the same event as <c>X</c>.
/// </summary>
internal sealed class EventRegistry : IReloadable
{
    private const string VendorPrefix = EventName.VendorPrefix;
    private const string ObserverPrefix = EventName.ObserverPrefix;

    private readonly ModuleCatalog _catalog;
    private readonly ILogger<EventRegistry> _logger;
    private volatile Snapshot _snapshot;

    public EventRegistry(ModuleCatalog catalog, ILogger<EventRegistry> logger)
    {
        _catalog = catalog;
        _logger = logger;
        _snapshot = Build();
        HotReload.Watch(this);
    }

    /// <summary>What is wrong with the declarations; empty if they can be used.</summary>
    public IReadOnlyList<string> Problems => _snapshot.Problems;

    /// <summary>The merged events, in order of first declaration.</summary>
    public IReadOnlyList<AsyncEventDescriptor> Events => _snapshot.Events;

    /// <summary>The merged events, each with the module whose statement counts.</summary>
    public IReadOnlyList<DeclaredEvent> Declared => _snapshot.Declared;

    /// <summary>The active modules in sequence order.</summary>
    public IReadOnlyList<ModuleManifest> Modules => _snapshot.Modules;

    /// <summary>The modules that configuration leaves out.</summary>
    public IReadOnlyList<ModuleManifest> SwitchedOff => _snapshot.SwitchedOff;

    /// <summary>The name that two spellings of one event share.</summary>
    public static string Key(string name)
    {
        if (name.StartsWith(VendorPrefix, StringComparison.OrdinalIgnoreCase))
            name = name[VendorPrefix.Length..];
        return name.StartsWith(ObserverPrefix, StringComparison.OrdinalIgnoreCase) ? name[ObserverPrefix.Length..] : name;
    }

    public AsyncEventDescriptor? Find(string name)
    {
        var events = _snapshot.ByName;
        return events.TryGetValue(name, out var descriptor) ? descriptor : FindWithoutPrefix(events, name);
    }

    /// <exception cref="UnknownEventException">No active module declares the event.</exception>
    public AsyncEventDescriptor Require(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Find(name) ?? throw new UnknownEventException(name, ExplainUnknown(name));
    }

    /// <summary>Why there is no such event, and what was probably meant.</summary>
    public string ExplainUnknown(string name)
    {
        var snapshot = _snapshot;
        var key = Key(name);
        var off = snapshot.SwitchedOff.FirstOrDefault(module => module.Events.Any(one => string.Equals(Key(one.Name), key, StringComparison.OrdinalIgnoreCase)));
        if (off is not null)
            return $"Event '{name}' is declared by module '{off.Name}', which is switched off: remove Declarative:Modules:{off.Name} from the configuration or set it to true.";
        var nearest = NearestName.Find(key, snapshot.Events.Select(one => one.Name));
        return nearest is null
            ? $"No module declares the event '{name}'. Declare it in etc/async_events.xml or by [AsyncEvent]."
            : $"No module declares the event '{name}'. Did you mean '{nearest}'?";
    }

    /// <summary>Reads the declarations again; if they are wrong now, the former ones stay.</summary>
    public void Reload()
    {
        var snapshot = Build();

        // What a file with a mistake leaves out was not taken back: nothing may be switched off, and no token be lost, by half a word.
        var problems = snapshot.Modules.Where(static module => module.HasErrors).Select(static module => $"The build reports errors in the declarations of {module.Name}.").Concat(snapshot.Problems).ToList();
        if (problems.Count > 0)
        {
            _logger.ReloadFailed(string.Join(' ', problems));
            return;
        }

        _snapshot = snapshot;
        _logger.Reloaded(snapshot.Events.Count);
    }

    private static AsyncEventDescriptor? FindWithoutPrefix(Dictionary<string, AsyncEventDescriptor> events, string name)
    {
        var key = name.AsSpan();
        if (key.StartsWith(VendorPrefix, StringComparison.OrdinalIgnoreCase))
            key = key[VendorPrefix.Length..];
        if (key.StartsWith(ObserverPrefix, StringComparison.OrdinalIgnoreCase))
            key = key[ObserverPrefix.Length..];
        return key.Length != name.Length && events.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var descriptor) ? descriptor : null;
    }

    private Snapshot Build()
    {
        var problems = new List<string>();
        var modules = _catalog.Load(problems);
        var merged = KeyedMerge.Merge(
            modules.Active.SelectMany(module => module.Events.Select(one => new DeclaredEvent(module, one))),
            declared => Key(declared.Event.Name),
            (earlier, later) => Override(earlier, later, problems),
            StringComparer.OrdinalIgnoreCase);
        var byName = new Dictionary<string, AsyncEventDescriptor>(merged.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var (_, descriptor) in merged)
        {
            byName[Key(descriptor.Name)] = descriptor;
            byName[descriptor.Name] = descriptor;
        }

        return new Snapshot(byName, merged, merged.ConvertAll(declared => declared.Event), modules.Active, modules.SwitchedOff, problems);
    }

    private static DeclaredEvent Override(DeclaredEvent earlier, DeclaredEvent later, List<string> problems)
    {
        var (before, after) = (earlier.Event, later.Event);
        if (!HaveSameArguments(before, after))
        {
            problems.Add($"Event '{after.Name}' of assembly '{later.Module.Assembly}' ({after.DeclaredIn}: {Describe(after)}) can't replace that of assembly '{earlier.Module.Assembly}' ({before.DeclaredIn}: {Describe(before)}): the parameters must have the same names and types.");
            return earlier;
        }

        return new DeclaredEvent(later.Module, new AsyncEventDescriptor(after.Name, after.DeclaredIn)
        {
            Service = after.Service,
            Method = after.Method,
            Parameters = after.Parameters,
            Payload = after.Payload,
            Resolve = after.Resolve,
            Decorator = after.Decorator,
            Resources = [.. before.Resources.Union(after.Resources, StringComparer.Ordinal)],
        });
    }

    private static bool HaveSameArguments(AsyncEventDescriptor a, AsyncEventDescriptor b)
    {
        if (a.CarriesPayload != b.CarriesPayload || a.Parameters.Count != b.Parameters.Count || (a.CarriesPayload && a.Payload != b.Payload))
            return false;
        for (var i = 0; i < a.Parameters.Count; i++)
        {
            if (a.Parameters[i].Name != b.Parameters[i].Name || a.Parameters[i].Type != b.Parameters[i].Type)
                return false;
        }

        return true;
    }

    private static string Describe(AsyncEventDescriptor descriptor) => descriptor.CarriesPayload
        ? $"payload {descriptor.Payload}"
        : $"{descriptor.Service}.{descriptor.Method}({string.Join(", ", descriptor.Parameters.Select(one => $"{one.Type} {one.Name}"))})";

    private sealed record Snapshot(
        Dictionary<string, AsyncEventDescriptor> ByName,
        IReadOnlyList<DeclaredEvent> Declared,
        IReadOnlyList<AsyncEventDescriptor> Events,
        IReadOnlyList<ModuleManifest> Modules,
        IReadOnlyList<ModuleManifest> SwitchedOff,
        IReadOnlyList<string> Problems);
}

/// <summary>A merged event.</summary>
/// <param name="Module">The module whose statement counts: the last one that declares it.</param>
/// <param name="Event">The event.</param>
internal sealed record DeclaredEvent(ModuleManifest Module, AsyncEventDescriptor Event);
