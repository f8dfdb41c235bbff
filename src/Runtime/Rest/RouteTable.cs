using Declarative.Acl;
using Declarative.Events;
using Declarative.Json;
using Declarative.Merging;
using Declarative.Modules;
using Declarative.Telemetry;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Logging;

namespace Declarative.Rest;

/// <summary>
/// The REST routes of all active modules, merged as the originals do: the same method and URL is one route, a later service
/// wins, what a caller needs adds up. It builds on the event registry, which knows the active modules.
/// </summary>
internal sealed class RouteTable(EventRegistry registry, WireJson json, ILogger<RouteTable> logger)
{
    private Snapshot? _snapshot;

    /// <summary>The routes in order of first declaration; where several match a request, the last one counts.</summary>
    public IReadOnlyList<Route> Routes => Current.Routes;

    /// <summary>What is wrong with the declarations; empty if they can be used.</summary>
    public IReadOnlyList<string> Problems => Current.Problems;

    private Snapshot Current => _snapshot ??= Build();

    /// <summary>Reads the declarations again; if they are wrong now, the former ones stay.</summary>
    public void Reload()
    {
        var snapshot = Build();
        if (snapshot.Problems.Count > 0)
        {
            logger.ReloadFailed(string.Join(' ', snapshot.Problems));
            return;
        }

        _snapshot = snapshot;
        logger.RoutesReloaded(snapshot.Routes.Count);
    }

    private Snapshot Build()
    {
        var problems = new List<string>();
        var merged = KeyedMerge.Merge(
            registry.Modules.SelectMany(static module => module.Routes.Select(route => new Declared(module, route))),
            static declared => declared.Route.Method + " " + declared.Route.Url.Trim('/'),
            static (earlier, later) => earlier with { Route = Combine(earlier.Route, later.Route) },
            StringComparer.OrdinalIgnoreCase);
        var routes = new List<Route>(merged.Count);
        foreach (var (module, route) in merged)
        {
            var where = $"Route {route.Method} {route.Url} (module {module.Name}, {route.DeclaredIn}): ";
            if (route.Handle is null)
                problems.Add(where + "no module names its <service>.");
            else if (route.Resources.Count == 0)
                problems.Add(where + "no module names its <resources>; say who may call it, e.g. <resource ref=\"anonymous\"/>.");
            else
                Add(new Route(route, module.Name, json, Requirements(route)), where);
        }

        return new Snapshot(routes, problems);

        void Add(Route one, string where)
        {
            routes.Add(one);

            // A forced argument that goes nowhere would leave the caller's own in its place.
            foreach (var data in one.Descriptor.Data.Where(data => one.IndexOf(data.Parameter) < 0))
                problems.Add($"{where}its <parameter name=\"{data.Name}\"> names no parameter of {one.Descriptor.Service}.{one.Descriptor.ServiceMethod}.");
        }
    }

    private static RouteDescriptor Combine(RouteDescriptor earlier, RouteDescriptor later)
    {
        var service = later.Handle is null ? earlier : later;
        return service with
        {
            Url = earlier.Url,
            Resources = [.. earlier.Resources.Union(later.Resources, StringComparer.Ordinal)],
            IsSecure = later.IsSecure ?? earlier.IsSecure,
            InputArraySizeLimit = later.InputArraySizeLimit ?? earlier.InputArraySizeLimit,
            Data = KeyedMerge.Merge(
                earlier.Data.Concat(later.Data),
                static data => data.Name,
                static (before, data) => data with { Value = data.Value ?? before.Value, IsForced = data.IsForced ?? before.IsForced },
                StringComparer.OrdinalIgnoreCase),
        };
    }

    private static IReadOnlyList<IAuthorizationRequirement> Requirements(RouteDescriptor route) =>
        route.Resources.Contains(ResourcePolicy.Anonymous, StringComparer.Ordinal) ? [] : [.. route.Resources.Select(ResourcePolicy.Requirement)];

    private sealed record Snapshot(IReadOnlyList<Route> Routes, IReadOnlyList<string> Problems);

    private sealed record Declared(ModuleManifest Module, RouteDescriptor Route);
}
