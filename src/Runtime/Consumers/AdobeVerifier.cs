using System.Security.Cryptography;
using System.Text.Json;
using Declarative.Json;
using Microsoft.AspNetCore.Http;

namespace Declarative.Consumers;

/// <summary>
/// Adobe I/O Events: one or two RSA signatures of the body, each with the path of its public key, and in the event the client that it is meant for.
/// The keys stand in the configuration; they are never fetched from where a request says. All customers' events are signed alike, so the
/// client's id is what keeps theirs out. It must stand in the body, which the signature covers; in CloudEvents' binary mode it doesn't.
/// </summary>
internal sealed class AdobeVerifier(ConfiguredKeys<AdobeKey> keys, ConfiguredKeys<string> clients) : SignatureVerifier
{
    public override bool IsReady => keys.Current.Length > 0 && clients.Current.Length > 0;

    // A signature of 8,192 bits.
    private const int MaxSignature = 1024;

    private static readonly (string Signature, string Key)[] Headers =
        [("x-adobe-digital-signature-1", "x-adobe-public-key1-path"), ("x-adobe-digital-signature-2", "x-adobe-public-key2-path")];

    public override string? Refusal(IHeaderDictionary headers, ReadOnlySpan<byte> body) =>
        !IsSigned(headers, body) ? "none of its signatures is of a configured key"
            : !IsForUs(body) ? "its recipient_client_id is missing, or not the configured client"
            : null;

    private bool IsSigned(IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        Span<byte> signature = stackalloc byte[MaxSignature];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        foreach (var (name, path) in Headers)
        {
            if (TryGetSingle(headers, name, out var text) && Convert.TryFromBase64String(text, signature, out var length)
                && IsSigned(signature[..length], hash, TryGetSingle(headers, path, out var keyPath) ? keyPath : ""))
                return true;
        }

        return false;
    }

    /// <summary>By the key with the name of the path's file if there is one, else by any.</summary>
    private bool IsSigned(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> hash, string path)
    {
        var file = path.AsSpan(path.LastIndexOf('/') + 1);
        var known = keys.Current;
        foreach (var key in known)
        {
            if (file.Equals(key.Name, StringComparison.OrdinalIgnoreCase))
                return key.IsSignature(signature, hash);
        }

        foreach (var key in known)
        {
            if (key.IsSignature(signature, hash))
                return true;
        }

        return false;
    }

    /// <summary>Whether each event is meant for our client.</summary>
    private bool IsForUs(ReadOnlySpan<byte> body)
    {
        try
        {
            var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = WireJson.MaxDepth });
            json.Read();
            return json.TokenType == JsonTokenType.StartArray ? AreForUs(ref json) : IsForUs(ref json);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private bool AreForUs(ref Utf8JsonReader json)
    {
        var count = 0;
        for (; json.Read() && json.TokenType != JsonTokenType.EndArray; count++)
        {
            if (!IsForUs(ref json))
                return false;
        }

        return count > 0;
    }

    /// <summary>Whether the value at hand is meant for our client, by its own fields only. Stated twice, it must be ours twice.</summary>
    private bool IsForUs(ref Utf8JsonReader json)
    {
        var (isStated, isOurs) = (false, true);
        if (json.TokenType != JsonTokenType.StartObject)
            return false;
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            var name = PayloadMember.Text(ref json);
            var isClient = name.SequenceEqual("recipient_client_id"u8) || name.SequenceEqual("recipientclientid"u8);
            json.Read();
            if (isClient)
            {
                isStated = true;
                isOurs &= json.TokenType == JsonTokenType.String && PayloadMember.TryGetString(ref json, out var client) && clients.Current.Contains(client, StringComparer.Ordinal);
            }

            json.Skip();
        }

        return isStated && isOurs;
    }
}
