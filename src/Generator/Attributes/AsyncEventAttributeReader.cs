using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Declarative.Generator.Binding;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Declarative.Generator.Attributes;

/// <summary>Reads <c>[AsyncEvent]</c> into declarations.</summary>
internal static class AsyncEventAttributeReader
{
    public const string MetadataName = "Declarative.AsyncEventAttribute";

    public static bool IsTarget(SyntaxNode node, CancellationToken cancellationToken) =>
        node is MethodDeclarationSyntax or TypeDeclarationSyntax;

    public static EquatableArray<PlacedAttribute> Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        var placed = new List<PlacedAttribute>();
        if (context.TargetSymbol.GetDocumentationCommentId() is not { } id)
            return EquatableArray<PlacedAttribute>.Empty;
        foreach (var attribute in context.Attributes)
        {
            var faults = new List<DiagnosticInfo>();
            if (AttributeArguments.Of(attribute, faults, cancellationToken) is not { } arguments)
            {
                placed.AddRange(faults.Select(fault => new PlacedAttribute(null, fault.Position!, fault)));
                continue;
            }

            var name = arguments.At(0, "name");
            var resources = attribute.Named("Resources").Texts().Distinct(StringComparer.Ordinal).ToEquatableArray();
            placed.Add(new PlacedAttribute(new AttributeDeclaration(name.Value, id, DisplayOf(context.TargetSymbol), resources), name.ValuePosition, null));
        }

        return placed.ToEquatableArray();
    }

    private static string DisplayOf(ISymbol symbol) =>
        symbol is IMethodSymbol method ? method.ContainingType.ToDisplayString() + "." + method.Name : symbol.ToDisplayString();
}

/// <summary>An attribute and the place of its first argument, or what is wrong with how it is written.</summary>
internal sealed record PlacedAttribute(AttributeDeclaration? Declaration, SourcePosition Position, DiagnosticInfo? Fault);
