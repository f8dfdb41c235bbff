using Declarative.Subscriptions;

namespace Declarative.Matching;

/// <summary>Turns subscriptions into what a <see cref="MatchPlan"/> runs on, each different thing once.</summary>
internal sealed class PlanCompiler
{
    private readonly MatchServices _services;
    private readonly PathTrie _trie = new();
    private readonly ContextSet _contexts;
    private readonly RuleSet _rules;
    private readonly Dictionary<string, Projection> _projections = new(StringComparer.Ordinal);
    private readonly List<ulong> _always = [];
    private int _targets;

    public PlanCompiler(MatchServices services)
    {
        _services = services;
        _contexts = new ContextSet(services);
        _rules = new RuleSet(_trie, _contexts);
    }

    /// <summary>Whether anybody looks into payloads.</summary>
    public bool NeedsWalk => _rules.Rules.Count > 0 || _projections.Count > 0;

    /// <summary>Whether there are contexts or converters.</summary>
    public bool HasServices => _contexts.Contexts.Count > 0 || _projections.Values.Any(static projection => projection.HasConverters);

    /// <summary>What is wrong with rules and contexts, which shows when an event comes.</summary>
    public IEnumerable<string> Problems => _rules.Rules.Select(static rule => rule.Problem).Concat(_contexts.Contexts.Select(static context => context.Problem)).OfType<string>();

    public CompiledTarget Add(MatchTarget target)
    {
        string? failure = null;
        var processors = new List<IEventProcessor>();
        foreach (var processor in target.Processors.OrderBy(static processor => processor.Priority.HasValue).ThenBy(static processor => processor.Priority))
        {
            if (_services.Processor(processor.Class, out var problem) is { } found)
                processors.Add(found);
            else
                failure ??= problem;
        }

        int[] rules = [.. target.Rules.Select(_rules.Add)];
        var number = _targets++;
        if (number % 64 == 0)
            _always.Add(0);
        if (rules.Length == 0 || !_rules.Index(rules[0], number))
            _always[number >> 6] |= 1UL << number;
        return new CompiledTarget(
            target,
            rules,
            target.Fields.Count == 0 ? null : Project(target.Fields),
            [.. processors],
            failure);
    }

    /// <summary>Numbers the places that were asked for. Nothing may be added afterwards.</summary>
    public void Complete()
    {
        _trie.Freeze();
        foreach (var projection in _projections.Values)
            projection.Complete();
    }

    public MatchRun NewRun() => new(_trie, _rules, _contexts, _projections.Count, [.. _always]);

    private Projection Project(IReadOnlyList<SubscriptionField> fields)
    {
        // With lengths, since whoever makes a subscription may put any character into a name.
        var key = string.Concat(fields.Select(static field => $"{field.Name.Length}:{field.Name}{field.Source?.Length}:{field.Source}{field.Converter?.Length}:{field.Converter}"));
        if (!_projections.TryGetValue(key, out var projection))
            _projections.Add(key, projection = Projection.Bind(_projections.Count, fields, _trie, _contexts, _services));
        return projection;
    }
}
