using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Emitting;
using Declarative.Generator.Xml;
using Declarative.Merging;

namespace Declarative.Generator.Binding;

/// <summary>
/// Rules over all statements of consumers: those of one assembly must agree, and no path may be taken twice in what it sees. What another
/// module may complete only a host reports.
/// </summary>
internal static class ConsumerRules
{
    /// <summary>Where all declared routes lie.</summary>
    private const string Routes = "/rest";

    /// <summary>Where integrations fetch their tokens, which the runtime maps itself.</summary>
    private static readonly string[] TokenRoutes = ["/oauth/token/request", "/oauth/token/access"];

    private static readonly (string Name, Func<ConsumerDeclaration, Positioned?> Of)[] Attributes =
        [("path", one => one.Path), ("signature", one => one.Signature), ("secret", one => one.Secret), ("keys", one => one.Keys), ("client", one => one.Client), ("prefix", one => one.Prefix)];

    public static EquatableArray<DiagnosticInfo> Check(IReadOnlyCollection<FileDeclarations> files, ModuleSequence sequence, ReferencedModules references, ProjectModel project)
    {
        var ordered = files.OrderBy(file => file.LogicalPath, StringComparer.Ordinal).ToList();
        var context = ConsumerContext.Of(ordered, project.RootNamespace);
        var own = ordered.SelectMany(file => file.Content.Consumers.Where(one => one.IsNameValid).Select(one => new OwnConsumer(one, file.LogicalPath, file.IsOfAttributes)))
            .GroupBy(one => one.Declaration.Name.Value, StringComparer.OrdinalIgnoreCase).Select(statements => statements.ToList()).ToList();
        var placed = sequence.Merge(
            references,
            ordered.SelectMany(file => file.Content.Consumers.Where(one => one.IsNameValid).Select(one => PlacedPath.Of(one, file.LogicalPath)).Concat(file.Content.Ingestions.Select(one => PlacedPath.Of(one, file.LogicalPath)))).ToList(),
            module => module.Consumers.Select(one => PlacedPath.Of(one, module))).ToList();
        return own.SelectMany(statements => Contradictions(statements).Concat(Missing(statements)).Concat(TwoHandlers(statements, context)))
            .Concat(Clashes(placed))
            .Concat(project.IsHost ? Incomplete(placed) : [])
            .Where(diagnostic => project.IsHost || diagnostic.Position is not null)
            .ToEquatableArray();
    }

    /// <summary>Records that several events would generate under one name: all but the first are left out.</summary>
    public static AssemblyVerdict CheckPayloads(IEnumerable<BoundConsumers> files)
    {
        var superseded = new List<Superseded>();
        var diagnostics = new List<DiagnosticInfo>();
        var known = new Dictionary<string, (PlacedPayload Payload, string Path)>(StringComparer.Ordinal);
        foreach (var file in files.OrderBy(file => file.Table.Source, StringComparer.Ordinal))
        {
            for (var number = 0; number < file.Payloads.Count; number++)
            {
                var payload = file.Payloads[number];
                if (payload.FullName.Length == 0)
                    continue;
                if (!known.TryGetValue(payload.FullName, out var first))
                {
                    known.Add(payload.FullName, (payload, file.Table.Source));
                    continue;
                }

                superseded.Add(new Superseded(file.Table.Source, number));

                // One event stated twice is reported as that.
                if (!string.Equals(first.Payload.Consumer, payload.Consumer, StringComparison.OrdinalIgnoreCase) || EventName.Key(first.Payload.EventName) != EventName.Key(payload.EventName))
                    diagnostics.Add(DiagnosticInfo.Create(Descriptors.GeneratedName, payload.Position, "payload", payload.EventName, payload.FullName, $"'{first.Payload.EventName}' in {first.Path} has a payload of that name; give each event a handler of its own, or write one class for both and name it in payload=\"…\""));
            }
        }

        return new AssemblyVerdict(superseded.ToEquatableArray(), diagnostics.ToEquatableArray());
    }

    private static IEnumerable<DiagnosticInfo> Contradictions(List<OwnConsumer> statements)
    {
        foreach (var (name, of) in Attributes)
        {
            var stated = statements.Where(one => of(one.Declaration) is not null).Select(one => (Value: of(one.Declaration)!, one.Path)).ToList();
            foreach (var (value, _) in stated.Skip(1))
            {
                var isSame = name == "path" ? PlacedPath.Key(value.Value) == PlacedPath.Key(stated[0].Value.Value) : value.Value == stated[0].Value.Value;
                if (!isSame)
                    yield return DiagnosticInfo.Create(Descriptors.Contradiction, value.Position, $"{name}=\"{value.Value}\" of the consumer '{statements[0].Declaration.Name.Value}'", $"{name}=\"{stated[0].Value.Value}\" in {stated[0].Value.Position.In(stated[0].Path)}");
            }
        }
    }

    private static IEnumerable<DiagnosticInfo> Missing(List<OwnConsumer> statements)
    {
        bool States(string name) => statements.Exists(one => one.Declaration.Stated.Contains(name, StringComparer.Ordinal));
        if (States("path") && !States("signature"))
            yield return DiagnosticInfo.Create(Descriptors.MissingAttribute, statements.Find(one => one.Declaration.Stated.Contains("path", StringComparer.Ordinal)).Declaration.Name.Position, "consumer", "signature", ", so that it knows who sends; known here: " + string.Join(", ", EventConsumersFile.Signatures.Keys));
        if (statements.Select(one => one.Declaration.Signature).FirstOrDefault(one => one is not null) is not { } signature)
            yield break;
        foreach (var needed in EventConsumersFile.Signatures[signature.Value].Where(needed => !States(needed)))
            yield return DiagnosticInfo.Create(Descriptors.MissingAttribute, signature.Position, "consumer", needed, $": signature=\"{signature.Value}\" is nothing without it");
    }

