using Declarative.Events;
using Declarative.Merging;
using Declarative.Modules;
using Declarative.Telemetry;
using Microsoft.Extensions.Logging;

namespace Declarative.Acl;

/// <summary>The permissions of all active modules as one tree. It builds on the event registry, which knows the active modules.</summary>
internal sealed class AclResources : IReloadable
{
    private readonly EventRegistry _registry;
    private readonly ILogger<AclResources> _logger;
    private volatile Snapshot _snapshot;

    public AclResources(EventRegistry registry, ILogger<AclResources> logger)
    {
        _registry = registry;
        _logger = logger;
        _snapshot = Build();
        HotReload.Watch(this);
    }

    /// <summary>What is wrong with the declarations; empty if they can be used.</summary>
    public IReadOnlyList<string> Problems => _snapshot.Problems;

    /// <summary>The merged tree, without what is disabled.</summary>
    public AclTree Tree => _snapshot.Tree;

    /// <summary>The title for people; the id where no file states one, or nothing declares it.</summary>
    public string TitleOf(string id) => Tree.Find(id)?.Title ?? id;

    /// <summary>
    /// Why a role can't be given the id: it is declared by no module. Ids that are disabled, and those of modules that are
    /// switched off, may be given; they count once they are switched on.
    /// </summary>
    public string? ProblemOf(string id) =>
        IsKnown(id) || DeclaredBySwitchedOff(id) is not null ? null : $"No module declares the resource '{id}'. {Mend(id)}";

    /// <summary>Logs each id that an event or a route needs and no active module declares.</summary>
    public void WarnOfUnknown()
    {
        foreach (var module in _registry.Modules)
        {
            foreach (var one in module.Events)
                WarnOfUnknown($"Event '{one.Name}'", one.DeclaredIn, module, one.Resources);
            foreach (var one in module.Routes)
                WarnOfUnknown($"Route {one.Method} {one.Url}", one.DeclaredIn, module, one.Resources);
            foreach (var one in module.Ingestions)
                WarnOfUnknown($"Ingestion {one.Path}", one.DeclaredIn, module, one.Resource is { } id ? [id] : []);
        }
    }

    public void Reload()
    {
        var snapshot = Build();
        if (snapshot.Problems.Count > 0)
        {
            _logger.ReloadFailed(string.Join(' ', snapshot.Problems));
            return;
        }

        _snapshot = snapshot;
        _logger.ResourcesReloaded(snapshot.Tree.Ids.Count());
        WarnOfUnknown();
    }

    private void WarnOfUnknown(string user, string declaredIn, ModuleManifest module, IReadOnlyList<string> resources)
    {
        foreach (var id in resources)
        {
            if (id is not (ResourcePolicy.Self or ResourcePolicy.Anonymous) && !IsKnown(id))
                _logger.ResourceUnknown(user, declaredIn, module.Assembly, id, Mend(id));
        }
    }

    private bool IsKnown(string id) => id == AclTree.Everything || Tree.Find(id) is not null || Tree.IsDisabled(id);

    private ModuleManifest? DeclaredBySwitchedOff(string id) =>
        _registry.SwitchedOff.FirstOrDefault(module => module.Resources.Any(one => one.Id == id));

    private string Mend(string id)
    {
        if (DeclaredBySwitchedOff(id) is { } off)
            return $"Module '{off.Name}' declares it and is switched off: remove Declarative:Modules:{off.Name} from the configuration or set it to true.";
        return NearestName.Find(id, Tree.Ids) is { } nearest
            ? $"Did you mean '{nearest}'?"
            : "Declare it in etc/acl.xml.";
    }

    private Snapshot Build()
    {
        var problems = new List<string>();
        var places = new Dictionary<AclStatement, string>(ReferenceEqualityComparer.Instance);
        var firstPlaces = new Dictionary<string, string>(StringComparer.Ordinal);
        var statements = new List<AclStatement>();
        foreach (var module in _registry.Modules)
        {
            foreach (var resource in module.Resources)
            {
                var statement = new AclStatement(resource.Id, resource.Parent, resource.Title, resource.SortOrder, resource.IsDisabled);
                var place = $"assembly '{module.Assembly}' ({resource.DeclaredIn})";
                statements.Add(statement);
                places.Add(statement, place);
                firstPlaces.TryAdd(statement.Id, place);
            }
        }

        var tree = AclTree.Merge(statements, (earlier, later) => problems.Add(
            $"Resource '{later.Id}' stands {Under(earlier)} in {firstPlaces[later.Id]} and {Under(later)} in {places[later]}. A resource has one parent: restate the same in both files."));
        return new Snapshot(tree, problems);
    }

    private static string Under(AclStatement statement) => statement.ParentId is null ? "at the root" : $"under '{statement.ParentId}'";

    private sealed record Snapshot(AclTree Tree, IReadOnlyList<string> Problems);
}
