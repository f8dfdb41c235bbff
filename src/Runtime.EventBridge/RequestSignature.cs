using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Auth;

namespace Declarative.EventBridge;

/// <summary>Signature version 4 of AWS, for a request whose path and query need no encoding. The canonical request is written here, the key derived by the SDK.</summary>
internal static class RequestSignature
{
    /// <summary>Gives the value of <c>Authorization</c>.</summary>
    /// <param name="request">The request; all its headers in <paramref name="headers"/>.</param>
    /// <param name="headers">Names in lower case and values of the headers to be signed; <c>host</c> and <c>x-amz-date</c> must be there.</param>
    /// <param name="body">What is sent.</param>
    /// <param name="credentials">Who signs.</param>
    /// <param name="region">The region.</param>
    /// <param name="service">The service, as AWS names it in signatures.</param>
    /// <param name="time">When; <c>x-amz-date</c> says the same.</param>
    public static string Of(HttpRequestMessage request, IReadOnlyDictionary<string, string> headers, byte[] body, ImmutableCredentials credentials, string region, string service, DateTimeOffset time)
    {
        var canonical = new StringBuilder()
            .Append(request.Method.Method).Append('\n')
            .Append(request.RequestUri!.AbsolutePath).Append('\n')
            .Append(request.RequestUri.Query.TrimStart('?')).Append('\n');
        var names = headers.Keys.Order(StringComparer.Ordinal).ToList();
        foreach (var name in names)
            canonical.Append(name).Append(':').Append(headers[name].Trim()).Append('\n');
        var signed = string.Join(';', names);
        canonical.Append('\n').Append(signed).Append('\n').Append(Convert.ToHexStringLower(SHA256.HashData(body)));
        return AWS4Signer.ComputeSignature(credentials, region, time.UtcDateTime, service, signed, canonical.ToString()).ForAuthorizationHeader;
    }

    /// <summary>The time as <c>x-amz-date</c> writes it.</summary>
    public static string Date(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
}
