using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Declarative.OAuth;

/// <summary>
/// Signatures by the key that two secrets make: HMAC (RFC 5849, 3.4.2) over SHA-256 as the originals want it, or SHA-1 as the RFC has it.
/// </summary>
/// <param name="consumerSecret">The consumer's secret.</param>
/// <param name="tokenSecret">The token's secret; empty where there is no token yet.</param>
internal sealed class OAuthSignature(string consumerSecret, string tokenSecret)
{
    public const string HmacSha256 = "HMAC-SHA256";

    public const string HmacSha1 = "HMAC-SHA1";

    private readonly byte[] _key = Encoding.ASCII.GetBytes($"{Uri.EscapeDataString(consumerSecret)}&{Uri.EscapeDataString(tokenSecret)}");

    // Setting the hash up takes as long as hashing; so the last one is used again, by one caller at a time.
    private HMACSHA256? _idle;

    /// <summary>The signature in base64.</summary>
    public string Sign(ReadOnlySpan<byte> signatureBase, string method)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return Convert.ToBase64String(mac[..Mac(signatureBase, method, mac)]);
    }

    /// <summary>Whether the signature is right. It takes the same time wherever it differs.</summary>
    public bool IsRight(ReadOnlySpan<byte> given, ReadOnlySpan<byte> signatureBase, string method)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return CryptographicOperations.FixedTimeEquals(given, mac[..Mac(signatureBase, method, mac)]);
    }

    // RFC 5849 defines HMAC-SHA1; whether it is accepted is an option that is off by default.
    [SuppressMessage("Security", "CA5350", Justification = "HMAC-SHA1 is what RFC 5849 names; hosts switch it on for old clients.")]
    private int Mac(ReadOnlySpan<byte> signatureBase, string method, Span<byte> mac)
    {
        if (method == HmacSha1)
            return HMACSHA1.HashData(_key, signatureBase, mac);
        var hash = Interlocked.Exchange(ref _idle, null) ?? new HMACSHA256(_key);
        hash.TryComputeHash(signatureBase, mac, out var length);
        Interlocked.Exchange(ref _idle, hash)?.Dispose();
        return length;
    }
}
