using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Merging;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>The second stage for subscriptions: looks up converters, processors and decorated methods, and checks fields and rules against the event's payload.</summary>
internal sealed class SubscriptionBinder
{
    private const string FieldConverter = "Declarative.Matching.IFieldConverter";
    private const string EventProcessor = "Declarative.Matching.IEventProcessor";

    private readonly List<DiagnosticInfo> _diagnostics = [];
    private readonly List<PluginModel> _plugins = [];
    private readonly Compilation _compilation;
    private readonly ReferencedModules _references;
    private readonly SubscriptionContext _context;
    private readonly string _path;
    private readonly ServiceLookup _services;
    private readonly PluginBinder _pluginBinder;
    private Dictionary<string, string?>? _payloadIds;

    private SubscriptionBinder(string path, SubscriptionContext context, Compilation compilation, ReferencedModules references)
    {
        _path = path;
        _context = context;
        _compilation = compilation;
        _references = references;
        _services = new ServiceLookup(compilation, _diagnostics);
        _pluginBinder = new PluginBinder(compilation, _diagnostics);
    }

    /// <summary>Binds a file, or gives back what was bound when neither it nor any declaration in C# or of events changed since.</summary>
    public static BoundSubscriptions Bind(SubscriptionFile file, DeclarationHash hash, Compilation compilation, CancellationToken cancellationToken) =>
        hash.Bound(file, () =>
        {
            var binder = new SubscriptionBinder(file.File.LogicalPath, file.Context, compilation, ReferencedModules.Of(hash, compilation));
            var models = new List<SubscriptionModel>();
            foreach (var declaration in file.File.Content.Subscriptions)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (binder.Bind(declaration) is { } model)
                    models.Add(model);
            }

            return new BoundSubscriptions(new SubscriptionTable(binder._path, models.ToEquatableArray()), binder._plugins.Distinct().ToEquatableArray(), binder._diagnostics.ToEquatableArray());
        });

    /// <summary>
    /// Checks in a host what its references' subscriptions select of events that their own builds didn't see. What the host
    /// says itself of an event replaces them.
    /// </summary>
    public static EquatableArray<DiagnosticInfo> CheckReferences(SubscriptionContext context, DeclarationHash hash, Compilation compilation) =>
        !context.IsHost ? EquatableArray<DiagnosticInfo>.Empty : hash.Bound(context, () => new ForeignDiagnostics(new SubscriptionBinder("", context, compilation, ReferencedModules.Of(hash, compilation)).Foreign().ToEquatableArray())).Diagnostics;

    private List<DiagnosticInfo> Foreign()
    {
        var replaced = new HashSet<string>(_context.Subscriptions.Select(one => one.Key), System.StringComparer.Ordinal);
        var payloads = PayloadIds();
        var assemblies = _references.Readable.SelectMany(module => module.Events.Select(one => (EventName.Key(one.Name), module.Assembly))).ToLookup(one => one.Item1, one => one.Assembly, System.StringComparer.Ordinal);
        foreach (var module in _references.Readable)
        {
            foreach (var subscription in module.Subscriptions.Where(one => !replaced.Contains(EventName.Key(one.Name))))
            {
                var key = EventName.Key(SubscriptionContext.EventOf(subscription, _references));
                if (assemblies[key].Any(assembly => assembly == module.Assembly || module.Uses.Contains(assembly, System.StringComparer.Ordinal)) || !payloads.TryGetValue(key, out var payloadId) || payloadId is null)
                    continue;
                if (DocumentationCommentId.GetFirstSymbolForReferenceId(payloadId, _compilation) is ITypeSymbol type)
                    new PayloadFields(JsonShape.Of(type), EventName.IsPlugin(key), _diagnostics, $"; '{subscription.Name}' of {module.Where(subscription.DeclaredIn)} asks for it").Check(subscription);
            }
        }

        return _diagnostics;
    }

    private sealed record ForeignDiagnostics(EquatableArray<DiagnosticInfo> Diagnostics);

    /// <summary>The statement; null if it can't work, which was reported. One that lacks a part must not send more than it was meant to.</summary>
    private SubscriptionModel? Bind(SubscriptionDeclaration declaration)
    {
        var isSound = declaration.IsValid;
        var eventName = _context.EventOf(declaration, _references);
        var isPlugin = EventName.IsPlugin(eventName);
        var payload = Payload(eventName, declaration, ref isSound);
        var fields = new List<FieldModel>();
        var checks = new PayloadFields(payload, isPlugin, _diagnostics);
        foreach (var field in declaration.Fields)
        {
            checks.Check(field);
            var converter = field.Converter is { } type ? Class(type, FieldConverter, "a converter") : null;
            isSound &= field.Converter is null == converter is null;
            fields.Add(new FieldModel(field.Name.Value, field.Source?.Value, converter));
        }

        foreach (var rule in declaration.Rules)
            isSound &= checks.Check(rule);
        var processors = new List<ProcessorModel>();
        foreach (var processor in declaration.Processors)
        {
            if (Class(processor.Class, EventProcessor, "a processor") is { } type)
                processors.Add(new ProcessorModel(type, processor.Priority));
            else
                isSound = false;
        }

        return !isSound ? null : new SubscriptionModel(EventName.Stored(declaration.Name.Value))
        {
            Parent = declaration.Parent is { } parent ? EventName.Stored(parent.Value) : null,
            Destination = declaration.Destination,
            ProviderId = declaration.ProviderId,
            IsPriority = declaration.IsPriority,
            IsHipaaAuditRequired = declaration.IsHipaaAuditRequired,
            Fields = fields.ToEquatableArray(),
            Rules = declaration.Rules.Select(rule => new RuleModel(rule.Field.Value, rule.Operator.Value, rule.Value.Value)).ToEquatableArray(),
            Processors = processors.ToEquatableArray(),
        };
    }

    private JsonShape Payload(string eventName, SubscriptionDeclaration declaration, ref bool isSound)
    {
        var key = EventName.Key(eventName);
        _payloadIds ??= PayloadIds();
        var isDeclared = _payloadIds.TryGetValue(key, out var payloadId);
        if (payloadId is not null)
            return DocumentationCommentId.GetFirstSymbolForReferenceId(payloadId, _compilation) is ITypeSymbol type ? JsonShape.Of(type) : JsonShape.Unknown;
        if (!EventName.IsPlugin(eventName) || isDeclared || !declaration.IsValid)
            return JsonShape.Unknown;
        var (model, payload) = _pluginBinder.Bind(eventName, (declaration.Parent ?? declaration.Name).Position, _path);
        if (model is null)
            isSound = false;
        else
            _plugins.Add(model);
        return payload;
    }

    /// <summary>The payloads of all events known here; what this assembly says of an event replaces what its references say.</summary>
    private Dictionary<string, string?> PayloadIds()
    {
        var ids = new Dictionary<string, string?>(System.StringComparer.Ordinal);
        foreach (var declared in _references.Readable.SelectMany(module => module.Events))
            ids[EventName.Key(declared.Name)] = declared.PayloadId;
        foreach (var declared in _context.Events)
            ids[declared.Key] = declared.PayloadId;
        return ids;
    }

    private string? Class(Positioned name, string contract, string noun) => _services.Concrete(name, contract, noun) is { } type ? Symbols.TypeOf(type) : null;
}
