using Declarative.Events;
using Declarative.Merging;
using Declarative.Modules;
using Declarative.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Consumers;

/// <summary>
/// The consumers and ingestion routes of all active modules, merged: a consumer's later statements go before earlier ones, and so do a later module's
/// handlers for the same event. It builds on the event registry, which knows the active modules.
/// </summary>
internal sealed class ConsumerTable(EventRegistry registry, SenderVerifiers verifiers, IOptions<ConsumerOptions> options, ILogger<ConsumerTable> logger)
{
    private static readonly string[] RuntimesOwn = ["/rest/", "/oauth/token/request/", "/oauth/token/access/"];

    private Snapshot? _snapshot;

    public IReadOnlyList<Consumer> Consumers => Current.Consumers;

    public IReadOnlyList<Ingestion> Ingestions => Current.Ingestions;

    /// <summary>What is wrong with the declarations; empty if they can be used.</summary>
    public IReadOnlyList<string> Problems => Current.Problems;

    private Snapshot Current => _snapshot ??= Build();

    /// <summary>Reads the declarations again; if they are wrong now, the former ones stay.</summary>
    public void Reload()
    {
        var snapshot = Build();
        if (snapshot.Problems.Count > 0)
        {
            logger.ReloadFailed(string.Join(' ', snapshot.Problems));
            return;
        }

        _snapshot = snapshot;
        logger.ConsumersReloaded(snapshot.Consumers.Count);
    }

    private Snapshot Build()
    {
        var problems = new List<string>();
        var events = registry.Modules.SelectMany(static module => module.ConsumedEvents.GroupBy(static row => (Consumer: row.Event.Consumer.ToUpperInvariant(), Event: EventName.Key(row.Event.Name))))
            .GroupBy(static rows => rows.Key)
            .Select(static statements => (statements.Key.Consumer, Route: new ConsumerRoute(statements.Last().First().Event.Name, [.. statements.Last()])))
            .ToLookup(static one => one.Consumer, static one => one.Route, StringComparer.Ordinal);
        var consumers = KeyedMerge.Merge(
                registry.Modules.SelectMany(static module => module.Consumers),
                static consumer => consumer.Name,
                (earlier, later) => Combine(earlier, later, problems),
                StringComparer.OrdinalIgnoreCase)
            .Where(consumer => !IsSwitchedOff(consumer))
            .Select(consumer => Of(consumer, events[consumer.Name.ToUpperInvariant()], problems))
            .ToList();
        var ingestions = registry.Modules.SelectMany(static module => module.Ingestions).Select(ingestion => Of(ingestion, problems)).ToList();
        CheckPaths([.. consumers.Select(static one => (one.Path, $"consumer '{one.Name}'")), .. ingestions.Select(static one => (one.Descriptor.Path, $"<ingestion> in {one.Descriptor.DeclaredIn}"))], problems);
        return new Snapshot(consumers, ingestions, problems);
    }

    private static ConsumerDescriptor Combine(ConsumerDescriptor earlier, ConsumerDescriptor later, List<string> problems)
    {
        if (later.Signature == SenderVerifiers.None && earlier.Signature is not (null or SenderVerifiers.None))
            problems.Add($"Consumer '{later.Name}': {later.DeclaredIn} says signature=\"none\", where {earlier.DeclaredIn} asks for '{earlier.Signature}'; a signature can't be given up by another module.");
        return later with
        {
            Name = earlier.Name,
            Path = later.Path ?? earlier.Path,
            Signature = later.Signature ?? earlier.Signature,
            Secret = later.Secret ?? earlier.Secret,
            Keys = later.Keys ?? earlier.Keys,
            Client = later.Client ?? earlier.Client,
            Prefix = later.Prefix ?? earlier.Prefix,
        };
    }

    /// <summary>Whether only a module that is switched off says where the consumer is; then it isn't anywhere.</summary>
    private bool IsSwitchedOff(ConsumerDescriptor consumer)
    {
        if (consumer.Path is not null || registry.SwitchedOff.FirstOrDefault(module => module.Consumers.Any(one => one.Path is not null && string.Equals(one.Name, consumer.Name, StringComparison.OrdinalIgnoreCase))) is not { } off)
            return false;
        logger.ConsumerSwitchedOff(consumer.Name, off.Name);
        return true;
    }

    private Consumer Of(ConsumerDescriptor consumer, IEnumerable<ConsumerRoute> routes, List<string> problems)
    {
        var where = $"Consumer '{consumer.Name}' ({consumer.DeclaredIn}): ";
        if (consumer.Path is null)
            problems.Add(where + "no module states its path.");
        if (consumer.Signature is null)
            problems.Add(where + "no module states its signature.");
        return new Consumer(consumer.Name, consumer.Path ?? "", new ConsumerRouter(routes, consumer.Prefix ?? options.Value.EventPrefix))
        {
            Descriptor = consumer,
            Verifier = verifiers.Of(consumer, where, problems),
            Signature = consumer.Signature,
        };
    }

    private Ingestion Of(IngestionDescriptor ingestion, List<string> problems) =>
        new(ingestion, ingestion.Authentication == "hmac" ? verifiers.Of(ingestion, $"Ingestion {ingestion.Path} ({ingestion.DeclaredIn}): ", problems) : null);

    private static void CheckPaths(List<(string Path, string Who)> paths, List<string> problems)
    {
        foreach (var same in paths.Where(static one => one.Path.Length > 0).GroupBy(static one => one.Path.TrimEnd('/'), StringComparer.OrdinalIgnoreCase).Where(static group => group.Count() > 1))
            problems.Add($"The path {same.Key} is stated by {string.Join(" and by ", same.Select(static one => one.Who))}; give each its own.");
        foreach (var (path, who) in paths.Where(static one => RuntimesOwn.Any(own => (one.Path + "/").StartsWith(own, StringComparison.OrdinalIgnoreCase))))
            problems.Add($"The path {path} ({who}) is one of the runtime's own; give it another one.");
    }

    private sealed record Snapshot(IReadOnlyList<Consumer> Consumers, IReadOnlyList<Ingestion> Ingestions, IReadOnlyList<string> Problems);
}
