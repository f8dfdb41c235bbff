using System.Reflection.Metadata;
using Declarative.Events;

[assembly: MetadataUpdateHandler(typeof(Declarative.Modules.HotReload))]

namespace Declarative.Modules;

/// <summary>
/// Under <c>dotnet watch</c> an edit of a declaration changes generated code, which the runtime applies to the running
/// process and then calls this: every living registry is built again from the same delegates.
/// </summary>
internal static class HotReload
{
    private static readonly List<WeakReference<EventRegistry>> Registries = [];

    public static void Watch(EventRegistry registry)
    {
        if (!MetadataUpdater.IsSupported)
            return;
        lock (Registries)
        {
            Registries.RemoveAll(static reference => !reference.TryGetTarget(out _));
            Registries.Add(new WeakReference<EventRegistry>(registry));
        }
    }

    /// <summary>Called by the runtime after an update; the name and signature are its contract.</summary>
    internal static void UpdateApplication(Type[]? updatedTypes)
    {
        List<WeakReference<EventRegistry>> registries;
        lock (Registries)
            registries = [.. Registries];
        foreach (var reference in registries)
        {
            if (reference.TryGetTarget(out var registry))
                registry.Reload();
        }
    }
}
