using System.Buffers;
using System.Security.Cryptography;
using Declarative.Secrets;
using Microsoft.AspNetCore.Http;

namespace Declarative.Consumers;

/// <summary>The originals' signature: one header with the body's HMAC-SHA256 in hex, of either case. It does not end, so a request can be sent again by whoever saw it.</summary>
internal sealed class MagentoVerifier(string header, ConfiguredKeys<SigningKey> keys) : SignatureVerifier
{
    public override bool IsReady => keys.Current.Length > 0;

    public override string? Refusal(IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        Span<byte> claimed = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (!TryGetSingle(headers, header, out var text) || text.Length != 2 * claimed.Length || Convert.FromHexString(text, claimed, out _, out _) != OperationStatus.Done)
            return "its signature is missing, there twice, or no 64 hexadecimal digits";
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var isSigned = false;
        foreach (var key in keys.Current)
        {
            key.HashMagento(body, expected);
            isSigned |= CryptographicOperations.FixedTimeEquals(claimed, expected);
        }

        return isSigned ? null : "no configured secret gives its signature";
    }
}
