using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Declarative.Generator.Attributes;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Emitting;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>The second stage: looks up what declarations name and checks that it works. One binder for XML and attributes.</summary>
internal sealed class EventBinder
{
    private static readonly SourcePosition NoPosition = new("", default, default);

    private readonly List<DiagnosticInfo> _diagnostics = [];
    private readonly Compilation _compilation;
    private readonly ReferencedModules _references;
    private readonly ServiceLookup _services;

    private EventBinder(Compilation compilation, ReferencedModules references)
    {
        _compilation = compilation;
        _references = references;
        _services = new ServiceLookup(compilation, _diagnostics);
    }

    /// <summary>Binds a file, or gives back what was bound when neither it nor any declaration in C# changed since.</summary>
    public static BoundEvents Bind(FileDeclarations file, DeclarationHash hash, Compilation compilation, CancellationToken cancellationToken) =>
        hash.Bound(file, () =>
        {
            var binder = new EventBinder(compilation, ReferencedModules.Of(hash, compilation));
            var models = new List<EventModel>();
            foreach (var declaration in file.Content.AsyncEvents)
            {
                cancellationToken.ThrowIfCancellationRequested();
                models.Add(binder.Bind(declaration, file.LogicalPath));
            }

            return new BoundEvents(file.LogicalPath, models.ToEquatableArray(), file.Content.AsyncEvents.Select(declaration => declaration.Name.Position).ToEquatableArray(), binder._diagnostics.ToEquatableArray());
        });

