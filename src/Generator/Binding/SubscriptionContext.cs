using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Merging;

namespace Declarative.Generator.Binding;

/// <summary>What this assembly's other files say that the binding of its subscriptions depends on.</summary>
/// <param name="Events">Its events, each with its payload; those too that something is wrong with, which is reported as that.</param>
/// <param name="Subscriptions">Its subscriptions, whatever the file.</param>
/// <param name="IsHost">Whether its subscriptions replace those of all modules.</param>
internal sealed record SubscriptionContext(EquatableArray<KnownEvent> Events, EquatableArray<KnownSubscription> Subscriptions, bool IsHost)
{
    public static SubscriptionContext Of(IEnumerable<BoundEvents> files, BoundAttributes attributes, IEnumerable<FileDeclarations> subscriptions, bool isHost) => new(
        files.SelectMany(file => file.Models).Concat(attributes.Models)
            .Select(model => new KnownEvent(EventName.Key(model.Name), model.PayloadId))
            .ToEquatableArray(),
        subscriptions.OrderBy(file => file.LogicalPath, StringComparer.Ordinal)
            .SelectMany(file => file.Content.Subscriptions)
            .Select(one => new KnownSubscription(EventName.Key(one.Name.Value), one.Parent is null ? null : EventName.Stored(one.Parent.Value)))
            .ToEquatableArray(),
        isHost);

    /// <summary>The event that a subscription is for: its own parent, or what another statement of it says, or its name.</summary>
    public string EventOf(SubscriptionDeclaration declaration, ReferencedModules references)
    {
        if (declaration.Parent is { } parent)
            return EventName.Stored(parent.Value);
        var key = EventName.Key(declaration.Name.Value);
        return Subscriptions.LastOrDefault(one => one.Key == key && one.Parent is not null)?.Parent
            ?? (IsHost ? null : ParentIn(references, key))
            ?? EventName.Stored(declaration.Name.Value);
    }

    /// <summary>The event that a referenced module's subscription is for.</summary>
    public static string EventOf(ReferencedSubscription subscription, ReferencedModules references) =>
        subscription.Parent ?? ParentIn(references, EventName.Key(subscription.Name)) ?? subscription.Name;

    private static string? ParentIn(ReferencedModules references, string key) =>
        references.Readable.SelectMany(module => module.Subscriptions).LastOrDefault(one => one.Parent is not null && EventName.Key(one.Name) == key)?.Parent;
}

/// <summary>An event of this assembly.</summary>
/// <param name="Key">Its name in the form that all spellings share.</param>
/// <param name="PayloadId">Its payload's type as a documentation reference id; null if it is not known.</param>
internal sealed record KnownEvent(string Key, string? PayloadId);

/// <summary>A subscription of this assembly.</summary>
/// <param name="Key">Its name in the form that all spellings share.</param>
/// <param name="Parent">The event that it is for, if it says so.</param>
internal sealed record KnownSubscription(string Key, string? Parent);
