using Declarative.Subscriptions;

namespace Declarative.Eventing;

/// <summary>A named subscription before it is checked and stored.</summary>
/// <param name="Name">Its name in lower case, without the vendor's prefix.</param>
/// <param name="Parent">The event, if the name isn't the event's.</param>
internal sealed record EventDraft(string Name, string? Parent)
{
    public IReadOnlyList<FieldInput> Fields { get; init; } = [];

    public IReadOnlyList<RuleInput> Rules { get; init; } = [];

    public string? Destination { get; init; }

    public bool IsPriority { get; init; }

    public bool IsHipaaAuditRequired { get; init; }

    public string? ProviderId { get; init; }

    /// <summary>The fields as they are stored; the draft must have been checked.</summary>
    public IReadOnlyList<SubscriptionField> CheckedFields =>
        [.. Fields.Select(static one => new SubscriptionField(one.Name!) { Source = OrNull(one.Source), Converter = OrNull(one.Converter) })];

    /// <summary>The same for the rules.</summary>
    public IReadOnlyList<SubscriptionRule> CheckedRules =>
        [.. Rules.Select(static rule => new SubscriptionRule(rule.Field!, rule.Operator!, rule.Value ?? ""))];

    /// <summary>The event that it wants.</summary>
    public string EventName => Parent ?? Name;

    public static EventDraft Of(EventInput input)
    {
        var parent = Merging.EventName.Stored(input.Parent ?? "");
        return new EventDraft(Merging.EventName.Stored(input.Name ?? ""), parent.Length == 0 ? null : parent)
        {
            Fields = input.Fields ?? [],
            Rules = input.Rules ?? [],
            Destination = OrNull(input.Destination),
            IsPriority = input.Priority ?? false,
            IsHipaaAuditRequired = input.HipaaAuditRequired ?? false,
            ProviderId = OrNull(input.ProviderId),
        };
    }

    /// <summary>
    /// What <paramref name="input"/> changes in a stored subscription: a field replaces the one of its name whole, a rule the one
    /// of its field and operator, others are added; flags count where they are given, texts where they aren't empty.
    /// </summary>
    public static EventDraft Merge(Subscription stored, EventInput input)
    {
        var fields = stored.Fields.Select(static field => new FieldInput { Name = field.Name, Converter = field.Converter, Source = field.Source }).ToList();
        foreach (var field in input.Fields ?? [])
            Put(fields, field, one => one.Name == field.Name);
        var rules = stored.Rules.Select(static rule => new RuleInput { Field = rule.Field, Operator = rule.Operator, Value = rule.Value }).ToList();
        foreach (var rule in input.Rules ?? [])
            Put(rules, rule, one => one.Field == rule.Field && one.Operator == rule.Operator);
        var parent = Merging.EventName.Stored(input.Parent ?? "");
        return new EventDraft(stored.Name!, parent.Length == 0 ? stored.Parent : parent)
        {
            Fields = fields,
            Rules = rules,
            Destination = OrNull(input.Destination) ?? stored.Destination,
            IsPriority = input.Priority ?? stored.IsPriority,
            IsHipaaAuditRequired = input.HipaaAuditRequired ?? stored.IsHipaaAuditRequired,
            ProviderId = OrNull(input.ProviderId) ?? stored.ProviderId,
        };
    }

    private static string? OrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static void Put<T>(List<T> items, T item, Predicate<T> isSame)
    {
        var index = items.FindIndex(isSame);
        if (index < 0)
            items.Add(item);
        else
            items[index] = item;
    }
}
