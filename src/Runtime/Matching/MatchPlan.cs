using System.Text.Json;
using Microsoft.Extensions.ObjectPool;

namespace Declarative.Matching;

/// <summary>
/// The subscriptions of one event, compiled: which of them get an event, and what each gets. Their paths are one trie,
/// equal rules and equal projections are one each, so that an event costs one walk over its bytes however many there are.
/// A plan never changes and may be used by any number of threads.
/// </summary>
internal sealed class MatchPlan
{
    private static readonly List<Matched> None = [];

    /// <summary>How long a processor or a context may take.</summary>
    internal static readonly TimeSpan HostCodeLimit = TimeSpan.FromSeconds(5);

    private readonly CompiledTarget[] _targets;
    private readonly DefaultObjectPool<MatchRun> _runs;
    private readonly bool _needsWalk;

    private MatchPlan(IReadOnlyList<MatchTarget> targets, MatchServices services)
    {
        var compiler = new PlanCompiler(services);
        _targets = [.. targets.Select(compiler.Add)];
        compiler.Complete();
        _needsWalk = compiler.NeedsWalk;
        Problems = [.. _targets.Select(static target => target.Problem).OfType<string>(), .. compiler.Problems];
        NeedsServices = compiler.HasServices || Array.Exists(_targets, static target => target.Processors.Length > 0);
        _runs = new DefaultObjectPool<MatchRun>(new RunPolicy(compiler));
    }

    /// <summary>What can't work, whatever event comes; for whoever makes a subscription.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Whether code of the host's runs: contexts, converters, processors.</summary>
    public bool NeedsServices { get; }

    /// <summary>
    /// Compiles subscriptions. What is wrong with one shows when an event matches it, and keeps no other from its events.
    /// </summary>
    public static MatchPlan Compile(IReadOnlyList<MatchTarget> targets, MatchServices services) => new(targets, services);

    /// <summary>The subscriptions that get an event, and those of which it can't be said; the others are not among them.</summary>
    /// <param name="payload">The payload's JSON.</param>
    /// <param name="original">The original state's JSON; empty if there is none.</param>
    /// <param name="storeId">The event's store; 0 reaches all subscriptions.</param>
    /// <param name="messageId">The message's id, for host code and logs.</param>
    /// <param name="eventName">The event's name, likewise.</param>
    /// <param name="cancellationToken">Ends waiting for host code.</param>
    public ValueTask<IReadOnlyList<Matched>> MatchAsync(ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> original, int storeId, Guid messageId, string eventName, CancellationToken cancellationToken) =>
        NeedsServices
            ? MatchWithServicesAsync(payload, original, new MatchedEvent(eventName, eventName, storeId, messageId), cancellationToken)
            : new(Match(payload, original, storeId));

    private List<Matched> Match(ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> original, int storeId)
    {
        var run = _runs.Get();
        try
        {
            if (Begin(run, payload, original) is { } problem)
                return FailAll(storeId, problem);
            List<Matched>? matched = null;
            for (var i = run.NextCandidate(-1); i >= 0; i = run.NextCandidate(i))
            {
                var target = _targets[i];
                if (!IsOfStore(target, storeId))
                    continue;
                var result = run.Decide(target, out var rule);
                if (result == RuleResult.True)
                    (matched ??= new(run.CandidateCount())).Add(target.Problem is { } failure ? Failed(i, failure) : Make(run, target, i));
                else if (result == RuleResult.Error)
                    (matched ??= new(run.CandidateCount())).Add(RuleError(i, rule, run));
            }

            return matched ?? None;
        }
        finally
        {
            _runs.Return(run);
        }
    }

    private async ValueTask<IReadOnlyList<Matched>> MatchWithServicesAsync(ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> original, MatchedEvent asked, CancellationToken cancellationToken)
    {
        var run = _runs.Get();
        try
        {
            if (Begin(run, payload, original) is { } problem)
                return FailAll(asked.StoreId, problem);
            List<Matched>? matched = null;
            for (var i = run.NextCandidate(-1); i >= 0; i = run.NextCandidate(i))
            {
                var target = _targets[i];
                if (!IsOfStore(target, asked.StoreId))
                    continue;
                var result = run.Decide(target, out var rule);
                while (result == RuleResult.NeedsContext)
                {
                    await run.AskForAsync(target, rule, asked, cancellationToken).ConfigureAwait(false);
                    result = run.Decide(target, out rule);
                }

                if (result == RuleResult.True)
                    (matched ??= new(run.CandidateCount())).Add(target.Problem is { } failure ? Failed(i, failure) : await MakeAsync(run, payload, target, i, asked, cancellationToken).ConfigureAwait(false));
                else if (result == RuleResult.Error)
                    (matched ??= new(run.CandidateCount())).Add(RuleError(i, rule, run));
            }

            return matched ?? None;
        }
        finally
        {
            _runs.Return(run);
        }
    }

