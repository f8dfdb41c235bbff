using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Emitting;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>Reads an interface as its decorator must implement it: every member that a class can implement, its own and those it extends.</summary>
internal static class DecoratorBinder
{
    /// <summary>The decorator; null with the reason if there is a member that can't be forwarded.</summary>
    public static DecoratorModel? Bind(INamedTypeSymbol type, Compilation compilation, out string obstacle)
    {
        var methods = new List<DecoratedMethod>();
        var properties = new List<DecoratedProperty>();
        var events = new List<DecoratedEvent>();
        obstacle = "";
        foreach (var member in new[] { type }.Concat(type.AllInterfaces).SelectMany(one => one.GetMembers()).Where(member => member.IsAbstract || member.IsVirtual))
        {
            if (WhyNot(member, compilation) is { } why)
            {
                obstacle = $"its member '{member.Name}' {why}";
                return null;
            }

            if (member.IsStatic || member is IPropertySymbol { ExplicitInterfaceImplementations.Length: > 0 } or IEventSymbol { ExplicitInterfaceImplementations.Length: > 0 })
                continue;
            switch (member)
            {
                case IMethodSymbol { MethodKind: MethodKind.Ordinary } method:
                    methods.Add(Method(method));
                    break;
                case IPropertySymbol property:
                    properties.Add(Property(property));
                    break;
                case IEventSymbol one:
                    events.Add(new DecoratedEvent(Contract(one), one.Name, Symbols.TypeName(one.Type)));
                    break;
            }
        }

        return new DecoratorModel(Symbols.TypeOf(type), Identifiers.Simple(PluginNames.Plain(type)), methods.ToEquatableArray(), properties.ToEquatableArray(), events.ToEquatableArray());
    }

    /// <summary>What tells a method from its overloads, of this interface and of those that it extends.</summary>
    public static string KeyOf(IMethodSymbol method) => DocumentationCommentId.CreateDeclarationId(method) ?? method.ToDisplayString();

    /// <summary>The end of a sentence; null if nothing is in the way.</summary>
    private static string? WhyNot(ISymbol member, Compilation compilation)
    {
        if (member.IsStatic)
            return member.IsAbstract ? "is static and abstract" : null;
        if (!compilation.IsSymbolAccessibleWithin(member, compilation.Assembly))
            return "is not visible to this assembly";
        if (member is IPropertySymbol { SetMethod.IsInitOnly: true })
            return "can only be set when the object is made";
        var types = member switch
        {
            IMethodSymbol method => method.Parameters.Select(parameter => parameter.Type).Concat([method.ReturnType]),
            IPropertySymbol property => property.Parameters.Select(parameter => parameter.Type).Concat([property.Type]),
            _ => [],
        };
        if (member is IPropertySymbol accessors && new[] { accessors.GetMethod, accessors.SetMethod }.Any(one => one is not null && !compilation.IsSymbolAccessibleWithin(one, compilation.Assembly)))
            return "has an accessor that is not visible to this assembly";
        return types.Any(one => one.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer) ? "uses pointers"
            : member is IMethodSymbol { IsVararg: true } ? "takes a list of undeclared arguments"
            : null;
    }

    private static DecoratedMethod Method(IMethodSymbol method)
    {
        var (result, isAwaited) = Symbols.Awaited(method.ReturnType);
        return new DecoratedMethod(Contract(method), method.Name)
        {
            Key = KeyOf(method),
            ReturnType = Reference(method.RefKind) + Symbols.TypeName(method.ReturnType),
            ReturnsReference = method.RefKind != RefKind.None,
            Outcome = isAwaited ? result is null ? MethodOutcome.Task : MethodOutcome.TaskOfValue
                : method.ReturnsVoid ? MethodOutcome.Nothing
                : MethodOutcome.Value,
            TypeParameters = method.TypeParameters.Select(one => Identifiers.Escape(one.Name)).ToEquatableArray(),
            Constraints = string.Concat(method.TypeParameters.Select(Constraint)),
            Parameters = method.Parameters.Select(Parameter).ToEquatableArray(),
            IsObsolete = method.GetAttributes().Any(attribute => attribute.AttributeClass?.ToDisplayString() == "System.ObsoleteAttribute" && attribute.ConstructorArguments.Any(argument => argument.Value is true)),
        };
    }

    private static DecoratedProperty Property(IPropertySymbol property) => new(
        Contract(property),
        property.IsIndexer ? "this" : property.Name,
        Reference(property.RefKind) + Symbols.TypeName(property.Type),
        property.RefKind != RefKind.None,
        property.GetMethod is not null,
        property.SetMethod is not null,
        property.Parameters.Select(Parameter).ToEquatableArray());

    private static DecoratedParameter Parameter(IParameterSymbol parameter)
    {
        var (modifier, passed) = parameter.RefKind switch
        {
            RefKind.Ref => ("ref ", "ref "),
            RefKind.Out => ("out ", "out "),
            RefKind.In => ("in ", "in "),
            RefKind.None => ("", ""),
            _ => ("ref readonly ", "in "),
        };
        if (parameter.ScopedKind != ScopedKind.None && parameter.RefKind != RefKind.Out)
            modifier = "scoped " + modifier;
        var isToken = parameter.Type.ToDisplayString() == "System.Threading.CancellationToken";
        return new DecoratedParameter(parameter.Name, Symbols.TypeName(parameter.Type), modifier, passed, isToken ? null : Merging.SnakeCase.Of(parameter.Name));
    }

    /// <summary>An explicit implementation inherits constraints, but must say what <c>T?</c> means.</summary>
    private static string Constraint(ITypeParameterSymbol parameter)
    {
        var kind = parameter.HasValueTypeConstraint || parameter.HasUnmanagedTypeConstraint ? "struct"
            : parameter.IsReferenceType ? "class"
            : "default";
        return $" where {Identifiers.Escape(parameter.Name)} : {kind}";
    }

    private static string Reference(RefKind kind) => kind switch
    {
        RefKind.None => "",
        RefKind.Ref => "ref ",
        _ => "ref readonly ",
    };

    private static string Contract(ISymbol member) => Symbols.TypeName(member.ContainingType);
}
