using System.Globalization;
using System.Text;

namespace Declarative.Merging;

/// <summary>C# names as JSON has them: exactly System.Text.Json's <c>SnakeCaseLower</c>, which a compiler's process doesn't have.</summary>
internal static class SnakeCase
{
    private enum After
    {
        Nothing,
        UpperCase,
        LowerCaseOrDigit,
        Space,
    }

    /// <summary><c>XMLReader</c> to <c>xml_reader</c>, <c>Sha512Hash</c> to <c>sha512_hash</c>.</summary>
    public static string Of(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        var after = After.Nothing;
        for (var i = 0; i < name.Length; i++)
        {
            switch (char.GetUnicodeCategory(name[i]))
            {
                case UnicodeCategory.UppercaseLetter:
                    // The last of several upper-case letters begins a word if a lower-case one follows.
                    if (after is After.LowerCaseOrDigit or After.Space || after == After.UpperCase && i + 1 < name.Length && char.IsLower(name[i + 1]))
                        text.Append('_');
                    text.Append(char.ToLowerInvariant(name[i]));
                    after = After.UpperCase;
                    break;
                case UnicodeCategory.LowercaseLetter or UnicodeCategory.DecimalDigitNumber:
                    if (after == After.Space)
                        text.Append('_');
                    text.Append(name[i]);
                    after = After.LowerCaseOrDigit;
                    break;
                case UnicodeCategory.SpaceSeparator:
                    if (after != After.Nothing)
                        after = After.Space;
                    break;
                default:
                    text.Append(name[i]);
                    after = After.Nothing;
                    break;
            }
        }

        return text.ToString();
    }
}
