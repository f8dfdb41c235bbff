using Declarative.Events;
using Declarative.Merging;
using Declarative.Modules;
using Declarative.Telemetry;
using Microsoft.Extensions.Logging;

namespace Declarative.Subscriptions;

/// <summary>
/// The subscriptions that the active modules declare, merged. It builds on the event registry, which knows the active
/// modules; who installs them asks again when <see cref="Changed"/> tells.
/// </summary>
internal sealed class DeclaredSubscriptions : IReloadable
{
    private readonly EventRegistry _registry;
    private readonly ILogger<DeclaredSubscriptions> _logger;
    private volatile Snapshot _snapshot;

    public DeclaredSubscriptions(EventRegistry registry, ILogger<DeclaredSubscriptions> logger)
    {
        _registry = registry;
        _logger = logger;
        _snapshot = Build();
        HotReload.Watch(this);
    }

    /// <summary>Raised after a hot reload changed what is declared.</summary>
    public event EventHandler? Changed;

    /// <summary>The subscriptions, in order of first declaration; <see cref="SubscriptionDescriptor.DeclaredIn"/> names the file that said the last word, with its module.</summary>
    public IReadOnlyList<SubscriptionDescriptor> All => _snapshot.All;

    /// <summary>What is wrong with the declarations; empty if they can be used.</summary>
    public IReadOnlyList<string> Problems => _snapshot.Problems;

    /// <summary>Reads the declarations again; if they are wrong now, the former ones stay.</summary>
    public void Reload()
    {
        var snapshot = Build();
        if (snapshot.Problems.Count > 0)
        {
            _logger.ReloadFailed(string.Join(' ', snapshot.Problems));
            return;
        }

        _snapshot = snapshot;
        Changed?.Invoke(this, EventArgs.Empty);
    }

    private Snapshot Build()
    {
        var merged = SubscriptionMerge.Merge(Statements(isHost: false), Statements(isHost: true));
        return new Snapshot(merged.ConvertAll(Descriptor), [.. merged.SelectMany(Check)]);
    }

    private IEnumerable<SubscriptionStatement> Statements(bool isHost) =>
        _registry.Modules.Where(module => module.IsHost == isHost).SelectMany(static module => module.Subscriptions.Select(one => Statement(module, one)));

    private IEnumerable<string> Check(SubscriptionStatement statement)
    {
        var where = $"Subscription '{statement.Name}' ({statement.DeclaredIn}): ";
        if (statement.Rules.Count > 0 && statement.Parent is null)
            yield return where + "it has rules, so it needs a parent: name the event that it is for as its parent, and give it a name of its own.";
        if (statement.Parent is not null && _registry.Find(statement.Name) is { } own)
            yield return $"{where}it has the parent '{statement.Parent}', but '{own.Name}' is itself an event ({own.DeclaredIn}); give it a name of its own.";
        foreach (var rule in statement.Rules.Where(static rule => !RuleOperators.All.Contains(rule.Operator, StringComparer.Ordinal)))
            yield return $"{where}there is no operator '{rule.Operator}'; known are {string.Join(", ", RuleOperators.All)}.";

        // Any other event may be published by a module that declares nothing of it here; nobody tells of a plugin event that is not decorated.
        if (EventName.IsPlugin(statement.Event) && _registry.Find(statement.Event) is null)
            yield return where + _registry.ExplainUnknown(statement.Event);
    }

    private static SubscriptionStatement Statement(ModuleManifest module, SubscriptionDescriptor descriptor) => new(EventName.Stored(descriptor.Name), $"module {module.Name}, {descriptor.DeclaredIn}")
    {
        Parent = descriptor.Parent is { } parent ? EventName.Stored(parent) : null,
        Destination = descriptor.Destination,
        ProviderId = descriptor.ProviderId,
        IsPriority = descriptor.IsPriority,
        IsHipaaAuditRequired = descriptor.IsHipaaAuditRequired,
        Fields = [.. descriptor.Fields.Select(static one => new FieldStatement(one.Name, one.Source, one.Converter))],
        Rules = [.. descriptor.Rules.Select(static one => new RuleStatement(one.Field, one.Operator, one.Value))],
        Processors = [.. descriptor.Processors.Select(static one => new ProcessorStatement(one.Class, one.Priority))],
    };

    private static SubscriptionDescriptor Descriptor(SubscriptionStatement statement) => new(statement.Name, statement.DeclaredIn)
    {
        Parent = statement.Parent,
        Destination = statement.Destination,
        ProviderId = statement.ProviderId,
        IsPriority = statement.IsPriority,
        IsHipaaAuditRequired = statement.IsHipaaAuditRequired,
        Fields = [.. statement.Fields.Select(static one => new SubscriptionField(one.Name) { Source = one.Source, Converter = one.Converter })],
        Rules = [.. statement.Rules.Select(static one => new SubscriptionRule(one.Field, one.Operator, one.Value))],
        Processors = [.. statement.Processors.Select(static one => new SubscriptionProcessor(one.Class, one.Priority))],
    };

    private sealed record Snapshot(IReadOnlyList<SubscriptionDescriptor> All, IReadOnlyList<string> Problems);
}
