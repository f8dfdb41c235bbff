using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Declarative.Acl;

/// <summary>
/// A token's 32 characters, to be looked up by. The store knows its hash only. In memory it stands as it is: a hash for each
/// request would cost more than all the rest of knowing the caller, and the process is shown the token each time anyway.
/// </summary>
internal readonly record struct AccessToken
{
    private const int Length = 32;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    private readonly UInt128 _first;
    private readonly UInt128 _second;

    private AccessToken(ReadOnlySpan<byte> ascii) =>
        (_first, _second) = (MemoryMarshal.Read<UInt128>(ascii), MemoryMarshal.Read<UInt128>(ascii[(Length / 2)..]));

    /// <summary>A new token: 165 random bits.</summary>
    public static AccessToken New()
    {
        Span<byte> ascii = stackalloc byte[Length];
        Encoding.ASCII.GetBytes(RandomNumberGenerator.GetString(Alphabet, Length), ascii);
        return new AccessToken(ascii);
    }

    /// <summary>Reads what may be a token; false if it can't be one.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out AccessToken token)
    {
        token = default;
        if (text.Length != Length)
            return false;
        Span<byte> ascii = stackalloc byte[Length];
        for (var i = 0; i < Length; i++)
        {
            if (!char.IsAsciiLetterLower(text[i]) && !char.IsAsciiDigit(text[i]))
                return false;
            ascii[i] = (byte)text[i];
        }

        token = new AccessToken(ascii);
        return true;
    }

    /// <summary>SHA-256 of the text: what the store knows the token by. It is random enough to need no salt.</summary>
    public byte[] Hash()
    {
        Span<byte> ascii = stackalloc byte[Length];
        Write(ascii);
        return SHA256.HashData(ascii);
    }

    /// <summary>The text, for its owner only.</summary>
    public string Reveal()
    {
        Span<byte> ascii = stackalloc byte[Length];
        Write(ascii);
        return Encoding.ASCII.GetString(ascii);
    }

    /// <summary>Not the token.</summary>
    public override string ToString() => "(secret)";

    private void Write(Span<byte> ascii)
    {
        MemoryMarshal.Write(ascii, _first);
        MemoryMarshal.Write(ascii[(Length / 2)..], _second);
    }
}