    /// <summary>Binds all attributes of the project. Diagnostics know the attribute by its number; places come later.</summary>
    public static BoundAttributes Bind(AttributeDeclarations attributes, DeclarationHash hash, Compilation compilation, CancellationToken cancellationToken) =>
        hash.Bound(attributes, () =>
        {
            var binder = new EventBinder(compilation, ReferencedModules.Of(hash, compilation));
            var models = new List<EventModel>();
            var diagnostics = new List<AttributeDiagnostic>();
            foreach (var declaration in attributes.Events)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var number = models.Count;
                models.Add(binder.Bind(declaration));
                diagnostics.AddRange(binder._diagnostics.Select(diagnostic => new AttributeDiagnostic(number, diagnostic)));
                binder._diagnostics.Clear();
            }

            return new BoundAttributes(models.ToEquatableArray(), diagnostics.ToEquatableArray());
        });

    private EventModel Bind(AsyncEventDeclaration declaration, string declaredIn)
    {
        var model = Unbound(declaration.IsNameValid ? declaration.LowerName : declaration.Name.Value, declaredIn, declaration.Resources.Select(id => id.Value).ToEquatableArray()) with { IsIncluded = declaration.IsIncluded };
        if (declaration.PayloadClass is { } payload)
            return _services.Type(payload) is { } payloadType ? WithPayload(model, payloadType, payload.Position, declaration.IsNameValid) : model;
        if (declaration.Service is not { } service || _services.Type(service.Class) is not { } type)
            return model;
        return _services.Method(type, service.Method) is { } method
            ? WithService(model, type, method, service.Method.Position, declaration.IsNameValid)
            : model;
    }

    private EventModel Bind(AttributeDeclaration declaration)
    {
        var isNameValid = AsyncEventsFile.EventName.Matches(declaration.Name);
        var lowerName = declaration.Name.Trim().ToLowerInvariant();
        var model = Unbound(isNameValid ? lowerName : declaration.Name, declaration.DeclaredIn, declaration.Resources);
        if (!isNameValid)
            _diagnostics.Add(DiagnosticInfo.Create(Descriptors.MalformedValue, NoPosition, declaration.Name, AsyncEventsFile.EventName.Noun, AsyncEventsFile.EventName.Form));
        else if (lowerName != declaration.Name)
            _diagnostics.Add(DiagnosticInfo.Create(Descriptors.UpperCaseEventName, NoPosition, lowerName));

        switch (DocumentationCommentId.GetFirstSymbolForDeclarationId(declaration.TargetId, _compilation))
        {
            case INamedTypeSymbol type:
                return _services.IsAccessible(type, NoPosition) ? WithPayload(model, type, NoPosition, isNameValid) : model;
            case IMethodSymbol method when method.Implemented() is { } contract:
                if (!contract.GetAttributes().Any(attribute => attribute.AttributeClass?.ToDisplayString() == AsyncEventAttributeReader.MetadataName
                    && string.Equals(attribute.Argument<string>(0)?.Trim(), lowerName, System.StringComparison.OrdinalIgnoreCase)))
                {
                    _diagnostics.Add(DiagnosticInfo.Create(Descriptors.AttributeOnImplementation, NoPosition, declaration.DeclaredIn, contract.ToDisplayString(), "AsyncEvent"));
                    return model;
                }

                return WithService(model, contract.ContainingType, contract, NoPosition, isNameValid);
            case IMethodSymbol { IsStatic: true } method:
                _diagnostics.Add(DiagnosticInfo.Create(Descriptors.MethodNotFound, NoPosition, method.ContainingType.ToDisplayString(), method.Name, "; a static method can't be a service"));
                return model;
            case IMethodSymbol { IsGenericMethod: true } method:
                _diagnostics.Add(DiagnosticInfo.Create(Descriptors.MethodNotFound, NoPosition, method.ContainingType.ToDisplayString(), method.Name, " without type parameters"));
                return model;
            case IMethodSymbol method:
                return _services.IsAccessible(method.ContainingType, NoPosition) ? WithService(model, method.ContainingType, method, NoPosition, isNameValid) : model;
            default:
                return model;
        }
    }

    private static EventModel Unbound(string name, string declaredIn, EquatableArray<string> resources) => new()
    {
        Name = name,
        DeclaredIn = declaredIn,
        Identifier = Identifiers.Pascal(name),
        Resources = resources,
        IsBroken = true,
    };

    private EventModel WithPayload(EventModel model, INamedTypeSymbol type, SourcePosition position, bool isNameValid)
    {
        if (CarriedTypes.WhyNotWritten(type) is { } reason)
        {
            _diagnostics.Add(DiagnosticInfo.Create(Descriptors.ResultNotCarried, position, type.ToDisplayString(), reason));
            return model;
        }

        var parameter = new ParameterModel("payload", Symbols.TypeName(type), Symbols.TypeOf(type), null, IsRequired: true);
        return Finish(model with { PayloadType = Symbols.TypeOf(type), PayloadId = DocumentationCommentId.CreateReferenceId(type), Parameters = new([parameter]), IsPublic = CarriedTypes.Accessibility(type) == Accessibility.Public }, [type.ToDisplayString()], position, isNameValid);
    }

    private EventModel WithService(EventModel model, INamedTypeSymbol type, IMethodSymbol method, SourcePosition position, bool isNameValid)
    {
        if (_services.Parameters(type, method, position) is not { } carried)
            return model;
        model = model with
        {
            Parameters = carried.Select(Symbols.Parameter).ToEquatableArray(),
            IsPublic = carried.All(parameter => CarriedTypes.Accessibility(parameter.Type) == Accessibility.Public),
        };

        var (result, isAwaited) = Symbols.Awaited(method.ReturnType);
        var why = ServiceLookup.WhyNotSent(method, result)
            ?? (result is null || result.SpecialType == SpecialType.System_Void ? "it returns nothing; return what subscribers are to get" : null);
        if (why is not null)
        {
            _diagnostics.Add(DiagnosticInfo.Create(Descriptors.ResultNotCarried, position, ServiceLookup.Display(type, method), why));
            return model;
        }

        return Finish(
            model with { Service = new ServiceModel(Symbols.TypeOf(type), method.Name, MethodLookup.TakesToken(method), isAwaited), PayloadType = Symbols.TypeOf(result!), PayloadId = DocumentationCommentId.CreateReferenceId(result!) },
            carried.Select(parameter => parameter.Type.ToDisplayString()),
            position,
            isNameValid);
    }

    /// <summary>The last check: an event of a referenced module may be overridden, but not with other parameters.</summary>
    private EventModel Finish(EventModel model, IEnumerable<string> parameterTypes, SourcePosition position, bool isNameValid)
    {
        if (_references.Find(model.Name) is not { } earlier)
            return model with { IsBroken = !isNameValid };
        var own = new ReferencedEvent(model.Name, model.DeclaredIn, model.Parameters.Select(parameter => parameter.Name).ToEquatableArray(), parameterTypes.ToEquatableArray(), model.Resources);
        var agrees = own.Parameters.Replace("?", "") == earlier.Event.Parameters.Replace("?", "");
        if (!agrees)
            _diagnostics.Add(DiagnosticInfo.Create(Descriptors.OverrideMismatch, position, model.Name, earlier.Event.Parameters, "the module " + earlier.Module.Name, own.Parameters, "this declaration"));
        return model with { IsBroken = !agrees, Overrides = earlier.Module.Name };
    }
}
