using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Declarative.OAuth;

/// <summary>The parameters of an <c>Authorization: OAuth</c> header (RFC 5849, 3.5.1).</summary>
internal sealed class OAuthHeader
{
    public const string Scheme = "OAuth";
    public const string RealmName = "realm";
    public const string SignatureName = "oauth_signature";

    // So many are sent by nobody; a header is at most some 32 KiB by the server's own limit.
    private const int MaxParameters = 32;

    private readonly List<OAuthParameter> _parameters = new(8);

    /// <summary>All of them, decoded, in the order of the header.</summary>
    public IReadOnlyList<OAuthParameter> Parameters => _parameters;

    public string? ConsumerKey => Find("oauth_consumer_key");

    public string? Token => Find("oauth_token");

    public string? SignatureMethod => Find("oauth_signature_method");

    public string? Signature => Find(SignatureName);

    public string? Timestamp => Find("oauth_timestamp");

    public string? Nonce => Find("oauth_nonce");

    public string? Version => Find("oauth_version");

    public string? Verifier => Find("oauth_verifier");

    /// <summary>A parameter's value; null if it isn't there or is empty.</summary>
    public string? Find(string name)
    {
        foreach (var parameter in _parameters)
        {
            if (parameter.Name == name)
                return parameter.Value.Length == 0 ? null : parameter.Value;
        }

        return null;
    }

    /// <summary>Whether a header's value is of this scheme.</summary>
    public static bool IsOAuth([NotNullWhen(true)] string? authorization) =>
        authorization is not null && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && authorization.Length > Scheme.Length && authorization[Scheme.Length] is ' ' or '\t';

    /// <summary>Reads a header's value.</summary>
    /// <param name="authorization">The value, for which <see cref="IsOAuth"/> holds.</param>
    /// <param name="header">What was read.</param>
    /// <param name="problem">Why it can't be read, null if it can.</param>
    public static bool TryParse(string authorization, out OAuthHeader header, [NotNullWhen(false)] out string? problem)
    {
        header = new OAuthHeader();
        var rest = authorization.AsSpan(Scheme.Length);
        while (true)
        {
            rest = rest.TrimStart(" \t,");
            if (rest.IsEmpty)
            {
                problem = null;
                return true;
            }

            problem = header.ReadOne(ref rest);
            if (problem is not null)
                return false;
        }
    }

    /// <summary>Writes the header's value.</summary>
    public static string Write(IEnumerable<OAuthParameter> parameters)
    {
        var header = new StringBuilder(Scheme, 512);
        foreach (var (name, value) in parameters)
            header.Append(header.Length == Scheme.Length ? " " : ",").Append(Uri.EscapeDataString(name)).Append("=\"").Append(Uri.EscapeDataString(value)).Append('"');
        return header.ToString();
    }

    private string? ReadOne(ref ReadOnlySpan<char> rest)
    {
        var equals = rest.IndexOfAny('=', ',');
        if (equals <= 0 || rest[equals] != '=')
            return "The Authorization header can't be read: after OAuth it has pairs name=\"value\", separated by commas.";
        var name = OAuthParameter.Decode(rest[..equals].Trim());
        rest = rest[(equals + 1)..].TrimStart(" \t");
        var isQuoted = !rest.IsEmpty && rest[0] == '"';
        if (isQuoted)
            rest = rest[1..];
        var end = isQuoted ? rest.IndexOf('"') : rest.IndexOf(',');
        if (end < 0 && isQuoted)
            return "The Authorization header can't be read: a value has no closing quote.";
        var value = OAuthParameter.Decode(end < 0 ? rest.Trim() : isQuoted ? rest[..end] : rest[..end].Trim());
        rest = end < 0 ? [] : rest[(end + 1)..];
        if (_parameters.Count == MaxParameters)
            return $"The Authorization header has more than {MaxParameters} parameters.";
        foreach (var parameter in _parameters)
        {
            // RFC 5849, 3.2: a parameter must not be there twice. Which of the two counts would be anybody's guess.
            if (parameter.Name == name)
                return "The Authorization header has one of its parameters twice.";
        }

        _parameters.Add(new OAuthParameter(name, value));
        return null;
    }
}
