using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Emitting;

namespace Declarative.Generator.Binding;

/// <summary>
/// Rules over the merged routes. A library reports what its own statements are part of, and not what a module that it
/// doesn't see may complete; a host reports everything.
/// </summary>
internal static class RouteRules
{
    private static readonly Regex Names = new(":[^/]+", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    public static EquatableArray<DiagnosticInfo> Check(IEnumerable<FileDeclarations> files, ModuleSequence sequence, ReferencedModules references, ProjectModel project)
    {
        var own = files.OrderBy(file => file.LogicalPath, StringComparer.Ordinal)
            .SelectMany(file => file.Content.Routes.Where(route => route.IsValid).Select(route => PlacedRoute.Of(route, file.LogicalPath)))
            .ToList();
        var routes = sequence.Merge(references, own, module => module.Routes.Select(route => PlacedRoute.Of(route, module)))
            .GroupBy(route => route.Key, StringComparer.OrdinalIgnoreCase)
            .Select(statements => new MergedRoute(statements.Key, statements.ToList()))
            .ToList();
        return routes.SelectMany(route => Incomplete(route, project).Concat(Anonymous(route)))
            .Concat(Unreachable(routes))
            .Where(diagnostic => project.IsHost || diagnostic.Position is not null)
            .ToEquatableArray();
    }

    private static IEnumerable<DiagnosticInfo> Incomplete(MergedRoute route, ProjectModel project)
    {
        var hasService = route.Statements.Exists(one => one.HasService);
        var hasResources = route.Statements.Exists(one => one.HasResources);

        // Without a service it adds to a route that only the host may see.
        if (hasService && hasResources || !hasService && !project.IsHost)
            yield break;
        var place = route.Statements.Find(one => one.Position is not null && one.HasService == hasService) ?? route.Place;
        var missing = hasService ? "no <resources>" : hasResources ? "no <service>" : "no <service> and no <resources>";
        yield return DiagnosticInfo.Create(Descriptors.IncompleteRoute, place.Position, route.Key, place.Aside, missing);
    }

    private static IEnumerable<DiagnosticInfo> Anonymous(MergedRoute route)
    {
        var resources = route.Statements.SelectMany(one => one.Resources).ToList();
        var others = resources.FindAll(one => one.Value != ResourceRules.Anonymous);
        if (others.Count == 0 || others.Count == resources.Count)
            yield break;
        var position = resources.Find(one => one.Value == ResourceRules.Anonymous && one.Position is not null).Position ?? others.Find(one => one.Position is not null).Position;
        yield return DiagnosticInfo.Create(Descriptors.AnonymousAndMore, position, route.Key, position is null ? route.Place.Aside : "", string.Join("', '", others.Select(one => one.Value).Distinct(StringComparer.Ordinal)));
    }

    /// <summary>Routes that differ in the names of their segments only: of those that match a request, the last declared wins.</summary>
    private static IEnumerable<DiagnosticInfo> Unreachable(List<MergedRoute> routes)
    {
        foreach (var alike in routes.GroupBy(route => Names.Replace(route.Key, ":"), StringComparer.OrdinalIgnoreCase).Select(group => group.ToList()).Where(group => group.Count > 1))
        {
            var winner = alike[alike.Count - 1];
            foreach (var loser in alike.Take(alike.Count - 1))
                yield return DiagnosticInfo.Create(Descriptors.UnreachableRoute, loser.Place.Position ?? winner.Place.Position, loser.Key, loser.Place.Where, winner.Key, winner.Place.Where);
        }
    }

    /// <summary>A route with all its statements, in merge order.</summary>
    private sealed record MergedRoute(string Key, List<PlacedRoute> Statements)
    {
        /// <summary>The statement to report at: this assembly's first, or else the first.</summary>
        public PlacedRoute Place { get; } = Statements.Find(one => one.Position is not null) ?? Statements[0];
    }

    /// <summary>One statement of a route and where it stands.</summary>
    private sealed record PlacedRoute(string Key, string Where, SourcePosition? Position, bool HasService, bool HasResources, List<(string Value, SourcePosition? Position)> Resources)
    {
        /// <summary>The place as a part of a sentence, where no position tells it.</summary>
        public string Aside => Position is null ? $" of {Where}" : "";

        public static PlacedRoute Of(RouteDeclaration route, string path) =>
            new(route.Key, path, route.Url.Position, route.StatesService, route.StatesResources, route.Resources.Select(id => (id.Value, (SourcePosition?)id.Position)).ToList());

        public static PlacedRoute Of(ReferencedRoute route, ReferencedModule module) =>
            new($"{route.Method} {route.Url}", module.Where(route.DeclaredIn), null, route.HasService, route.Resources.Count > 0, route.Resources.Select(id => (id, (SourcePosition?)null)).ToList());
    }
}
