using System.Buffers;
using System.Text;

namespace Declarative.OAuth;

/// <summary>
/// What an OAuth 1.0a signature is made of (RFC 5849, 3.4.1): the method, the address without query and default port, and all
/// parameters but the signature itself and the realm, encoded and sorted.
/// </summary>
internal static class SignatureBase
{
    /// <summary>The text that is signed, in ASCII.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="address">From <see cref="Address"/>.</param>
    /// <param name="parameters">All parameters, decoded; each as often as it was sent.</param>
    /// <param name="order">How encoded names are sorted; equal ones go by their encoded value.</param>
    public static ReadOnlySpan<byte> Of(string method, string address, IReadOnlyList<OAuthParameter> parameters, IComparer<string> order)
    {
        var encoded = new List<(string Name, string Value)>(parameters.Count);
        foreach (var (name, value) in parameters)
        {
            if (name is not (OAuthHeader.SignatureName or OAuthHeader.RealmName))
                encoded.Add((Uri.EscapeDataString(name), Uri.EscapeDataString(value)));
        }

        encoded.Sort((one, other) => order.Compare(one.Name, other.Name) is not 0 and var byName ? byName : string.CompareOrdinal(one.Value, other.Value));
        var text = new ArrayBufferWriter<byte>(512);
        Write(text, method.ToUpperInvariant());
        text.Write("&"u8);
        Write(text, Uri.EscapeDataString(address));
        for (var i = 0; i < encoded.Count; i++)
        {
            text.Write(i == 0 ? "&"u8 : "%26"u8);
            WriteAgain(text, encoded[i].Name);
            text.Write("%3D"u8);
            WriteAgain(text, encoded[i].Value);
        }

        return text.WrittenSpan;
    }

    /// <summary>The address in the form that is signed: scheme and host in lower case, no default port (RFC 5849, 3.4.1.2).</summary>
    /// <param name="scheme">http or https.</param>
    /// <param name="host">The host, with a port if it is given.</param>
    /// <param name="path">The path as sent, still encoded.</param>
    public static string Address(string scheme, string host, string path)
    {
        scheme = scheme.ToLowerInvariant();
        host = host.ToLowerInvariant();
        var standard = scheme == "https" ? ":443" : ":80";
        if (host.EndsWith(standard, StringComparison.Ordinal))
            host = host[..^standard.Length];
        return $"{scheme}://{host}{(path.Length == 0 ? "/" : path)}";
    }

    /// <summary>What is encoded is encoded once more; of its characters only the percent sign changes by that.</summary>
    private static void WriteAgain(ArrayBufferWriter<byte> text, ReadOnlySpan<char> encoded)
    {
        for (var percent = encoded.IndexOf('%'); percent >= 0; percent = encoded.IndexOf('%'))
        {
            Write(text, encoded[..percent]);
            text.Write("%25"u8);
            encoded = encoded[(percent + 1)..];
        }

        Write(text, encoded);
    }

    private static void Write(ArrayBufferWriter<byte> text, ReadOnlySpan<char> ascii) => text.Advance(Encoding.ASCII.GetBytes(ascii, text.GetSpan(ascii.Length)));
}
