using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Merging;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>Finds the interface and the method that a plugin event names, and makes the decorator that tells of its calls.</summary>
internal sealed class PluginBinder(Compilation compilation, List<DiagnosticInfo> diagnostics)
{
    private readonly Dictionary<string, (PluginModel? Model, JsonShape Payload)> _known = new(StringComparer.Ordinal);

    /// <summary>The event with the shape of its payload; no model if it can't be, which was reported.</summary>
    public (PluginModel? Model, JsonShape Payload) Bind(string eventName, SourcePosition position, string declaredIn)
    {
        if (!_known.TryGetValue(eventName, out var bound))
            _known.Add(eventName, bound = New(eventName, position, declaredIn));
        return bound;
    }

    private (PluginModel?, JsonShape) New(string eventName, SourcePosition position, string declaredIn)
    {
        if (Find(eventName, position) is not { } found)
            return (null, JsonShape.Unknown);
        var (type, methods) = found;
        var method = methods[0];
        var (result, _) = Symbols.Awaited(method.ReturnType);
        if (result?.SpecialType == SpecialType.System_Void)
            result = null;
        if (methods.Exists(other => !IsSamePayload(method, other)))
        {
            Report(eventName, position, $"'{type.ToDisplayString()}' has several methods '{method.Name}' that give different results, and an event has one payload");
            return (null, JsonShape.Unknown);
        }

        var display = ServiceLookup.Display(type, method);
        var told = result is null ? Told(method) : [];
        var why = ServiceLookup.WhyNotSent(method, result) ?? (result is null ? told.Select(WhyNotTold).FirstOrDefault(one => one is not null) : null)
            ?? (methods.Exists(one => Symbols.Awaited(one.ReturnType).IsAwaited && one.Parameters.Any(parameter => parameter.RefKind != RefKind.None)) ? "it is asynchronous and takes a parameter by reference" : null);
        if (why is not null)
        {
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.ResultNotCarried, position, display, why));
            return (null, JsonShape.Unknown);
        }

        if (DecoratorBinder.Bind(type, compilation, out var obstacle) is not { } decorator)
        {
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.NotDecorated, position, type.ToDisplayString(), obstacle));
            return (null, JsonShape.Unknown);
        }

        return (
            new PluginModel(eventName, declaredIn, decorator, method.Name, methods.Select(DecoratorBinder.KeyOf).ToEquatableArray(), result is null ? null : Symbols.TypeOf(result), told.Select(Symbols.Parameter).ToEquatableArray()),
            result is null ? JsonShape.Of($"the arguments of {display}", told) : JsonShape.Of(result));
    }

    /// <summary>The arguments that make the payload of a method without a result.</summary>
    public static List<IParameterSymbol> Told(IMethodSymbol method) =>
        method.Parameters.Where(parameter => parameter.Type.ToDisplayString() != "System.Threading.CancellationToken").ToList();

    private static string? WhyNotTold(IParameterSymbol parameter) => CarriedTypes.WhyNotWritten(parameter.Type) is { } why ? $"its argument '{parameter.Name}' can't be sent: {why}" : null;

    private (INamedTypeSymbol Type, List<IMethodSymbol> Methods)? Find(string eventName, SourcePosition position)
    {
        var types = PluginNames.TypesOf(compilation);
        var dot = eventName.LastIndexOf('.');
        var (typeName, methodName) = (eventName.Substring(0, dot + 1), eventName.Substring(dot + 1));
        if (!types.TryGetValue(typeName, out var type))
        {
            var nearest = NearestName.Find(typeName, types.Where(one => one.Value.TypeKind == TypeKind.Interface).Select(one => one.Key));
            Report(eventName, position, "there is no such interface in this project or its references" + (nearest is null ? "; write plugin.<namespace>.<interface>.<method> in snake case" : $"; did you mean '{nearest}{methodName}'?"));
            return null;
        }

        if (type.TypeKind != TypeKind.Interface)
        {
            Report(eventName, position, $"'{type.ToDisplayString()}' is no interface, and only interfaces can be decorated");
            return null;
        }

        if (!compilation.IsSymbolAccessibleWithin(type, compilation.Assembly))
        {
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.NotAccessible, position, type.ToDisplayString(), "not visible to this assembly"));
            return null;
        }

        var candidates = new[] { type }.Concat(type.AllInterfaces).SelectMany(one => one.GetMembers()).OfType<IMethodSymbol>()
            .Where(method => method is { MethodKind: MethodKind.Ordinary, IsStatic: false, IsGenericMethod: false } && (method.IsAbstract || method.IsVirtual)).ToList();
        var methods = candidates.FindAll(method => PluginNames.OfMethod(method.Name) == methodName);
        if (methods.Count > 0)
            return (type, methods);
        var names = candidates.ConvertAll(method => PluginNames.OfMethod(method.Name)).Distinct(StringComparer.Ordinal).ToList();
        var mend = NearestName.Find(methodName, names) is { } near ? $"; did you mean '{typeName}{near}'?"
            : names.Count == 0 ? "; it has none that could be decorated"
            : $"; it has {string.Join(", ", names.Take(5))}";
        Report(eventName, position, $"'{type.ToDisplayString()}' has no method '{methodName}'{mend}");
        return null;
    }

    /// <summary>Whether two overloads tell the same; of arguments there must be one list only.</summary>
    private static bool IsSamePayload(IMethodSymbol one, IMethodSymbol other)
    {
        if (ReferenceEquals(one, other))
            return true;
        var (result, otherResult) = (Symbols.Awaited(one.ReturnType).Result, Symbols.Awaited(other.ReturnType).Result);
        if (result is not null && result.SpecialType != SpecialType.System_Void)
            return SymbolEqualityComparer.Default.Equals(result, otherResult);
        return (otherResult is null || otherResult.SpecialType == SpecialType.System_Void)
            && Told(one).Select(Key).SequenceEqual(Told(other).Select(Key), StringComparer.Ordinal);

        static string Key(IParameterSymbol parameter) => parameter.Name + " " + parameter.Type.ToDisplayString();
    }

    private void Report(string eventName, SourcePosition position, string why) =>
        diagnostics.Add(DiagnosticInfo.Create(Descriptors.NoSuchPlugin, position, eventName, why));
}
