using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Declarative.Merging;

namespace Declarative.Matching;

/// <summary>
/// The pattern of a <c>regex</c> rule. Whoever may make a subscription may write one, so none may hold up a worker: where
/// .NET can match it in linear time it does, else a time limit ends it.
/// </summary>
internal static class RulePattern
{
    /// <summary>One pattern on one value; what takes longer, twice in a row, is an error of the rule.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromMilliseconds(100);

    /// <summary>All patterns of one event together that can't be matched in linear time; later ones are not tried any more.</summary>
    public static TimeSpan EventLimit { get; } = TimeSpan.FromMilliseconds(500);

    public static bool TryMake(string text, [NotNullWhen(true)] out Regex? regex, out string problem)
    {
        regex = null;
        if (!RegexText.TryRead(text, out var pattern, out var options, out var unread))
        {
            problem = unread;
            return false;
        }

        try
        {
            regex = Make(pattern, options);
            problem = "";
            return true;
        }
        catch (ArgumentException exception)
        {
            problem = "the pattern is broken: " + exception.Message;
            return false;
        }
    }

    /// <summary>
    /// Whether the text matches. Where the limit runs out it is tried once more: the whole process may have paused, and only a pattern that is slow is so twice in a row.
    /// </summary>
    /// <exception cref="RegexMatchTimeoutException">The limit ran out twice.</exception>
    public static bool IsMatch(Regex pattern, ReadOnlySpan<char> text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return pattern.IsMatch(text);
        }
    }

    private static Regex Make(string pattern, RegexOptions options)
    {
        try
        {
            return new Regex(pattern, options | RegexOptions.NonBacktracking, Limit);
        }
        catch (NotSupportedException)
        {
            // Look-around, back references, or too large an automaton.
            return new Regex(pattern, options, Limit);
        }
    }
}
