using Declarative.Merging;

namespace Declarative.Generator.Declarations;

/// <summary>What the class of a payload is called that is declared by fields.</summary>
internal static class PayloadName
{
    /// <summary>The name without a namespace, from the full name of the class that handles it.</summary>
    public static string Of(string handler)
    {
        var name = ClassName.Of(handler);
        return name.Substring(name.LastIndexOf('.') + 1) + "Payload";
    }
}
