using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Declarative.Tests.Api;

/// <summary>The public API of an assembly as text: types and members in the order of their names, each as C# writes it, one a line.</summary>
internal static class PublicApi
{
    private static readonly SymbolDisplayFormat Format = new(
        SymbolDisplayGlobalNamespaceStyle.Omitted,
        SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeAccessibility | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeConstantValue | SymbolDisplayMemberOptions.IncludeRef,
        SymbolDisplayDelegateStyle.NameAndSignature,
        SymbolDisplayExtensionMethodStyle.StaticMethod,
        SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeExtensionThis,
        SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        SymbolDisplayLocalOptions.None,
        SymbolDisplayKindOptions.IncludeTypeKeyword,
        SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    private static readonly SymbolDisplayFormat Bases = Format.WithKindOptions(SymbolDisplayKindOptions.None);

    public static string Of(string path)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(static file => MetadataReference.CreateFromFile(file)).ToList();
        var own = references.Single(reference => reference.FilePath == path);
        var assembly = (IAssemblySymbol)CSharpCompilation.Create("Api", references: references).GetAssemblyOrModuleSymbol(own)!;
        return string.Concat(Types(assembly.GlobalNamespace).OrderBy(static type => type.ToDisplayString(), StringComparer.Ordinal).Select(Text));
    }

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container) => container.GetMembers().OfType<INamespaceOrTypeSymbol>().SelectMany(static member => member switch
    {
        INamedTypeSymbol type => IsVisible(type) ? Types(type).Prepend(type) : [],
        _ => Types(member),
    });

    private static string Text(INamedTypeSymbol type)
    {
        var bases = (type.BaseType is { SpecialType: SpecialType.None } parent && type.TypeKind == TypeKind.Class ? [parent] : Array.Empty<INamedTypeSymbol>()).Concat(type.Interfaces.Where(IsVisible)).Select(static one => one.ToDisplayString(Bases)).ToList();
        var modifiers = type switch
        {
            { IsStatic: true } => "static ",
            { TypeKind: TypeKind.Class, IsSealed: true } => "sealed ",
            { TypeKind: TypeKind.Class, IsAbstract: true } => "abstract ",
            _ => "",
        };
        var head = $"{modifiers}{type.ToDisplayString(Format)}{(bases.Count > 0 ? " : " + string.Join(", ", bases) : "")}\n";
        return head + string.Concat(type.GetMembers().Where(IsMember).Select(static member => $"    {member.ToDisplayString(Format)}\n").Order(StringComparer.Ordinal));
    }

    /// <summary>What the compiler writes into records is left out, and so are accessors, which stand at their property.</summary>
    private static bool IsMember(ISymbol member) => IsVisible(member) && member is not (INamedTypeSymbol or IMethodSymbol { MethodKind: MethodKind.PropertyGet or MethodKind.PropertySet or MethodKind.EventAdd or MethodKind.EventRemove })
        && !(member.ContainingType.IsRecord && member.GetAttributes().Any(static one => one.AttributeClass?.Name == "CompilerGeneratedAttribute") && member is IMethodSymbol or IPropertySymbol { Name: "EqualityContract" });

    private static bool IsVisible(ISymbol symbol) => symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;
}
