using System.Reflection.Metadata;

[assembly: MetadataUpdateHandler(typeof(Declarative.Modules.HotReload))]

namespace Declarative.Modules;

/// <summary>What is built from the modules' manifests, and can be built again while it is in use.</summary>
internal interface IReloadable
{
    /// <summary>Reads the declarations again; if they are wrong now, the former ones stay.</summary>
    void Reload();
}

/// <summary>
/// Under <c>dotnet watch</c> an edit of a declaration changes generated code, which the runtime applies to the running
/// process and then calls this: every living registry is built again from the same delegates, in the order in which they
/// were first built, so that one may build on another.
/// </summary>
internal static class HotReload
{
    private static readonly List<WeakReference<IReloadable>> Watched = [];

    public static void Watch(IReloadable reloadable)
    {
        if (!MetadataUpdater.IsSupported)
            return;
        lock (Watched)
        {
            Watched.RemoveAll(static reference => !reference.TryGetTarget(out _));
            Watched.Add(new WeakReference<IReloadable>(reloadable));
        }
    }

    /// <summary>Called by the runtime after an update; the name and signature are its contract.</summary>
    internal static void UpdateApplication(Type[]? updatedTypes)
    {
        List<WeakReference<IReloadable>> watched;
        lock (Watched)
            watched = [.. Watched];
        foreach (var reference in watched)
        {
            if (reference.TryGetTarget(out var reloadable))
                reloadable.Reload();
        }
    }
}
