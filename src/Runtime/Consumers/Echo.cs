using System.Security.Cryptography;
using System.Text;

namespace Declarative.Consumers;

/// <summary>By what the echo of a change is known.</summary>
/// <param name="Key">What was changed, with its group.</param>
/// <param name="Fingerprint">SHA-256 of the compared fields' values, in order; what they are called doesn't count, since the other direction may call them otherwise.</param>
internal sealed record Echo(string Key, byte[] Fingerprint)
{
    /// <param name="rule">How it is known.</param>
    /// <param name="ownGroup">The group of a rule that states none.</param>
    /// <param name="key">The value of the rule's key.</param>
    /// <param name="payload">The payload.</param>
    /// <exception cref="System.Text.Json.JsonException">The payload is no JSON.</exception>
    public static Echo Of(LoopRule rule, string ownGroup, string key, ReadOnlySpan<byte> payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in rule.Fingerprint)
        {
            // The length before each value, so that no two lists of values look the same; none is another thing than empty.
            var value = FieldText.Comparable(payload, path);
            var bytes = value is null ? [] : Encoding.UTF8.GetBytes(value);
            hash.AppendData(BitConverter.GetBytes(value is null ? -1 : bytes.Length));
            hash.AppendData(bytes);
        }

        return new Echo((rule.Group ?? ownGroup) + "\n" + key, hash.GetHashAndReset()) { Lifetime = rule.Lifetime };
    }

    /// <summary>How long it is expected.</summary>
    public TimeSpan Lifetime { get; init; }

    public bool IsOf(byte[] fingerprint) => Fingerprint.AsSpan().SequenceEqual(fingerprint);
}
