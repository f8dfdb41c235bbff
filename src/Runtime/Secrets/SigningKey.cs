using System.Security.Cryptography;
using System.Text;

namespace Declarative.Secrets;

/// <summary>
/// The two keys of one token: <c>x-magento-signature</c> takes the token's characters as typed, in UTF-8;
/// <c>webhook-signature</c> takes the decoded bytes of a <c>whsec_</c> token, else the same characters.
/// </summary>
internal sealed class SigningKey
{
    private const string StandardPrefix = "whsec_";

    private readonly byte[] _typed;
    private readonly byte[] _standard;

    public SigningKey(string token)
    {
        _typed = Encoding.UTF8.GetBytes(token);
        _standard = Decode(token) ?? _typed;
    }

    /// <summary>Why a token can't be used; null if it can.</summary>
    public static string? ProblemOf(string? token) =>
        token is not null && token.StartsWith(StandardPrefix, StringComparison.Ordinal) && Decode(token) is null
            ? "A VerificationToken that begins with whsec_ must go on with the base64 form of at least one byte."
            : null;

    /// <summary>Lower-case hex HMAC-SHA256 of the body.</summary>
    public string SignMagento(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HashMagento(body, hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>What <see cref="SignMagento"/> gives, as 32 bytes.</summary>
    public void HashMagento(ReadOnlySpan<byte> body, Span<byte> hash) => HMACSHA256.HashData(_typed, body, hash);

    /// <summary><c>v1,</c> and the base64 HMAC-SHA256 of <c>id.timestamp.body</c> (Standard Webhooks 1.0.0).</summary>
    public string SignStandard(ReadOnlySpan<byte> signedContent)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HashStandard(signedContent, hash);
        return "v1," + Convert.ToBase64String(hash);
    }

    /// <summary>What <see cref="SignStandard"/> gives, as 32 bytes.</summary>
    public void HashStandard(ReadOnlySpan<byte> signedContent, Span<byte> hash) => HMACSHA256.HashData(_standard, signedContent, hash);

    private static byte[]? Decode(string token)
    {
        if (!token.StartsWith(StandardPrefix, StringComparison.Ordinal))
            return null;
        var encoded = token.AsSpan(StandardPrefix.Length);
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64Chars(encoded, bytes, out var length) && length > 0 ? bytes[..length] : null;
    }
}
