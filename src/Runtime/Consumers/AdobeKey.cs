using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Declarative.Consumers;

/// <summary>A public key of Adobe's.</summary>
internal sealed class AdobeKey
{
    private const int LeastBits = 2048;

    private readonly Lock _lock = new();
    private readonly RSA _rsa;

    private AdobeKey(string name, RSA rsa)
    {
        Name = name;
        _rsa = rsa;
    }

    /// <summary>What the configuration calls it: the file name of Adobe's path, or any other.</summary>
    public string Name { get; }

    /// <summary>Reads the PEM form; what is wrong with it, or null. Keys that a change of the configuration takes away are left to the garbage collector, since a request may be using them.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "See above.")]
    public static string? Read(string name, string pem, out AdobeKey? key)
    {
        key = null;
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            return "is no public RSA key in PEM form";
        }

        if (rsa.KeySize < LeastBits)
            return $"is an RSA key of fewer than {LeastBits} bits";
        key = new AdobeKey(name, rsa);
        return null;
    }

    /// <summary>RSA-SHA256, PKCS #1 v1.5. One at a time, since an RSA object promises no more; it takes microseconds.</summary>
    public bool IsSignature(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> hash)
    {
        lock (_lock)
            return _rsa.VerifyHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
