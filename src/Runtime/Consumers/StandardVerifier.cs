using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Declarative.Secrets;
using Microsoft.AspNetCore.Http;

namespace Declarative.Consumers;

/// <summary>
/// Standard Webhooks 1.0.0: <c>webhook-signature</c> lists signatures of <c>id.timestamp.body</c>, of which one must be right; the timestamp may be
/// five minutes old, or ahead, as in all libraries of the standard.
/// </summary>
internal sealed class StandardVerifier(ConfiguredKeys<SigningKey> keys, TimeProvider time) : SignatureVerifier
{
    private const long Tolerance = 5 * 60;

    // Base64 of 32 bytes.
    private const int SignatureLength = 44;

    public override bool IsReady => keys.Current.Length > 0;

    public override string? Refusal(IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        if (!TryGetSingle(headers, "webhook-id", out var id)
            || !TryGetSingle(headers, "webhook-timestamp", out var timestamp)
            || !TryGetSingle(headers, "webhook-signature", out var signatures))
            return "one of webhook-id, webhook-timestamp and webhook-signature is missing, or there twice";
        if (!IsCurrent(timestamp))
            return "its webhook-timestamp is more than five minutes off this machine's clock";

        // Hashed in one piece: that is less work than a hash object for each request.
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(id.Length) + timestamp.Length + 2 + body.Length);
        try
        {
            var length = Encoding.UTF8.GetBytes(id, rented);
            rented[length++] = (byte)'.';
            length += Encoding.UTF8.GetBytes(timestamp, rented.AsSpan(length));
            rented[length++] = (byte)'.';
            body.CopyTo(rented.AsSpan(length));
            return IsSigned(signatures, rented.AsSpan(0, length + body.Length)) ? null : "no configured secret gives its webhook-signature";
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Whether the time is near enough. Digits only: <c>123abc</c> and <c>+1</c> are no timestamps.</summary>
    private bool IsCurrent(string timestamp)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds >= now - Tolerance && seconds <= now + Tolerance;
    }

    private bool IsSigned(string signatures, ReadOnlySpan<byte> content)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> claimed = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var isSigned = false;
        foreach (var key in keys.Current)
        {
            key.HashStandard(content, expected);
            foreach (var range in signatures.AsSpan().Split(' '))
            {
                // Of another version, or cut: no signature of ours.
                var entry = signatures.AsSpan(range);
                if (entry.Length == 3 + SignatureLength && entry.StartsWith("v1,", StringComparison.Ordinal) && Convert.TryFromBase64Chars(entry[3..], claimed, out var length) && length == claimed.Length)
                    isSigned |= CryptographicOperations.FixedTimeEquals(claimed, expected);
            }
        }

        return isSigned;
    }
}
