using System;
using System.Collections.Generic;
using System.Linq;

namespace Declarative.Merging;

/// <summary>One statement of a subscription in one <c>io_events.xml</c>. What the file doesn't say is null.</summary>
/// <param name="Name">Its name as it is stored.</param>
/// <param name="DeclaredIn">Where it is stated, for messages.</param>
internal sealed record SubscriptionStatement(string Name, string DeclaredIn)
{
    /// <summary>The event's name as it is stored, if the subscription has a name of its own.</summary>
    public string? Parent { get; init; }

    public string? Destination { get; init; }

    public string? ProviderId { get; init; }

    public bool? IsPriority { get; init; }

    public bool? IsHipaaAuditRequired { get; init; }

    public IReadOnlyList<FieldStatement> Fields { get; init; } = [];

    public IReadOnlyList<RuleStatement> Rules { get; init; } = [];

    public IReadOnlyList<ProcessorStatement> Processors { get; init; } = [];

    /// <summary>The event that is subscribed to.</summary>
    public string Event => Parent ?? Name;
}

/// <summary>A <c>field</c>; known by its name.</summary>
internal sealed record FieldStatement(string Name, string? Source, string? Converter);

/// <summary>A <c>rule</c>; known by field and operator.</summary>
internal sealed record RuleStatement(string Field, string Operator, string Value);

/// <summary>A <c>processor</c>; known by its class.</summary>
internal sealed record ProcessorStatement(string Class, int? Priority);

/// <summary>
/// The subscriptions of all modules as one list, merged as the originals do: fields, rules and processors add up, what a
/// later statement says wins and what it leaves out stays; the application's own statement replaces all of that.
/// </summary>
/// <remarks>
/// The originals know rules and processors by nothing, so that a second statement of one breaks their merge. Here a rule is
/// known by field and operator, as their own update does it, and a processor by its class.
/// </remarks>
internal static class SubscriptionMerge
{
    /// <summary>Merges the statements; the result is in order of first appearance.</summary>
    /// <param name="modules">What the modules state, in merge order.</param>
    /// <param name="host">What the application states, file by file.</param>
    public static List<SubscriptionStatement> Merge(IEnumerable<SubscriptionStatement> modules, IEnumerable<SubscriptionStatement> host) =>
        KeyedMerge.Merge(Merged(modules).Concat(Merged(host)), Key, static (_, replacement) => replacement);

    private static List<SubscriptionStatement> Merged(IEnumerable<SubscriptionStatement> statements) => KeyedMerge.Merge(statements, Key, Combine);

    private static string Key(SubscriptionStatement statement) => EventName.Key(statement.Name);

    private static SubscriptionStatement Combine(SubscriptionStatement earlier, SubscriptionStatement later) => later with
    {
        Name = earlier.Name,
        Parent = later.Parent ?? earlier.Parent,
        Destination = later.Destination ?? earlier.Destination,
        ProviderId = later.ProviderId ?? earlier.ProviderId,
        IsPriority = later.IsPriority ?? earlier.IsPriority,
        IsHipaaAuditRequired = later.IsHipaaAuditRequired ?? earlier.IsHipaaAuditRequired,
        Fields = KeyedMerge.Merge(
            earlier.Fields.Concat(later.Fields),
            static field => field.Name,
            static (before, field) => field with { Source = field.Source ?? before.Source, Converter = field.Converter ?? before.Converter }),
        Rules = KeyedMerge.Merge(earlier.Rules.Concat(later.Rules), static rule => rule.Field + " " + rule.Operator, static (_, rule) => rule),
        Processors = KeyedMerge.Merge(
            earlier.Processors.Concat(later.Processors),
            static processor => processor.Class,
            static (before, processor) => processor with { Priority = processor.Priority ?? before.Priority }),
    };
}
