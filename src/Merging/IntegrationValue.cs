using System;
using System.Linq;
using System.Text.RegularExpressions;

namespace Declarative.Merging;

/// <summary>What an integration's e-mail address and URLs may be, whether a file or the configuration says it.</summary>
internal static class IntegrationValue
{
    /// <summary>The longest e-mail address that can be sent to (RFC 5321).</summary>
    public const int MaxEmailLength = 254;

    /// <summary>The longest URL.</summary>
    public const int MaxUrlLength = 1_000;

    // The originals' pattern, less what no address has: white space and a second @.
    private static readonly Regex Email = new(@"^[^@\s]+@[^@\s.]+\.[^@\s]+\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    /// <summary>How to mend an e-mail address; null if it can be one.</summary>
    public static string? EmailFault(string value) =>
        value.Length <= MaxEmailLength && !value.Any(char.IsControl) && Email.IsMatch(value) ? null : $"write name@host.domain, at most {MaxEmailLength} characters";

    /// <summary>How to mend a URL; null if it can be one.</summary>
    public static string? UrlFault(string value)
    {
        if (value.Length > MaxUrlLength)
            return $"write at most {MaxUrlLength} characters";
        if (value.Any(character => char.IsWhiteSpace(character) || char.IsControl(character) || character == '\\')
            || !Uri.TryCreate(value, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
            return "write an absolute URL with https:// or http://";
        if (url.UserInfo.Length > 0 || value.Substring(0, AuthorityEnd(value)).Contains('@'))
            return "leave out the user before the host; whoever is called there knows its caller by other means";
        return value.Contains('#') ? "leave out the part from # on, which is never sent" : null;
    }

    /// <summary>
    /// Whether what is sent to a sound URL can be read on its way: it is not encrypted, and goes to another machine. What
    /// stays on this one, as samples and tests do, is on no way.
    /// </summary>
    public static bool IsReadable(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme == "http" && !parsed.IsLoopback;

    private static int AuthorityEnd(string url)
    {
        var start = url.IndexOf("//", StringComparison.Ordinal);
        var end = start < 0 ? -1 : url.IndexOfAny(['/', '?', '#'], start + 2);
        return end < 0 ? url.Length : end;
    }
}
