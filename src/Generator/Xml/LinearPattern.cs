using System;
using System.Text.RegularExpressions;

namespace Declarative.Generator.Xml;

/// <summary>
/// Tells whether .NET can match a regular expression in linear time (<c>RegexOptions.NonBacktracking</c>), which a compiler's process
/// can't ask: what comes from outside must not be able to hold up a receiver.
/// </summary>
internal static class LinearPattern
{
    /// <summary>What speaks against the pattern; null if nothing does.</summary>
    public static string? Fault(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException exception)
        {
            return "it is no regular expression: " + exception.Message;
        }

        var depthOfClass = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            var next = i + 1 < pattern.Length ? pattern[i + 1] : '\0';
            switch (pattern[i])
            {
                case '\\':
                    if (depthOfClass == 0 && next is >= '1' and <= '9' or 'k')
                        return "a back-reference can't be matched in linear time";
                    if (depthOfClass == 0 && next == 'G')
                        return "\\G can't be matched in linear time";
                    i++;
                    break;
                case '[' when depthOfClass == 0 || pattern[i - 1] == '-':
                    // A ']' that comes first stands for itself.
                    depthOfClass++;
                    if (next == '^')
                        i++;
                    if (i + 1 < pattern.Length && pattern[i + 1] == ']')
                        i++;
                    break;
                case ']' when depthOfClass > 0:
                    depthOfClass--;
                    break;
                case '(' when depthOfClass == 0 && next == '?':
                    if (Group(pattern, i + 2) is { } why)
                        return why;
                    break;
            }
        }

        return null;
    }

    /// <summary>What speaks against the group whose kind stands at the index.</summary>
    private static string? Group(string pattern, int index)
    {
        var kind = index < pattern.Length ? pattern[index] : '\0';
        var next = index + 1 < pattern.Length ? pattern[index + 1] : '\0';
        if (kind is '=' or '!' || kind == '<' && next is '=' or '!')
            return "looking ahead or back can't be done in linear time";
        if (kind == '>')
            return "an atomic group can't be matched in linear time";
        if (kind == '(')
            return "a condition can't be matched in linear time";
        var end = kind switch { '<' => pattern.IndexOf('>', index), '\'' => pattern.IndexOf('\'', index + 1), _ => -1 };
        return end > 0 && pattern.IndexOf('-', index, end - index) >= 0 ? "a balancing group can't be matched in linear time" : null;
    }
}
