using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace Declarative.Commerce;

/// <summary>
/// The one store that this application talks to, and what belongs to it. URLs that come over the wire are compared part by part after
/// parsing, never by their beginnings as text: <c>https://shop.example.com.evil.example</c> begins like the store.
/// </summary>
internal sealed class RegisteredStore(IOptions<CommerceOptions> options)
{
    private const int MaxLength = 2048;

    // Not in the constructor: what is wrong with the address is reported by the check at start.
    private readonly Lazy<Uri> _baseUrl = new(() => new Uri(options.Value.BaseUrl!.TrimEnd('/') + "/"));

    /// <summary>Its address, with a slash at the end.</summary>
    public Uri BaseUrl => _baseUrl.Value;

    /// <summary>Whether a posted <c>store_base_url</c> is this store's, with or without the slash at the end.</summary>
    public bool Is(string text) => Parse(text.EndsWith('/') ? text : text + "/") is { } url && Holds(url) && url.PathAndQuery == BaseUrl.AbsolutePath && url.Fragment.Length == 0;

    /// <summary>Reads a URL that must lie within the store.</summary>
    public bool TryRead(string text, [NotNullWhen(true)] out Uri? url)
    {
        url = Parse(text);
        return url is not null && Holds(url);
    }

    /// <summary>Whether a URL lies within the store: the same scheme, host and port, and a path below the store's.</summary>
    public bool Holds(Uri url) =>
        url.Scheme == BaseUrl.Scheme
        && url.IdnHost.Equals(BaseUrl.IdnHost, StringComparison.OrdinalIgnoreCase)
        && url.Port == BaseUrl.Port
        && url.UserInfo.Length == 0
        && url.AbsolutePath.StartsWith(BaseUrl.AbsolutePath, StringComparison.Ordinal)

        // Browsers and servers take an encoded dot for one, so that %2e%2e would lead out again.
        && !url.AbsolutePath.Contains("%2e", StringComparison.OrdinalIgnoreCase);

    /// <summary>Browsers take a backslash for a slash and drop control characters; who sends such a URL means no good.</summary>
    private static Uri? Parse(string text) =>
        text.Length <= MaxLength && !text.AsSpan().ContainsAnyExceptInRange('!', '~') && !text.Contains('\\', StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out var url)
            ? url
            : null;
}
