using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Merging;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>Finds the service method that a declaration names.</summary>
internal static class MethodLookup
{
    private static readonly SymbolDisplayFormat ParameterFormat = SymbolDisplayFormat.CSharpErrorMessageFormat;

    /// <summary>
    /// The method: the name as it stands first, then ignoring case, then ignoring case with an <c>Async</c> suffix
    /// (<c>get</c> finds <c>GetAsync</c>); a list of parameter types chooses among overloads. Null with a diagnostic if
    /// there is none or more than one.
    /// </summary>
    public static IMethodSymbol? Find(INamedTypeSymbol type, Positioned method, List<DiagnosticInfo> diagnostics)
    {
        var (name, parameters) = Split(method.Value);
        var found = Methods(type, name);
        var all = found.Count > 0 ? found : Methods(type);
        if (found.Count == 0)
            found = all.FindAll(candidate => string.Equals(candidate.Name, name, StringComparison.OrdinalIgnoreCase));
        if (found.Count == 0)
            found = all.FindAll(candidate => string.Equals(candidate.Name, name + "Async", StringComparison.OrdinalIgnoreCase));
        if (found.Count == 0)
        {
            var nearest = Nearest(name, all);
            var mend = nearest is not null ? $"; did you mean '{nearest}'?"
                : all.Count == 0 ? "; it has none that could be called"
                : $"; it has {string.Join(", ", all.Select(candidate => candidate.Name).Distinct(StringComparer.Ordinal).OrderBy(one => one, StringComparer.Ordinal).Take(5))}";
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.MethodNotFound, method.Position, type.ToDisplayString(), name, mend));
            return null;
        }

        if (parameters is not null)
        {
            var chosen = found.FindAll(candidate => Takes(candidate, parameters));
            if (chosen.Count == 0)
            {
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.MethodNotFound, method.Position, type.ToDisplayString(), method.Value, $"; it has {string.Join(", ", found.Select(Signature))}"));
                return null;
            }

            found = chosen;
        }

        if (found.Count > 1)
        {
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.AmbiguousOverload, method.Position, type.ToDisplayString(), name, string.Join("\" or method=\"", found.Select(Signature))));
            return null;
        }

        return found[0];
    }

    /// <summary>The parameters that travel in a message: all but a trailing <c>CancellationToken</c>.</summary>
    public static IReadOnlyList<IParameterSymbol> Carried(IMethodSymbol method) =>
        TakesToken(method) ? method.Parameters.RemoveAt(method.Parameters.Length - 1) : method.Parameters;

    public static bool TakesToken(IMethodSymbol method) =>
        method.Parameters.Length > 0 && method.Parameters[method.Parameters.Length - 1] is { RefKind: RefKind.None, Type: { Name: "CancellationToken" } type } && type.ToDisplayString() == "System.Threading.CancellationToken";

    /// <summary>The method as a file names it: with its parameters where it is one of several.</summary>
    public static string NameOf(IMethodSymbol method) =>
        method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>().Count() == 1 ? method.Name : $"{method.Name}({string.Join(", ", method.Parameters.Select(one => one.Type.ToDisplayString(ParameterFormat)))})";

    /// <summary>The method's name in what a file says, which may list parameters.</summary>
    public static string NameIn(string method) => Split(method).Name;

    /// <summary>The method most likely meant; a name counts without its <c>Async</c> too, since it can be written so.</summary>
    public static string? Nearest(string name, List<IMethodSymbol> methods)
    {
        const string Suffix = "Async";
        var names = methods.Select(method => method.Name).ToList();
        var shortNames = names.FindAll(one => one.EndsWith(Suffix, StringComparison.Ordinal)).ConvertAll(one => one.Substring(0, one.Length - Suffix.Length));
        return NearestName.Find(name, names.Concat(shortNames)) is { } nearest
            ? names.Contains(nearest, StringComparer.Ordinal) ? nearest : nearest + Suffix
            : null;
    }

    private static (string Name, List<string>? Parameters) Split(string method)
    {
        var open = method.IndexOf('(');
        return open < 0
            ? (method.Trim(), null)
            : (method.Substring(0, open).Trim(), TypeLookup.SplitList(method.Substring(open + 1).TrimEnd().TrimEnd(')')));
    }

    /// <summary>The callable methods of the type and what it inherits from, all of them or those of one name.</summary>
    public static List<IMethodSymbol> Methods(INamedTypeSymbol type, string? name = null)
    {
        var methods = new List<IMethodSymbol>();
        IEnumerable<INamedTypeSymbol> types = type.TypeKind == TypeKind.Interface ? new[] { type }.Concat(type.AllInterfaces) : Bases(type);
        foreach (var method in types.SelectMany(one => name is null ? one.GetMembers() : one.GetMembers(name)).OfType<IMethodSymbol>())
        {
            if (method is { MethodKind: MethodKind.Ordinary, IsStatic: false, IsGenericMethod: false, DeclaredAccessibility: Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal }
                && !methods.Exists(known => known.Name == method.Name && SameParameters(known, method)))
            {
                methods.Add(method);
            }
        }

        return methods;
    }

    private static IEnumerable<INamedTypeSymbol> Bases(INamedTypeSymbol type)
    {
        for (var one = type; one is not null && one.SpecialType != SpecialType.System_Object; one = one.BaseType)
            yield return one;
    }

    private static bool SameParameters(IMethodSymbol a, IMethodSymbol b) =>
        a.Parameters.Length == b.Parameters.Length && a.Parameters.Zip(b.Parameters, (x, y) => SymbolEqualityComparer.Default.Equals(x.Type, y.Type)).All(same => same);

    private static bool Takes(IMethodSymbol method, List<string> parameters)
    {
        var carried = method.Parameters.Length == parameters.Count ? method.Parameters : Carried(method);
        return carried.Count == parameters.Count && carried.Zip(parameters, (parameter, name) => Named(parameter.Type, name)).All(same => same);
    }

    private static bool Named(ITypeSymbol type, string name)
    {
        name = ClassName.Of(name).Replace(" ", "");
        return name == type.ToDisplayString(ParameterFormat).Replace(" ", "")
            || name == type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat).Replace(" ", "")
            || name == type.Name
            || name == type.ContainingNamespace?.ToDisplayString() + "." + type.Name;
    }

    private static string Signature(IMethodSymbol method) =>
        $"{method.Name}({string.Join(", ", Carried(method).Select(parameter => parameter.Type.ToDisplayString(ParameterFormat)))})";
}
