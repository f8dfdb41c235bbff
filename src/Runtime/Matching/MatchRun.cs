using System.Numerics;

namespace Declarative.Matching;

/// <summary>Everything that matching one event needs to remember. Plans keep a few, so that an event allocates nothing for it.</summary>
internal sealed class MatchRun
{
    private readonly ulong[] _always;
    private readonly ulong[] _candidates;
    private readonly PayloadCaptures _captures;
    private readonly ContextValues _contexts;
    private readonly RuleRun _rules;
    private readonly ProjectionWriter _writer;
    private readonly byte[]?[] _projected;
    private readonly bool[] _isProjected;

    public MatchRun(PathTrie trie, RuleSet rules, ContextSet contexts, int projections, ulong[] always)
    {
        _always = always;
        _candidates = [.. always];
        _captures = new PayloadCaptures(trie);
        _contexts = new ContextValues(contexts);
        _rules = new RuleRun(rules, trie, _captures, _contexts);
        _writer = new ProjectionWriter(trie, _captures, _contexts, contexts.Logger);
        _projected = new byte[]?[projections];
        _isProjected = new bool[projections];
    }

    public void Begin(ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> original)
    {
        _captures.Fill(payload, original);
        _writer.Begin(payload, original);
        _contexts.Reset();
        _rules.Begin(_always, _candidates);
        Array.Clear(_isProjected);
    }

    /// <summary>Lets go of the event's bytes.</summary>
    public void End()
    {
        _captures.Forget();
        _writer.Forget();
        Array.Clear(_projected);
    }

    /// <summary>How many targets are worth looking at.</summary>
    public int CandidateCount()
    {
        var count = 0;
        foreach (var bits in _candidates)
            count += BitOperations.PopCount(bits);
        return count;
    }

    /// <summary>The next target worth looking at after another one; -1 if there is none. The first one comes after -1.</summary>
    public int NextCandidate(int target)
    {
        target++;
        var at = target >> 6;
        if (at >= _candidates.Length)
            return -1;
        for (var bits = _candidates[at] & (ulong.MaxValue << target); ; bits = _candidates[at])
        {
            if (bits != 0)
                return (at << 6) + BitOperations.TrailingZeroCount(bits);
            if (++at == _candidates.Length)
                return -1;
        }
    }

    /// <summary>Whether all rules of a target hold; the first one that doesn't decides.</summary>
    /// <param name="target">The target.</param>
    /// <param name="rule">The rule that decided, if it is not <see cref="RuleResult.True"/>.</param>
    public RuleResult Decide(CompiledTarget target, out int rule)
    {
        for (rule = 0; rule < target.Rules.Length; rule++)
        {
            var result = _rules.Decide(target.Rules[rule]);
            if (result != RuleResult.True)
                return result;
        }

        return RuleResult.True;
    }

    public string Reason(CompiledTarget target, int rule) => _rules.Reason(target.Rules[rule]);

    /// <summary>Asks the context that a rule needs.</summary>
    public ValueTask AskForAsync(CompiledTarget target, int rule, MatchedEvent matched, CancellationToken cancellationToken) =>
        AskAsync(_rules.ContextOf(target.Rules[rule]), matched, cancellationToken);

    public ValueTask AskAsync(int context, MatchedEvent matched, CancellationToken cancellationToken) =>
        _contexts.IsAsked(context) ? ValueTask.CompletedTask : _contexts.AskAsync(context, matched, cancellationToken);

    /// <summary>What a target gets; null for the payload unchanged.</summary>
    public byte[]? Project(Projection projection, MatchedEvent? matched)
    {
        if (projection.HasConverters)
            return _writer.Write(projection, matched);
        if (!_isProjected[projection.Number])
        {
            _projected[projection.Number] = _writer.Write(projection, null);
            _isProjected[projection.Number] = true;
        }

        return _projected[projection.Number];
    }
}
