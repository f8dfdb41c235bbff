using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Declarative.Merging;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>Finds the C# type that a declaration names.</summary>
internal static class TypeLookup
{
    private static readonly ConditionalWeakTable<Compilation, List<string>> KnownNames = new();

    private static readonly Dictionary<string, SpecialType> Keywords = new(StringComparer.Ordinal)
    {
        ["bool"] = SpecialType.System_Boolean,
        ["byte"] = SpecialType.System_Byte,
        ["char"] = SpecialType.System_Char,
        ["decimal"] = SpecialType.System_Decimal,
        ["double"] = SpecialType.System_Double,
        ["float"] = SpecialType.System_Single,
        ["int"] = SpecialType.System_Int32,
        ["long"] = SpecialType.System_Int64,
        ["object"] = SpecialType.System_Object,
        ["sbyte"] = SpecialType.System_SByte,
        ["short"] = SpecialType.System_Int16,
        ["string"] = SpecialType.System_String,
        ["uint"] = SpecialType.System_UInt32,
        ["ulong"] = SpecialType.System_UInt64,
        ["ushort"] = SpecialType.System_UInt16,
    };

    /// <summary>
    /// The type with the full C# name: nested types with <c>.</c> or <c>+</c>, closed generics as
    /// <c>Shop.IRepository&lt;Shop.Order&gt;</c>. Null if there is none.
    /// </summary>
    public static INamedTypeSymbol? Find(Compilation compilation, string name)
    {
        name = ClassName.Of(name);
        if (Keywords.TryGetValue(name, out var keyword))
            return compilation.GetSpecialType(keyword);
        var open = name.IndexOf('<');
        if (open < 0)
            return FindMetadata(compilation, name);
        if (!name.EndsWith(">", StringComparison.Ordinal))
            return null;
        var names = SplitList(name.Substring(open + 1, name.Length - open - 2));
        var arguments = names.Select(argument => Find(compilation, argument)).OfType<ITypeSymbol>().ToArray();
        if (arguments.Length != names.Count)
            return null;
        var definition = FindMetadata(compilation, name.Substring(0, open) + "`" + arguments.Length);
        return definition?.Arity == arguments.Length ? definition.Construct(arguments) : null;
    }

    /// <summary>Splits <c>A, B&lt;C, D&gt;</c> at the commas that stand outside brackets.</summary>
    public static List<string> SplitList(string list)
    {
        var parts = new List<string>();
        var depth = 0;
        var start = 0;
        for (var i = 0; i < list.Length; i++)
        {
            depth += list[i] switch { '<' or '[' or '(' => 1, '>' or ']' or ')' => -1, _ => 0 };
            if (list[i] != ',' || depth != 0)
                continue;
            parts.Add(list.Substring(start, i - start).Trim());
            start = i + 1;
        }

        if (list.Trim().Length > 0)
            parts.Add(list.Substring(start).Trim());
        return parts;
    }

    /// <summary>The full name of the type that was most likely meant, or null.</summary>
    public static string? Nearest(Compilation compilation, string name)
    {
        name = ClassName.Of(name);
        var known = KnownNames.GetValue(compilation, CollectNames);

        // The right type in another namespace is a likelier slip than a similar one in the same.
        var simple = name.Substring(name.LastIndexOf('.') + 1);
        var sameSimple = known.FindAll(full => full.EndsWith("." + simple, StringComparison.Ordinal));
        return sameSimple.Count == 1 ? sameSimple[0] : NearestName.Find(name, known);
    }

    private static INamedTypeSymbol? FindMetadata(Compilation compilation, string name)
    {
        // GetTypeByMetadataName wants + between a nested type and its container; try it from the right.
        for (var candidate = name; ;)
        {
            if (compilation.GetTypeByMetadataName(candidate) is { } type)
                return type;
            var dot = candidate.LastIndexOf('.');
            if (dot < 0)
                return null;
            candidate = candidate.Substring(0, dot) + "+" + candidate.Substring(dot + 1);
        }
    }

    private static List<string> CollectNames(Compilation compilation)
    {
        var names = new List<string>();
        Collect(compilation.Assembly.GlobalNamespace, names);
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols)
        {
            // Nobody means a framework type by a mistyped service.
            if (!assembly.Name.StartsWith("System", StringComparison.Ordinal) && !assembly.Name.StartsWith("Microsoft.", StringComparison.Ordinal) && assembly.Name is not ("mscorlib" or "netstandard"))
                Collect(assembly.GlobalNamespace, names);
        }

        return names;
    }

    private static void Collect(INamespaceOrTypeSymbol container, List<string> names)
    {
        foreach (var member in container.GetMembers())
        {
            if (member is INamespaceOrTypeSymbol inner && member.CanBeReferencedByName)
            {
                if (inner is INamedTypeSymbol { DeclaredAccessibility: not Accessibility.Private })
                    names.Add(inner.ToDisplayString());
                Collect(inner, names);
            }
        }
    }
}
