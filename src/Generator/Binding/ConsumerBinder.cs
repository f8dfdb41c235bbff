using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Emitting;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>The second stage for consumers: looks up handlers, payloads and authenticators, and decides where a stub has to answer.</summary>
internal sealed class ConsumerBinder
{
    private const string JsonElement = "System.Text.Json.JsonElement";
    private const string Authenticator = "Declarative.Consumers.IIngestionAuthenticator";

    private readonly List<DiagnosticInfo> _diagnostics = [];
    private readonly List<PlacedPayload> _payloads = [];
    private readonly Compilation _compilation;
    private readonly ConsumerFile _file;
    private readonly ServiceLookup _services;
    private readonly HandlerLookup _handlers;
    private readonly HashSet<string> _named;
    private readonly HashSet<string> _early;

    private ConsumerBinder(ConsumerFile file, Compilation compilation)
    {
        (_file, _compilation) = (file, compilation);
        _services = new ServiceLookup(compilation, _diagnostics);
        _handlers = new HandlerLookup(compilation, _diagnostics);
        _early = new HashSet<string>(file.Context.Early, System.StringComparer.Ordinal);
        _named = new HashSet<string>(file.File.Content.Consumers.SelectMany(consumer => file.Context.Events(file.File, consumer)).SelectMany(one => Parts(one).Select(part => part.Handler.Value)), System.StringComparer.Ordinal);
    }

    /// <summary>Binds a file, or gives back what was bound when neither it nor any declaration in C# changed since.</summary>
    public static BoundConsumers Bind(ConsumerFile file, DeclarationHash hash, Compilation compilation, CancellationToken cancellationToken) =>
        hash.Bound(file, () =>
        {
            var binder = new ConsumerBinder(file, compilation);
            var consumers = new List<ConsumerModel>();
            foreach (var declaration in file.File.Content.Consumers)
            {
                cancellationToken.ThrowIfCancellationRequested();
                consumers.Add(binder.Bind(declaration));

                // What code states in place of an included event has left its record in the compilation.
                foreach (var replaced in binder._early.Count > 0 ? declaration.Events.Except(file.Context.Events(file.File, declaration)) : [])
                {
                    foreach (var part in binder.Parts(replaced))
                        binder.IsEarlyRefused(replaced, part.Handler);
                }
            }

            var ingestions = file.File.Content.Ingestions.Select(binder.Bind).OfType<IngestionModel>().ToEquatableArray();
            return new BoundConsumers(new ConsumerTable(file.File.LogicalPath, consumers.ToEquatableArray(), ingestions), binder._payloads.ToEquatableArray(), binder._diagnostics.ToEquatableArray());
        });

    private ConsumerModel Bind(ConsumerDeclaration declaration) => new(declaration.Name.Value)
    {
        Path = declaration.Path?.Value,
        Signature = declaration.Signature?.Value,
        Secret = declaration.Secret?.Value,
        Keys = declaration.Keys?.Value,
        Client = declaration.Client?.Value,
        Prefix = declaration.Prefix?.Value,
        Events = _file.Context.Events(_file.File, declaration).SelectMany(one => Parts(one).Select(part => Bind(declaration, one, part))).OfType<ConsumedEventModel>().ToEquatableArray(),
    };

    private IEnumerable<Part> Parts(ConsumedEventDeclaration declaration) =>
        declaration.Classes(_file.Context.RootNamespace).Select((handler, number) => new Part(handler, declaration.Split is { } split ? new SplitModel(split.First.Value, split.Second.Value, IsEqual: number == 0) : null));

    /// <summary>The row; null if what the event carries can't be told.</summary>
    private ConsumedEventModel? Bind(ConsumerDeclaration consumer, ConsumedEventDeclaration declaration, Part part)
    {
        if (IsEarlyRefused(declaration, part.Handler))
            return null;
        var handler = _handlers.Find(part.Handler);

        // Inside a class that exists nothing can be proposed, nor could a record stand there.
        if (handler is null && TypeLookup.Find(_compilation, part.Handler.Value.Substring(0, System.Math.Max(part.Handler.Value.LastIndexOf('.'), 0))) is not null && _services.Type(part.Handler) is null)
            return null;
        var record = declaration.Payload is { } fields ? Record(declaration, fields, part.Handler, handler) : null;
        var payload = record is not null ? HandledPayload.Of(record) : declaration.Payload is null && PayloadClass(declaration, part) is { } type ? HandledPayload.Of(type) : null;
        if (payload is null)
            return null;
        var inputs = Inputs(consumer, declaration, part.Handler, handler);
        _payloads.Add(new PlacedPayload(consumer.Name.Value, declaration.Name.Value, record?.FullName ?? "", part.Handler.Position));
        var fits = handler is not null && _handlers.Fits(handler, part.Handler.Position, payload);
        if (handler is null)
            _diagnostics.Add(DiagnosticInfo.Create(Descriptors.HandlerMissing, part.Handler.Position, part.Handler.Value, declaration.Name.Value, TableEmitter.HintName(_file.File.LogicalPath), _handlers.Suggest(part.Handler.Value, _named)));
        return new ConsumedEventModel
        {
            Name = declaration.Name.Value,
            Handler = handler?.ToDisplayString() ?? part.Handler.Value,
            HandlerType = fits ? Symbols.TypeOf(handler!) : null,
            IsToBeWritten = handler is null,
            PayloadType = payload.TypeName,
            Record = record is not null && _early.Contains(record.FullName) ? null : record,
            Shape = payload.Shape,
            Split = part.Split,
            Loop = declaration.Loop is { } loop ? new LoopModel(loop.Key.Value, loop.Fingerprint.Select(path => path.Value).ToEquatableArray(), loop.Group, loop.Seconds) : null,
            Inputs = inputs,
        };
    }

