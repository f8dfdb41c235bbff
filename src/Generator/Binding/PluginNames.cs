using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Declarative.Merging;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>
/// The names of plugin events: <c>Shop.Sales.IOrderRepository.SaveAsync</c> is
/// <c>plugin.shop.sales.order_repository.save</c>. Each part is in snake case; what tells that a type is an interface
/// (an <c>I</c>, or the originals' <c>Interface</c>) and that a method is asynchronous is left out.
/// </summary>
internal static class PluginNames
{
    private const string Asynchronous = "Async";
    private const string Interface = "Interface";

    private static readonly ConditionalWeakTable<Compilation, Dictionary<string, INamedTypeSymbol>> Types = new();

    public static string OfMethod(string name) =>
        SnakeCase.Of(name.Length > Asynchronous.Length && name.EndsWith(Asynchronous, StringComparison.Ordinal) ? name.Substring(0, name.Length - Asynchronous.Length) : name);

    /// <summary>The types that an event may name, by what their events begin with. Of two alike an interface goes before a class.</summary>
    public static IReadOnlyDictionary<string, INamedTypeSymbol> TypesOf(Compilation compilation) => Types.GetValue(compilation, Collect);

    /// <summary>The type's own name without what tells that it is an interface.</summary>
    public static string Plain(INamedTypeSymbol type)
    {
        var name = type.Name;
        if (type.TypeKind != TypeKind.Interface)
            return name;
        if (name.Length > Interface.Length && name.EndsWith(Interface, StringComparison.Ordinal))
            name = name.Substring(0, name.Length - Interface.Length);
        return name.Length > 1 && name[0] == 'I' && char.IsUpper(name[1]) ? name.Substring(1) : name;
    }

    private static Dictionary<string, INamedTypeSymbol> Collect(Compilation compilation)
    {
        var types = new Dictionary<string, INamedTypeSymbol>(StringComparer.Ordinal);
        Collect(compilation.Assembly.GlobalNamespace, EventName.PluginPrefix, types);
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols)
        {
            // The framework's interfaces are nobody's business events.
            if (!assembly.Name.StartsWith("System", StringComparison.Ordinal) && !assembly.Name.StartsWith("Microsoft.", StringComparison.Ordinal) && assembly.Name is not ("mscorlib" or "netstandard"))
                Collect(assembly.GlobalNamespace, EventName.PluginPrefix, types);
        }

        return types;
    }

    private static void Collect(INamespaceOrTypeSymbol container, string prefix, Dictionary<string, INamedTypeSymbol> types)
    {
        foreach (var inner in container.GetMembers().OfType<INamespaceOrTypeSymbol>().Where(inner => inner.CanBeReferencedByName))
        {
            if (inner is not INamedTypeSymbol type)
            {
                Collect(inner, prefix + SnakeCase.Of(inner.Name) + ".", types);
                continue;
            }

            if (type.IsGenericType)
                continue;
            var name = prefix + SnakeCase.Of(Plain(type)) + ".";
            if (type.TypeKind is TypeKind.Interface or TypeKind.Class or TypeKind.Struct && (!types.TryGetValue(name, out var known) || known.TypeKind != TypeKind.Interface && type.TypeKind == TypeKind.Interface))
                types[name] = type;
            Collect(type, name, types);
        }
    }
}
