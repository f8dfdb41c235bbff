using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Emitting;
using Declarative.Merging;

namespace Declarative.Generator.Binding;

/// <summary>
/// Rules over the merged subscriptions. A library reports what its own statements are part of, and says nothing of events
/// that a module which it doesn't see may declare; a host reports everything.
/// </summary>
internal static class SubscriptionRules
{
    public static EquatableArray<DiagnosticInfo> Check(IEnumerable<FileDeclarations> files, SubscriptionContext context, EquatableArray<PluginModel> plugins, ModuleSequence sequence, ReferencedModules references, ProjectModel project)
    {
        var own = files.OrderBy(file => file.LogicalPath, StringComparer.Ordinal)
            .SelectMany(file => file.Content.Subscriptions.Where(one => one.IsValid).Select(one => PlacedSubscription.Of(one, file.LogicalPath)))
            .ToList();
        var modules = sequence.Merge(references, project.IsHost ? [] : own, module => module.Subscriptions.Select(one => PlacedSubscription.Of(one, module))).ToList();
        var host = project.IsHost ? own : [];
        var placed = host.Concat(modules).ToLookup(one => EventName.Key(one.Statement.Name), StringComparer.Ordinal);
        var replaced = new HashSet<string>(host.Select(one => EventName.Key(one.Statement.Name)), StringComparer.Ordinal);
        var events = new KnownEvents(context, plugins, references);
        return SubscriptionMerge.Merge(modules.Select(one => one.Statement), host.Select(one => one.Statement))
            .SelectMany(merged =>
            {
                var key = EventName.Key(merged.Name);
                return Check(merged, placed[key].Where(one => !replaced.Contains(key) || one.Position is not null).ToList(), events, project);
            })
            .Where(diagnostic => project.IsHost || diagnostic.Position is not null)
            .ToEquatableArray();
    }

    private static IEnumerable<DiagnosticInfo> Check(SubscriptionStatement merged, List<PlacedSubscription> statements, KnownEvents events, ProjectModel project)
    {
        var place = statements.Find(one => one.Position is not null) ?? statements[0];
        if (merged.Parent is null)
        {
            var ruled = statements.Find(one => one.Position is not null && one.Statement.Rules.Count > 0) ?? (place.Position is null ? statements.Find(one => one.Statement.Rules.Count > 0) : null);
            if (merged.Rules.Count > 0 && ruled is not null)
                yield return DiagnosticInfo.Create(Descriptors.RuleWithoutParent, ruled.RulePosition, merged.Name, ruled.Aside);
        }
        else
        {
            var aliased = statements.Find(one => one.Position is not null && one.Statement.Parent is not null) ?? place;
            if (EventName.Key(merged.Parent) == EventName.Key(merged.Name))
                yield return DiagnosticInfo.Create(Descriptors.AliasIsEvent, aliased.Position, merged.Name, aliased.Aside, merged.Parent, "both are the same event");
            else if (events.Find(merged.Name) is { } where)
                yield return DiagnosticInfo.Create(Descriptors.AliasIsEvent, aliased.Position, merged.Name, aliased.Aside, merged.Parent, $"{where} declares an event of this name");
        }

        // What can't be decorated was reported as that.
        if (EventName.IsPlugin(merged.Event) || events.Find(merged.Event) is not null)
            yield break;
        var stated = merged.Parent is null ? place : statements.Find(one => one.Position is not null && one.Statement.Parent == merged.Parent) ?? place;
        var nearest = events.Nearest(merged.Event);
        if (project.IsHost || nearest is not null)
        {
            var aside = stated.Position is not null && stated.EventPosition is not null ? "" : $", which {stated.Where} subscribes to,";
            yield return DiagnosticInfo.Create(Descriptors.UnknownEvent, stated.EventPosition, merged.Event, aside, nearest is null ? "; whoever publishes it must declare it" : $"; did you mean '{nearest}'?");
        }
    }

    /// <summary>All events that this assembly can know of.</summary>
    private sealed class KnownEvents
    {
        // Looking for what was meant is for people; beyond this many unknown names it would only take time.
        private const int MaxSuggestions = 100;

        private readonly Dictionary<string, string> _where = new(StringComparer.Ordinal);
        private int _suggestions;

        public KnownEvents(SubscriptionContext context, EquatableArray<PluginModel> plugins, ReferencedModules references)
        {
            foreach (var module in references.Readable)
            {
                foreach (var declared in module.Events)
                    _where[EventName.Key(declared.Name)] = module.Where(declared.DeclaredIn);
            }

            foreach (var declared in context.Events)
                _where[declared.Key] = "this project";
            foreach (var plugin in plugins)
                _where[plugin.EventName] = "this project";
        }

        public string? Find(string name) => _where.TryGetValue(EventName.Key(name), out var where) ? where : null;

        public string? Nearest(string name) => ++_suggestions > MaxSuggestions ? null : NearestName.Find(EventName.Key(name), _where.Keys);
    }

    /// <summary>One statement of a subscription and where it stands.</summary>
    private sealed record PlacedSubscription(SubscriptionStatement Statement, string Where, SourcePosition? Position, SourcePosition? EventPosition, SourcePosition? RulePosition)
    {
        /// <summary>The place as a part of a sentence, where no position tells it.</summary>
        public string Aside => Position is null ? $" of {Where}" : "";

        public static PlacedSubscription Of(SubscriptionDeclaration declaration, string path) =>
            new(declaration.Statement(path), path, declaration.Name.Position, (declaration.Parent ?? declaration.Name).Position, declaration.Rules.Count > 0 ? declaration.Rules[0].Field.Position : null);

        public static PlacedSubscription Of(ReferencedSubscription subscription, ReferencedModule module) =>
            new(subscription.Statement, module.Where(subscription.DeclaredIn), null, null, null);
    }
}