    /// <summary>The record for the handler; null where its name is taken.</summary>
    private PayloadModel? Record(ConsumedEventDeclaration declaration, PayloadDeclaration fields, Positioned handler, INamedTypeSymbol? type)
    {
        var record = PayloadModel.Of(handler.Value, fields);
        if (type is not null)
            record = record with { Namespace = NamespaceOf(type) };
        if (_early.Contains(record.FullName) || _compilation.Assembly.GetTypeByMetadataName(record.FullName) is null)
            return record;
        Refuse(declaration, handler, record, ThereIsOne(record));
        return null;
    }

    /// <summary>The record of what the handler takes from the configuration; null for nothing, or where it has no name, or another event has it.</summary>
    private InputsModel? Inputs(ConsumerDeclaration consumer, ConsumedEventDeclaration declaration, Positioned handler, INamedTypeSymbol? type)
    {
        if (declaration.Inputs.Count == 0)
            return null;
        var space = type is null ? handler.Value.Substring(0, System.Math.Max(handler.Value.LastIndexOf('.'), 0)) : NamespaceOf(type);
        var inputs = new InputsModel(space, InputsName.Of(handler.Value), declaration.Inputs);
        var owner = _file.Context.Inputs.First(one => one.Handler == handler.Value);
        var why = owner.Key != ConsumedEventDeclaration.Key(consumer, declaration) || owner.DeclaredIn != _file.File.LogicalPath ? $"'{owner.EventName}' in {owner.DeclaredIn} declares the inputs of this handler, which has one set of them for all its events; state them there"
            : _compilation.Assembly.GetTypeByMetadataName(inputs.FullName) is not null ? "there is such a class already; give it another name"
            : null;
        if (why is null)
            return inputs;
        _diagnostics.Add(DiagnosticInfo.Create(Descriptors.GeneratedName, handler.Position, "inputs", declaration.Name.Value, inputs.FullName, why));
        return null;
    }

    private static string NamespaceOf(INamedTypeSymbol type) => type.ContainingNamespace is { IsGlobalNamespace: false } space ? space.ToDisplayString(Symbols.Plain) : "";

    /// <summary>Whether the compilation has the record early and can't have it there. The compiler says so too, but of the generated file.</summary>
    private bool IsEarlyRefused(ConsumedEventDeclaration declaration, Positioned handler)
    {
        if (declaration.Payload is not { } fields || PayloadModel.Of(handler.Value, fields) is not { } record || !_early.Contains(record.FullName))
            return false;
        var why = TypeLookup.Find(_compilation, record.Namespace) is not null ? $"'{record.Namespace}' is a class, but {(declaration.Include is null ? "a folder with code has that name, too, so that it was taken for a namespace" : "handlers=\"…\" names a namespace")}; declare the payload as a class of yours and name it in payload=\"…\", or set DeclarativeDisablePreCompilation"
            : Declarations(record) > 1 ? ThereIsOne(record)
            : null;
        if (why is not null)
            Refuse(declaration, handler, record, why);
        return why is not null;
    }

    private void Refuse(ConsumedEventDeclaration declaration, Positioned handler, PayloadModel record, string why) =>
        _diagnostics.Add(DiagnosticInfo.Create(Descriptors.GeneratedName, handler.Position, "payload", declaration.Name.Value, record.FullName, why));

    private static string ThereIsOne(PayloadModel record) => $"there is such a class already; name it as payload=\"{record.FullName}\" instead of the <payload>, or give it another name";

    /// <summary>How often the compilation declares the type: types of one name are one symbol if they are of one kind, else several.</summary>
    private int Declarations(PayloadModel record)
    {
        INamespaceSymbol? space = _compilation.Assembly.GlobalNamespace;
        foreach (var part in record.Namespace.Split('.').Where(part => part.Length > 0))
            space = space?.GetMembers(part).OfType<INamespaceSymbol>().FirstOrDefault();
        return space?.GetTypeMembers(record.Name, arity: 0).Sum(type => type.DeclaringSyntaxReferences.Length) ?? 0;
    }

    private INamedTypeSymbol? PayloadClass(ConsumedEventDeclaration declaration, Part part)
    {
        if (declaration.PayloadClass is not { } name)
            return _compilation.GetTypeByMetadataName(JsonElement);

        // A split event names its payload once, and what is wrong with it is reported once.
        if (part.Split is { IsEqual: false })
            return TypeLookup.Find(_compilation, name.Value) is { } other && _compilation.IsSymbolAccessibleWithin(other, _compilation.Assembly) && CarriedTypes.WhyNotRead(other) is null ? other : null;
        if (_services.Type(name) is not { } type)
            return null;
        if (CarriedTypes.WhyNotRead(type) is not { } why)
            return type;
        _diagnostics.Add(DiagnosticInfo.Create(Descriptors.ParameterNotCarried, name.Position, "payload", part.Handler.Value, why));
        return null;
    }

    /// <summary>The route; null if its class can't decide who may use it.</summary>
    private IngestionModel? Bind(IngestionDeclaration declaration)
    {
        var model = new IngestionModel(declaration.Path.Value, declaration.Authentication.Value, null) { Secret = declaration.Secret, Header = declaration.Header, Resource = declaration.Resource?.Value };
        if (!declaration.NamesClass)
            return model;
        return _services.Concrete(declaration.Authentication, Authenticator, "an authenticator") is { } type ? model with { Authentication = type.ToDisplayString(), Authenticator = Symbols.TypeOf(type) } : null;
    }

    /// <summary>A part of an event with the class that handles it.</summary>
    private sealed record Part(Positioned Handler, SplitModel? Split);
}
