using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Declarative.Generator.Declarations;
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
        foreach (var attribute in context.Attributes)
        {
            // An attribute with a compile error of its own has no arguments here; the compiler reports it.
            if (attribute.ConstructorArguments.Length != 1 || attribute.ConstructorArguments[0].Value is not string name)
                continue;
            var resources = attribute.NamedArguments.FirstOrDefault(argument => argument.Key == "Resources").Value;
            var ids = resources is { Kind: TypedConstantKind.Array, IsNull: false }
                ? resources.Values.Select(value => value.Value as string).OfType<string>().Distinct(StringComparer.Ordinal).ToEquatableArray()
                : EquatableArray<string>.Empty;
            if (context.TargetSymbol.GetDocumentationCommentId() is not { } id)
                continue;
            var declaration = new AttributeDeclaration(name, id, DisplayOf(context.TargetSymbol), ids);
            var argumentSyntax = (attribute.ApplicationSyntaxReference?.GetSyntax(cancellationToken) as AttributeSyntax)?.ArgumentList?.Arguments.FirstOrDefault();
            var position = SourcePosition.Of(argumentSyntax?.GetLocation() ?? context.TargetNode.GetLocation());
            if (position is not null)
                placed.Add(new PlacedAttribute(declaration, position));
        }

        return placed.ToEquatableArray();
    }

    private static string DisplayOf(ISymbol symbol) =>
        symbol is IMethodSymbol method ? method.ContainingType.ToDisplayString() + "." + method.Name : symbol.ToDisplayString();
}

/// <summary>An attribute and the place of its first argument.</summary>
internal sealed record PlacedAttribute(AttributeDeclaration Declaration, SourcePosition Position);