    private static IEnumerable<DiagnosticInfo> TwoHandlers(List<OwnConsumer> statements, ConsumerContext context) =>
        statements.OrderBy(one => one.IsOfAttributes).SelectMany(one => context.Events(one.Declaration).Select(declared => (Event: declared, one.Path, one.IsOfAttributes)))
            .GroupBy(one => EventName.Key(one.Event.Name.Value), StringComparer.Ordinal)
            .SelectMany(alike => alike.Skip(1)
                .Where(later => !(later.IsOfAttributes && Handlers(later.Event) == Handlers(alike.First().Event)))
                .Select(later => TwoHandlers(statements[0].Declaration.Name.Value, alike.First().Event, alike.First().Path, later.Event.Name)));

    /// <summary>What an attribute may say again of what a file, or another attribute, says.</summary>
    private static string Handlers(ConsumedEventDeclaration one) =>
        string.Join(" ", new[] { one.Handler?.Value, one.Split?.Created.Value, one.Split?.Updated.Value }.Where(name => name is not null).Select(name => ClassName.Of(name!)));

    private static DiagnosticInfo TwoHandlers(string consumer, ConsumedEventDeclaration first, string path, Positioned later) =>
        DiagnosticInfo.Create(Descriptors.TwoHandlers, later.Position, consumer, later.Value, later.Value == first.Name.Value ? "" : $" as '{first.Name.Value}'", first.Name.Position.In(path));

    private static IEnumerable<DiagnosticInfo> Clashes(List<PlacedPath> placed)
    {
        // What is said of a consumer later counts; each ingestion is one of its own.
        var paths = placed.Where(one => one.Path is not null).ToList();
        var last = paths.Where(one => one.Consumer is not null).GroupBy(one => one.Consumer!, StringComparer.OrdinalIgnoreCase).Select(ofOne => ofOne.Last())
            .Concat(paths.Where(one => one.Consumer is null)).ToList();
        foreach (var one in last.Where(one => one.Position is not null))
        {
            if (WhyReserved(PlacedPath.Key(one.Path!)) is { } why)
                yield return DiagnosticInfo.Create(Descriptors.PathClash, one.Position, one.Display, "", one.Path!, why);
        }

        foreach (var alike in last.GroupBy(one => PlacedPath.Key(one.Path!), StringComparer.Ordinal))
        {
            var first = alike.First();
            foreach (var later in alike.Skip(1))
            {
                var (here, there) = later.Position is null && first.Position is not null ? (first, later) : (later, first);
                yield return DiagnosticInfo.Create(Descriptors.PathClash, here.Position, here.Display, here.Position is null ? $" of {here.Where}" : "", here.Path!, $"{Lower(there.Display)} in {there.Where} has it");
            }
        }
    }

    /// <summary>What of the runtime's own lies at the path; null if nothing does.</summary>
    private static string? WhyReserved(string key) =>
        (key + "/").StartsWith(Routes + "/", StringComparison.Ordinal) ? $"the declared routes lie under {Routes}"
            : TokenRoutes.Contains(key, StringComparer.Ordinal) ? "integrations fetch their tokens there"
            : null;

    private static IEnumerable<DiagnosticInfo> Incomplete(List<PlacedPath> placed) =>
        from statements in placed.Where(one => one.Consumer is not null).GroupBy(one => one.Consumer!, StringComparer.OrdinalIgnoreCase)
        where !statements.Any(one => one.StatesPath)
        let place = statements.FirstOrDefault(one => one.Position is not null) ?? statements.First()
        select DiagnosticInfo.Create(Descriptors.IncompleteConsumer, place.Position, statements.Key, place.Position is null ? $" of {place.Where}" : "");

    private static string Lower(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence.Substring(1);

    /// <summary>A statement of this assembly.</summary>
    private readonly record struct OwnConsumer(ConsumerDeclaration Declaration, string Path, bool IsOfAttributes);

    /// <summary>A path, or that there is none yet, and who has it.</summary>
    /// <param name="Consumer">The consumer; null for an ingestion.</param>
    /// <param name="Path">The path; null where it is not stated, or malformed.</param>
    /// <param name="StatesPath">Whether it was meant to be stated.</param>
    /// <param name="Where">Its file, or for a reference its module, assembly and file.</param>
    /// <param name="Position">Its place; null in a reference.</param>
    private sealed record PlacedPath(string? Consumer, string? Path, bool StatesPath, string Where, SourcePosition? Position)
    {
        public string Display => Consumer is null ? "The ingestion" : $"The consumer '{Consumer}'";

        public static string Key(string path) => path.TrimEnd('/').ToLowerInvariant();

        public static PlacedPath Of(ConsumerDeclaration one, string path) => new(one.Name.Value, one.Path?.Value, one.Stated.Contains("path", StringComparer.Ordinal), path, (one.Path ?? one.Name).Position);

        public static PlacedPath Of(IngestionDeclaration one, string path) => new(null, one.Path.Value, true, path, one.Path.Position);

        public static PlacedPath Of(ReferencedConsumer one, ReferencedModule module) => new(one.Name, one.Path, one.Path is not null, module.Where(one.DeclaredIn), null);
    }
}
