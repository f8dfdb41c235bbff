using System.Buffers;
using Declarative.Events;
using Declarative.Matching;
using Declarative.Merging;
using Declarative.Rest;
using Declarative.Subscriptions;

namespace Declarative.Eventing;

/// <summary>
/// Checks a subscription as Adobe Commerce does, in its order; the first thing that is wrong is answered. Beyond the original:
/// paths and regular expressions are read here already, and a plugin event's own check counts over REST too.
/// </summary>
internal sealed class EventDraftCheck(EventRegistry events, EventingState state, DestinationTable destinations, MatchServices services)
{
    private const string Observer = "observer";
    private const string Plugin = "plugin";
    private const int MaxFields = 256;
    private const int MaxRules = 64;

    private static readonly SearchValues<char> CodeCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_.");

    /// <param name="draft">The subscription.</param>
    /// <param name="stored">The one of its name that is there; null if there is none.</param>
    /// <param name="isNew">False for one that is changed.</param>
    /// <param name="isForced">Takes a plugin event without decorator and a destination that is not configured yet.</param>
    /// <exception cref="InputException">Something in it can't work.</exception>
    public void Run(EventDraft draft, Subscription? stored, bool isNew, bool isForced)
    {
        if (state.ProviderId is null)
            throw new InputException("No event provider is configured. Set provider_id by updateConfiguration, or Declarative:Eventing:ProviderId.");
        CheckCode(draft.Name, mayHavePrefix: draft.Parent is not null);
        if (draft.Parent is { } parent)
            CheckCode(parent, mayHavePrefix: false);
        var isPlugin = EventName.IsPlugin(draft.EventName);
        if (isPlugin && !isForced && events.Find(draft.EventName) is null)
            throw UnknownPlugin(draft.EventName);
        if (draft.Parent is not null && events.Find(draft.Name) is not null)
            throw new InputException("'%name' is an event itself, so a subscription to '%parent' can't have its name.", ("name", draft.Name), ("parent", draft.Parent));
        if (isPlugin && isNew && stored is { Status: SubscriptionStatus.Active })
            throw new InputException("The event %name is already subscribed to.", ("name", draft.Name));
        if (!isForced)
            CheckDestination(draft.Destination ?? DestinationTable.Default);
        CheckRules(draft);
        CheckFields(draft.Fields);
        CheckPlan(draft);
        if (draft.ProviderId is { } provider && !state.HasProvider(provider))
            throw new InputException("There is no event provider '%provider'. Known: %known.", ("provider", provider), ("known", string.Join(", ", state.Providers.Select(static one => one.ProviderId).Prepend(state.ProviderId).Distinct(StringComparer.Ordinal))));
    }

    /// <summary>A subscription with a parent may stand under an application's own prefix: <c>myapp.observer.order_placed</c>.</summary>
    private static void CheckCode(string code, bool mayHavePrefix)
    {
        if (code.AsSpan().ContainsAnyExcept(CodeCharacters))
            throw new InputException("The event code '%code' may have letters, digits, underscores and dots only.", ("code", code));
        var parts = code.Split('.');
        var label = mayHavePrefix ? Array.FindIndex(parts, static part => part is Observer or Plugin) : parts[0] is Observer or Plugin ? 0 : -1;
        if (label < 0 || label == parts.Length - 1 || parts.Any(static part => part.Length == 0))
            throw new InputException("The event code '%code' must be a type and a name with a dot between them, such as observer.order_placed. Types: %types.", ("code", code), ("types", Observer + ", " + Plugin));
    }

    private InputException UnknownPlugin(string code)
    {
        var nearest = NearestName.Find(code, events.Events.Select(static one => one.Name).Where(EventName.IsPlugin));
        return new InputException(
            "The event %code has no generated decorator. %hint",
            ("code", code),
            ("hint", (nearest is null ? "" : $"Did you mean '{nearest}'? ") + "Name it in an etc/io_events.xml and build, or subscribe with force, to get its events from then on."));
    }

    private void CheckDestination(string name)
    {
        if (!destinations.Has(name))
            throw new InputException("No destination '%name' is configured (Declarative:Destinations:%name). Configured: %known.", ("name", name), ("known", string.Join(", ", destinations.Names)));
    }

    private static void CheckRules(EventDraft draft)
    {
        if (draft.Rules.Count > MaxRules)
            throw new InputException("A subscription may have %max rules.", ("max", MaxRules));
        if (draft.Rules.Count > 0 && draft.Parent is null)
            throw new InputException("A subscription with rules needs a parent: the event whose data the rules look at, while the subscription has a name of its own.");
        foreach (var rule in draft.Rules)
        {
            if (string.IsNullOrEmpty(rule.Operator) || !RuleOperators.All.Contains(rule.Operator, StringComparer.Ordinal))
                throw new InputException("The operator '%operator' is not known; use one of %known.", ("operator", rule.Operator ?? ""), ("known", string.Join(", ", RuleOperators.All)));
            if (string.IsNullOrEmpty(rule.Field) || !IsPathOrContext(rule.Field))
                throw new InputException("The rule's field '%field' is no path such as customer.group_id.", ("field", rule.Field ?? ""));
        }
    }

    private void CheckFields(IReadOnlyList<FieldInput> fields)
    {
        if (fields.Count > MaxFields)
            throw new InputException("A subscription may have %max fields; * stands for all.", ("max", MaxFields));
        if (fields.Count == 0)
            throw new InputException("A subscription needs at least one field; * stands for all.");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            if (string.IsNullOrEmpty(field.Name))
                throw new InputException("A field has no name.");
            if (field.Others is { Count: > 0 } others)
                throw new InputException("A field has name, converter and source; '%key' is none of them.", ("key", others.Keys.First()));
            if (!names.Add(field.Name))
                throw new InputException("The field '%field' is given twice.", ("field", field.Name));
            if (field.Name != FieldPath.All && !FieldPath.TryParse(field.Name, out _))
                throw new InputException("The field '%field' is no path such as customer.email or items[].sku.", ("field", field.Name));
            if (!string.IsNullOrEmpty(field.Source) && !IsPathOrContext(field.Source))
                throw new InputException("The source '%source' of the field %field is neither a path nor a context expression.", ("source", field.Source), ("field", field.Name));
            if (!string.IsNullOrEmpty(field.Converter) && services.Converter(field.Converter, out _) is null)
                throw new InputException("No converter '%converter' is registered for the field %field; add it by AddFieldConverter<T>().", ("converter", field.Converter), ("field", field.Name));
        }
    }

    private static bool IsPathOrContext(string text) =>
        text.StartsWith(FieldPath.ContextPrefix, StringComparison.Ordinal) || FieldPath.TryParse(text, out _);

    /// <summary>What only shows when it is compiled: broken patterns, unknown contexts, fields that contradict each other.</summary>
    private void CheckPlan(EventDraft draft)
    {
        var plan = MatchPlan.Compile([new MatchTarget(0, draft.Name, 0, draft.CheckedFields, draft.CheckedRules, [])], services);
        if (plan.Problems is [var problem, ..])
            throw new InputException("The subscription can't work: %problem.", ("problem", problem.TrimEnd('.')));
    }
}
