using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Emitting;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>The second stage: looks up what declarations name and checks that it works. One binder for XML and attributes.</summary>
internal sealed class EventBinder(Compilation compilation, ReferencedModules references)
{
    private readonly List<DiagnosticInfo> _diagnostics = [];

    /// <summary>Binds a file, or gives back what was bound when neither it nor any declaration in C# changed since.</summary>
    public static BoundEvents Bind(FileDeclarations file, DeclarationHash hash, Compilation compilation, CancellationToken cancellationToken) =>
        hash.Bound(file, () =>
        {
            var binder = new EventBinder(compilation, ReferencedModules.Of(hash, compilation));
            var models = new List<EventModel>();
            foreach (var declaration in file.AsyncEvents)
            {
                cancellationToken.ThrowIfCancellationRequested();
                models.Add(binder.Bind(declaration, file.LogicalPath));
            }

            return new BoundEvents(file.LogicalPath, models.ToEquatableArray(), file.AsyncEvents.Select(declaration => declaration.Name.Position).ToEquatableArray(), binder._diagnostics.ToEquatableArray());
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

    private static readonly SourcePosition NoPosition = new("", default, default);

    private EventModel Bind(AsyncEventDeclaration declaration, string declaredIn)
    {
        var model = Unbound(declaration.IsNameValid ? declaration.LowerName : declaration.Name.Value, declaredIn, declaration.Resources);
        if (declaration.PayloadClass is { } payload)
            return Type(payload, model) is { } payloadType ? WithPayload(model, payloadType, payload.Position, declaration.IsNameValid) : model;
        if (declaration.Service is not { } service || Type(service.Class, model) is not { } type)
            return model;
        return MethodLookup.Find(type, service.Method, _diagnostics) is { } method
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

        switch (DocumentationCommentId.GetFirstSymbolForDeclarationId(declaration.TargetId, compilation))
        {
            case INamedTypeSymbol type:
                return IsAccessible(type, NoPosition) ? WithPayload(model, type, NoPosition, isNameValid) : model;
            case IMethodSymbol method when Implemented(method) is { } contract:
                if (!contract.GetAttributes().Any(attribute => attribute.AttributeClass?.ToDisplayString() == Attributes.AsyncEventAttributeReader.MetadataName
                    && string.Equals(attribute.Argument<string>(0)?.Trim(), lowerName, System.StringComparison.OrdinalIgnoreCase)))
                {
                    _diagnostics.Add(DiagnosticInfo.Create(Descriptors.AttributeOnImplementation, NoPosition, declaration.DeclaredIn, contract.ToDisplayString()));
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
                return IsAccessible(method.ContainingType, NoPosition) ? WithService(model, method.ContainingType, method, NoPosition, isNameValid) : model;
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

    private INamedTypeSymbol? Type(Positioned name, EventModel model)
    {
        if (TypeLookup.Find(compilation, name.Value) is not { } type)
        {
            var nearest = TypeLookup.Nearest(compilation, name.Value);
            _diagnostics.Add(DiagnosticInfo.Create(Descriptors.ClassNotFound, name.Position, TypeLookup.Normalize(name.Value), nearest is null ? "" : $"; did you mean '{nearest}'?"));
            return null;
        }

        return IsAccessible(type, name.Position) ? type : null;
    }

    private bool IsAccessible(INamedTypeSymbol type, SourcePosition position)
    {
        if (type.IsUnboundGenericType || (type.IsGenericType && type.TypeArguments.Any(argument => argument.TypeKind == TypeKind.TypeParameter)))
        {
            _diagnostics.Add(DiagnosticInfo.Create(Descriptors.NotAccessible, position, type.ToDisplayString(), "an open generic type"));
            return false;
        }

        if (compilation.IsSymbolAccessibleWithin(type, compilation.Assembly))
            return true;
        _diagnostics.Add(DiagnosticInfo.Create(Descriptors.NotAccessible, position, type.ToDisplayString(), "not visible to this assembly"));
        return false;
    }

    private EventModel WithPayload(EventModel model, INamedTypeSymbol type, SourcePosition position, bool isNameValid)
    {
        if (CarriedTypes.WhyNotWritten(type) is { } reason)
        {
            _diagnostics.Add(DiagnosticInfo.Create(Descriptors.ResultNotCarried, position, type.ToDisplayString(), reason));
            return model;
        }

        var parameter = new ParameterModel("payload", Symbols.TypeName(type), Symbols.TypeOf(type), null, IsRequired: true);
        return Finish(model with { PayloadType = Symbols.TypeOf(type), Parameters = new([parameter]), IsPublic = CarriedTypes.Accessibility(type) == Accessibility.Public }, [type.ToDisplayString()], position, isNameValid);
    }

    private EventModel WithService(EventModel model, INamedTypeSymbol type, IMethodSymbol method, SourcePosition position, bool isNameValid)
    {
        var carried = MethodLookup.Carried(method);
        var isWhole = true;
        foreach (var parameter in carried)
        {
            var reason = parameter.RefKind != RefKind.None ? "it is passed by reference"
                : CarriedTypes.WhyNotRead(parameter.Type) ?? (CarriedTypes.Accessibility(parameter.Type) is Accessibility.Public or Accessibility.Internal ? null : $"'{parameter.Type.ToDisplayString()}' is not visible to generated code");
            if (reason is null)
                continue;
            isWhole = false;
            _diagnostics.Add(DiagnosticInfo.Create(Descriptors.ParameterNotCarried, position, parameter.Name, Display(), reason));
        }

        if (!isWhole)
            return model;
        model = model with
        {
            Parameters = carried.Select(Symbols.Parameter).ToEquatableArray(),
            IsPublic = carried.All(parameter => CarriedTypes.Accessibility(parameter.Type) == Accessibility.Public),
        };

        var (result, isAwaited) = Symbols.Awaited(method.ReturnType);
        var why = method.ReturnsByRef || method.ReturnsByRefReadonly ? "it returns a reference"
            : result is null || result.SpecialType == SpecialType.System_Void ? "it returns nothing; return what subscribers are to get"
            : CarriedTypes.WhyNotWritten(result);
        if (why is not null)
        {
            _diagnostics.Add(DiagnosticInfo.Create(Descriptors.ResultNotCarried, position, Display(), why));
            return model;
        }

        return Finish(
            model with { Service = new ServiceModel(Symbols.TypeOf(type), method.Name, MethodLookup.TakesToken(method), isAwaited), PayloadType = Symbols.TypeOf(result!) },
            carried.Select(parameter => parameter.Type.ToDisplayString()),
            position,
            isNameValid);

        string Display() => type.ToDisplayString() + "." + method.Name;
    }

    /// <summary>The last check: an event of a referenced module may be overridden, but not with other parameters.</summary>
    private EventModel Finish(EventModel model, IEnumerable<string> parameterTypes, SourcePosition position, bool isNameValid)
    {
        if (references.Find(model.Name) is not { } earlier)
            return model with { IsBroken = !isNameValid };
        var own = new ReferencedEvent(model.Name, model.DeclaredIn, model.Parameters.Select(parameter => parameter.Name).ToEquatableArray(), parameterTypes.ToEquatableArray());
        var agrees = own.Parameters.Replace("?", "") == earlier.Event.Parameters.Replace("?", "");
        if (!agrees)
            _diagnostics.Add(DiagnosticInfo.Create(Descriptors.OverrideMismatch, position, model.Name, earlier.Event.Parameters, "the module " + earlier.Module.Name, own.Parameters, "this declaration"));
        return model with { IsBroken = !agrees, Overrides = earlier.Module.Name };
    }

    private static IMethodSymbol? Implemented(IMethodSymbol method) =>
        method.ContainingType.TypeKind == TypeKind.Interface
            ? null
            : method.ContainingType.AllInterfaces
                .SelectMany(contract => contract.GetMembers().OfType<IMethodSymbol>())
                .FirstOrDefault(member => SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(member), method));
}