    private static Matched Make(MatchRun run, CompiledTarget target, int number)
    {
        try
        {
            return Deliver(number, target.Projection is null ? null : run.Project(target.Projection, null));
        }
        catch (Exception exception)
        {
            return NotProjected(number, exception);
        }
    }

    /// <summary>Data too deep, text that is no Unicode: it concerns this subscription only. The message might hold data.</summary>
    private static Matched NotProjected(int number, Exception exception) => Failed(number, $"its fields can't be chosen: {exception.GetType().Name}");

    private string? Begin(MatchRun run, ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> original)
    {
        if (!_needsWalk)
            return null;
        try
        {
            run.Begin(payload, original);
            return null;
        }
        catch (JsonException exception)
        {
            return "the payload can't be read: " + exception.Message;
        }
    }

    private static async ValueTask<Matched> MakeAsync(MatchRun run, ReadOnlyMemory<byte> payload, CompiledTarget target, int number, MatchedEvent asked, CancellationToken cancellationToken)
    {
        var matched = asked with { SubscriptionName = target.Target.Name, IsHipaaAuditRequired = target.Target.IsHipaaAuditRequired };
        byte[]? bytes = null;
        if (target.Projection is { } projection)
        {
            foreach (var context in projection.Contexts)
                await run.AskAsync(context, asked, cancellationToken).ConfigureAwait(false);
            try
            {
                bytes = run.Project(projection, matched);
            }
            catch (Exception exception)
            {
                return NotProjected(number, exception);
            }
        }

        if (target.Processors.Length == 0)
            return Deliver(number, bytes);
        try
        {
            var data = PayloadNode.Parse(bytes is null ? payload : bytes) ?? throw new InvalidOperationException("the payload is null, there is nothing to process");
            foreach (var processor in target.Processors)
            {
                // On another thread and for a limited time: one that hangs costs its own subscription's delivery only.
                var given = data;
                data = await Task.Run(() => processor.ProcessAsync(given, matched, cancellationToken).AsTask(), cancellationToken).WaitAsync(HostCodeLimit, cancellationToken).ConfigureAwait(false)
                    ?? throw new InvalidOperationException($"{processor.GetType().FullName} gave null");
            }

            return Deliver(number, PayloadNode.ToBytes(data));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            return Failed(number, $"a processor failed: {exception.GetType().Name}{(matched.IsHipaaAuditRequired ? "" : ": " + exception.Message)}");
        }
    }

    private List<Matched> FailAll(int storeId, string problem)
    {
        var failed = new List<Matched>();
        for (var i = 0; i < _targets.Length; i++)
        {
            if (IsOfStore(_targets[i], storeId))
                failed.Add(Failed(i, problem));
        }

        return failed;
    }

    private static bool IsOfStore(CompiledTarget target, int storeId) =>
        storeId == 0 || target.StoreId == 0 || target.StoreId == storeId;

    private static Matched Deliver(int target, byte[]? payload) => new(target, MatchEnd.Deliver, payload, null);

    private static Matched Failed(int target, string failure) => new(target, MatchEnd.Failed, null, failure);

    private Matched RuleError(int number, int rule, MatchRun run)
    {
        var target = _targets[number];
        var failed = target.Target.Rules[rule];
        return new(number, MatchEnd.RuleError, null, $"subscription '{target.Target.Name}': the rule '{failed.Operator}' on '{failed.Field}' can't be decided: {run.Reason(target, rule)}");
    }

    private sealed class RunPolicy(PlanCompiler compiler) : IPooledObjectPolicy<MatchRun>
    {
        public MatchRun Create() => compiler.NewRun();

        public bool Return(MatchRun obj)
        {
            obj.End();
            return true;
        }
    }
}
