using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace Declarative.Generator.Emitting;

/// <summary>Makes C# names from names that are none.</summary>
internal static class Identifiers
{
    /// <summary><c>sales.order.created</c> to <c>SalesOrderCreated</c>: words split at everything that is no letter or digit.</summary>
    public static string Pascal(string name)
    {
        var identifier = new StringBuilder(name.Length);
        var upper = true;
        foreach (var character in name)
        {
            if (!IsAsciiLetterOrDigit(character))
            {
                upper = true;
                continue;
            }

            if (identifier.Length == 0 && char.IsDigit(character))
                identifier.Append('_');
            identifier.Append(upper ? char.ToUpperInvariant(character) : character);
            upper = false;
        }

        return identifier.ToString();
    }

    /// <summary>
    /// A JSON name, or a text, as a member: <c>created_at</c> to <c>CreatedAt</c>. Words are split at everything that is no letter or digit
    /// of any language; what has none gets a name that is only its own.
    /// </summary>
    public static string Property(string name)
    {
        var identifier = new StringBuilder(name.Length + 1);
        var upper = true;
        foreach (var character in name)
        {
            if (!char.IsLetterOrDigit(character) || !SyntaxFacts.IsIdentifierPartCharacter(character))
            {
                upper = true;
                continue;
            }

            if (identifier.Length == 0 && !SyntaxFacts.IsIdentifierStartCharacter(character))
                identifier.Append('_');
            identifier.Append(upper ? char.ToUpperInvariant(character) : character);
            upper = false;
        }

        return identifier.Length > 0 ? identifier.ToString() : "_" + Fnv.ShortHash(name);
    }

    /// <summary>A namespace from MSBuild's <c>RootNamespace</c> or an assembly name, each part a valid identifier.</summary>
    public static string Namespace(string name)
    {
        var parts = name.Split('.').Select(part => Escape(Simple(part))).Where(part => part.Length > 0);
        return string.Join(".", parts);
    }

    /// <summary>An assembly name as one identifier; two assemblies never get the same one.</summary>
    public static string OfAssembly(string name)
    {
        var simple = Simple(name.Replace("_", "__").Replace('.', '_'));
        return simple == name.Replace("_", "__").Replace('.', '_') ? simple : simple + "_" + Fnv.ShortHash(name);
    }

    /// <summary>A full name, with <c>@</c> before each keyword in it.</summary>
    public static string Qualified(string name) => string.Join(".", name.Split('.').Select(Escape));

    /// <summary>The identifier, with <c>@</c> before a keyword.</summary>
    public static string Escape(string identifier) =>
        SyntaxFacts.GetKeywordKind(identifier) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(identifier) != SyntaxKind.None ? "@" + identifier : identifier;

    /// <summary>The name with <c>_</c> for what can't stand in an identifier, and before a digit that starts it.</summary>
    public static string Simple(string name)
    {
        var simple = new StringBuilder(name.Length + 1);
        foreach (var character in name)
        {
            if (simple.Length == 0 && !SyntaxFacts.IsIdentifierStartCharacter(character))
                simple.Append('_');
            if (SyntaxFacts.IsIdentifierPartCharacter(character))
                simple.Append(character);
            else if (simple.Length > 1 || simple.Length == 1 && simple[0] != '_')
                simple.Append('_');
        }

        return simple.ToString();
    }

    private static bool IsAsciiLetterOrDigit(char character) =>
        character is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9';
}
