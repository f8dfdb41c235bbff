using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Declarative.OAuth;

/// <summary>Keys, tokens, secrets and verifiers: 32 characters of a-z and 0-9, as the originals make them; 165 random bits.</summary>
internal static class OAuthSecret
{
    public const int Length = 32;

    /// <summary>Compares in a time that doesn't tell where they differ.</summary>
    public static bool AreEqual(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(one.AsSpan()), MemoryMarshal.AsBytes(other.AsSpan()));

    public static string New() => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", Length);
}
