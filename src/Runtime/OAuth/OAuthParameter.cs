namespace Declarative.OAuth;

/// <summary>One parameter that a signature covers, decoded.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value, maybe empty.</param>
internal readonly record struct OAuthParameter(string Name, string Value)
{
    /// <summary>Reads <c>name=value&amp;…</c>, a query or a form; a name without a value has the empty one.</summary>
    /// <param name="text">The text, without a leading question mark.</param>
    /// <param name="plusIsSpace">Whether a plus is a space, as in forms (RFC 5849, 3.4.1.3.1), or stands for itself, as clients have it that only percent-encode.</param>
    /// <param name="into">What is read is added here.</param>
    public static void Read(ReadOnlySpan<char> text, bool plusIsSpace, List<OAuthParameter> into)
    {
        foreach (var range in text.Split('&'))
        {
            var pair = text[range];
            if (pair.IsEmpty)
                continue;
            var equals = pair.IndexOf('=');
            into.Add(equals < 0
                ? new OAuthParameter(Decode(pair, plusIsSpace), "")
                : new OAuthParameter(Decode(pair[..equals], plusIsSpace), Decode(pair[(equals + 1)..], plusIsSpace)));
        }
    }

    /// <summary>Percent-decodes; what is no valid escape stays as it is.</summary>
    public static string Decode(ReadOnlySpan<char> text, bool plusIsSpace = false)
    {
        if (text.IndexOfAny('%', '+') < 0)
            return text.ToString();
        return plusIsSpace && text.Contains('+')
            ? Uri.UnescapeDataString(text.ToString().Replace('+', ' '))
            : Uri.UnescapeDataString(text);
    }
}
