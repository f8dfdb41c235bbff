using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Secrets;

/// <summary>Encrypts the ring's keys by AES-256-GCM under the master key: <c>base64(nonce | tag | ciphertext)</c>.</summary>
internal sealed class KeyRingEncryptor(MasterKey master) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plaintext = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var sealedBytes = new byte[KeyRingDecryptor.NonceLength + KeyRingDecryptor.TagLength + plaintext.Length];
        var nonce = sealedBytes.AsSpan(0, KeyRingDecryptor.NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(master.Get(), KeyRingDecryptor.TagLength);
        aes.Encrypt(
            nonce,
            plaintext,
            sealedBytes.AsSpan(KeyRingDecryptor.NonceLength + KeyRingDecryptor.TagLength),
            sealedBytes.AsSpan(KeyRingDecryptor.NonceLength, KeyRingDecryptor.TagLength));
        CryptographicOperations.ZeroMemory(plaintext);
        return new EncryptedXmlInfo(new XElement("sealedKey", Convert.ToBase64String(sealedBytes)), typeof(KeyRingDecryptor));
    }
}

/// <summary>Decrypts what <see cref="KeyRingEncryptor"/> wrote. Data Protection makes it by the type's name in the ring.</summary>
/// <param name="services">The private provider's services.</param>
internal sealed class KeyRingDecryptor(IServiceProvider services) : IXmlDecryptor
{
    internal const int NonceLength = 12;
    internal const int TagLength = 16;

    public XElement Decrypt(XElement encryptedElement)
    {
        var sealedBytes = Convert.FromBase64String(encryptedElement.Value);
        var plaintext = new byte[sealedBytes.Length - NonceLength - TagLength];
        using var aes = new AesGcm(services.GetRequiredService<MasterKey>().Get(), TagLength);
        aes.Decrypt(sealedBytes.AsSpan(0, NonceLength), sealedBytes.AsSpan(NonceLength + TagLength), sealedBytes.AsSpan(NonceLength, TagLength), plaintext);
        var element = XElement.Parse(Encoding.UTF8.GetString(plaintext));
        CryptographicOperations.ZeroMemory(plaintext);
        return element;
    }
}
