using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Merging;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>Names of arguments and of what is in them, as requests write them: case and underscores don't count.</summary>
internal static class PropertyPath
{
    // Deeper than any body that people write; a type may hold itself.
    private const int MaxDepth = 8;

    /// <summary>Whether the object has a property of the name, itself or at any depth, but not in lists.</summary>
    public static bool HasAnywhere(ITypeSymbol type, string name) => HasAnywhere(type, name, new HashSet<ITypeSymbol>(SymbolEqualityComparer.Default), 0);

    /// <summary>
    /// Follows the names from the type on. Gives the first name that is no property, with the type that should have it;
    /// null if all are there.
    /// </summary>
    public static (string Name, ITypeSymbol Type)? FirstMissing(ITypeSymbol type, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (IsOpen(type))
                return null;
            if (Properties(type).FirstOrDefault(property => IsNamed(property, name)) is not { } found)
                return (name, QueryTypes.Unwrapped(type));
            type = found.Type;
        }

        return null;
    }

    /// <summary>The property of the type that was most likely meant.</summary>
    public static string? Nearest(ITypeSymbol type, string name) => NearestName.Find(name, Properties(type).Select(property => property.Name));

    private static bool HasAnywhere(ITypeSymbol type, string name, HashSet<ITypeSymbol> seen, int depth)
    {
        type = QueryTypes.Unwrapped(type);
        if (depth > MaxDepth || !seen.Add(type))
            return false;
        return CarriedTypes.IsAnyJson(type) || Properties(type).Any(property => IsNamed(property, name) || HasAnywhere(property.Type, name, seen, depth + 1));
    }

    /// <summary>What JSON may fill: public, no list's and no plain value's.</summary>
    private static IEnumerable<IPropertySymbol> Properties(ITypeSymbol type)
    {
        type = QueryTypes.Unwrapped(type);
        if (QueryTypes.IsPlain(type) || QueryTypes.ElementOf(type) is not null)
            yield break;
        for (var one = type; one is not null && one.SpecialType != SpecialType.System_Object; one = one.BaseType)
        {
            foreach (var property in one.GetMembers().OfType<IPropertySymbol>())
            {
                if (property is { IsStatic: false, IsIndexer: false, DeclaredAccessibility: Accessibility.Public })
                    yield return property;
            }
        }

        foreach (var property in type.TypeKind == TypeKind.Interface ? type.AllInterfaces.SelectMany(contract => contract.GetMembers()).OfType<IPropertySymbol>() : [])
            yield return property;
    }

    private static bool IsNamed(IPropertySymbol property, string name) =>
        WireName.AreAlike(property.Name.AsSpan(), name.AsSpan())
        || property.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "JsonPropertyNameAttribute" && attribute.Argument<string>(0) == name);

    /// <summary>Whether anything may be in it: JSON of any shape, or a dictionary.</summary>
    private static bool IsOpen(ITypeSymbol type)
    {
        type = QueryTypes.Unwrapped(type);
        return CarriedTypes.IsAnyJson(type) || QueryTypes.ElementOf(type) is INamedTypeSymbol { Name: "KeyValuePair" };
    }
}
