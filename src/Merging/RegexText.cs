using System;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Declarative.Merging;

/// <summary>A regular expression as PHP writes it: delimiters and flags around the pattern, <c>/^TV .*/i</c>.</summary>
internal static class RegexText
{
    private const string Opening = "([{<";
    private const string Closing = ")]}>";

    /// <summary>Takes delimiters and flags off. The pattern itself is not compiled here.</summary>
    public static bool TryRead(string text, out string pattern, out RegexOptions options, [NotNullWhen(false)] out string? problem)
    {
        pattern = "";
        options = RegexOptions.CultureInvariant;
        var start = text.TrimStart();
        if (start.Length < 2 || char.IsLetterOrDigit(start[0]) || start[0] == '\\')
        {
            problem = "A regular expression stands between delimiters, for example /^TV .*/i.";
            return false;
        }

        var bracket = Opening.IndexOf(start[0]);
        var close = start.LastIndexOf(bracket < 0 ? start[0] : Closing[bracket]);
        if (close < 1)
        {
            problem = $"The regular expression's closing delimiter '{(bracket < 0 ? start[0] : Closing[bracket])}' is missing.";
            return false;
        }

        foreach (var flag in start.Substring(close + 1).TrimEnd('\n', '\r', ' '))
        {
            switch (flag)
            {
                case 'i':
                    options |= RegexOptions.IgnoreCase;
                    break;
                case 'm':
                    options |= RegexOptions.Multiline;
                    break;
                case 's':
                    options |= RegexOptions.Singleline;
                    break;
                case 'x':
                    options |= RegexOptions.IgnorePatternWhitespace;
                    break;
                case 'u':
                    break;
                default:
                    problem = $"The flag '{flag}' of the regular expression is not known; i, m, s, x and u are.";
                    return false;
            }
        }

        pattern = start.Substring(1, close - 1);
        problem = null;
        return true;
    }
}
