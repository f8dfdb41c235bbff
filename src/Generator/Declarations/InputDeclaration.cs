using Declarative.Merging;

namespace Declarative.Generator.Declarations;

/// <summary>An <c>input</c> of an event's handler: a value of the configuration. No position: what is wrong with it was reported, and left out.</summary>
/// <param name="Property">The C# property's name, without <c>@</c>.</param>
/// <param name="Key">The key of the configuration.</param>
/// <param name="Kind">What it is: a scalar.</param>
internal sealed record InputDeclaration(string Property, string Key, FieldKind Kind)
{
    public bool IsRequired { get; init; }

    /// <summary>What counts where the configuration states nothing; null for nothing.</summary>
    public string? Default { get; init; }
}

/// <summary>What the class of a handler's inputs is called.</summary>
internal static class InputsName
{
    /// <summary>The name without a namespace, from the full name of the handler.</summary>
    public static string Of(string handler)
    {
        var name = ClassName.Of(handler);
        return name.Substring(name.LastIndexOf('.') + 1) + "Inputs";
    }
}
