using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using Declarative.Generator.Binding;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Attributes;

/// <summary>The arguments of an attribute as text, each with its place.</summary>
internal sealed class AttributeArguments
{
    private readonly AttributeData _data;
    private readonly AttributeSyntax _syntax;

    private AttributeArguments(AttributeData data, AttributeSyntax syntax)
    {
        _data = data;
        _syntax = syntax;
        Position = SourcePosition.Of(syntax.Name.GetLocation())!;
    }

    /// <summary>Where the attribute's name stands.</summary>
    public SourcePosition Position { get; }

    /// <summary>
    /// The arguments; null if one of them is unknown to this compilation. That is told here, since the compiler is silent where the value is a constant that
    /// a generator makes: nothing that was stated may be passed over in silence.
    /// </summary>
    public static AttributeArguments? Of(AttributeData data, List<DiagnosticInfo> diagnostics, CancellationToken cancellationToken)
    {
        if (data.ApplicationSyntaxReference?.GetSyntax(cancellationToken) is not AttributeSyntax syntax)
            return null;
        var arguments = new AttributeArguments(data, syntax);
        if (data.AttributeConstructor is not null && data.ConstructorArguments.Length == data.AttributeConstructor.Parameters.Length && !data.ConstructorArguments.Concat(data.NamedArguments.Select(one => one.Value)).Any(IsUnknown))
            return arguments;
        var argument = syntax.ArgumentList?.Arguments.Select(one => one.Expression).FirstOrDefault(one => one is not LiteralExpressionSyntax and not TypeOfExpressionSyntax);
        diagnostics.Add(DiagnosticInfo.Create(Descriptors.UnreadableArgument, SourcePosition.Of(argument?.GetLocation()) ?? arguments.Position, syntax.Name.ToString()));
        return null;
    }

    /// <summary>The constructor's argument as an attribute of the element.</summary>
    public XmlAttribute At(int index, string name) => Attribute(name, _data.ConstructorArguments[index], Expression(index));

    /// <summary>The named argument as an attribute of the element; null if it isn't given.</summary>
    public XmlAttribute? Named(string property, string name)
    {
        foreach (var argument in _data.NamedArguments)
        {
            if (argument.Key == property && !argument.Value.IsNull)
                return Attribute(name, argument.Value, Expression(property));
        }

        return null;
    }

    /// <summary>The texts of the constructor's last argument, an array that may be written out.</summary>
    public IEnumerable<Positioned> Rest(int index)
    {
        var values = _data.ConstructorArguments[index];
        if (values.IsNull)
            return [];
        var positional = _syntax.ArgumentList!.Arguments.Where(one => one.NameEquals is null).ToList();
        var places = positional.Count == index + 1 && Elements(positional[index].Expression) is { } elements ? elements
            : positional.Count >= index + values.Values.Length ? positional.Skip(index).Select(one => one.Expression).ToList()
            : [];
        return Texts(values, places);
    }

    /// <summary>The texts of a named argument that is an array.</summary>
    public IEnumerable<Positioned> Many(string property) =>
        _data.Named(property) is { Kind: TypedConstantKind.Array, IsNull: false } values ? Texts(values, Expression(property) is { } expression ? Elements(expression) ?? [] : []) : [];

    private IEnumerable<Positioned> Texts(TypedConstant array, IReadOnlyList<ExpressionSyntax> places)
    {
        for (var i = 0; i < array.Values.Length; i++)
        {
            var value = Text(array.Values[i]);
            yield return new Positioned(value, places.Count == array.Values.Length ? Place(places[i], value) : Position);
        }
    }

    private XmlAttribute Attribute(string name, TypedConstant value, ExpressionSyntax? expression)
    {
        var text = Text(value);
        var place = expression is null ? Position : Place(expression, text);
        return new XmlAttribute(name, text, place, place);
    }

    private ExpressionSyntax? Expression(int index)
    {
        var name = _data.AttributeConstructor!.Parameters[index].Name;
        var arguments = _syntax.ArgumentList?.Arguments.Where(one => one.NameEquals is null).ToList() ?? [];
        return (arguments.Find(one => one.NameColon?.Name.Identifier.ValueText == name) ?? (index < arguments.Count && arguments[index].NameColon is null ? arguments[index] : null))?.Expression;
    }

    private ExpressionSyntax? Expression(string property) =>
        _syntax.ArgumentList?.Arguments.FirstOrDefault(one => one.NameEquals?.Name.Identifier.ValueText == property)?.Expression;

    private static IReadOnlyList<ExpressionSyntax>? Elements(ExpressionSyntax expression) => expression switch
    {
        ImplicitArrayCreationExpressionSyntax array => array.Initializer.Expressions,
        ArrayCreationExpressionSyntax { Initializer: { } initializer } => initializer.Expressions,
        CollectionExpressionSyntax collection => collection.Elements.OfType<ExpressionElementSyntax>().Select(one => one.Expression).ToList(),
        _ => null,
    };

    private static string Text(TypedConstant value) => value.Value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        ITypeSymbol type => type.ToDisplayString(Symbols.Plain),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        var text => text.ToString() ?? "",
    };

    private static bool IsUnknown(TypedConstant value) =>
        value.Kind == TypedConstantKind.Error || (value.Kind == TypedConstantKind.Array && !value.IsNull && value.Values.Any(IsUnknown));

    /// <summary>Within the quotes, so that a part of the text has a place of its own.</summary>
    private static SourcePosition Place(ExpressionSyntax expression, string value)
    {
        var whole = SourcePosition.Of(expression.GetLocation())!;
        return expression.IsKind(SyntaxKind.StringLiteralExpression) && whole.Span.Length == value.Length + 2
            ? whole.Part(1, value.Length, whole.Span.Length)
            : expression is TypeOfExpressionSyntax type ? SourcePosition.Of(type.Type.GetLocation())! : whole;
    }
}
