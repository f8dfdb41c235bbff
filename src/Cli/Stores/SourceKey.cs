using System.Security.Cryptography;
using System.Xml.Linq;
using Declarative.Secrets;
using Declarative.Sqlite;
using Declarative.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Declarative.Cli.Stores;

/// <summary>
/// The key under which the source's secrets are encrypted. It never lies in a store, so that the new host must be given it; a copy whose key nobody has
/// would be a copy without secrets, which is why it is tried first.
/// </summary>
internal static class SourceKey
{
    /// <summary>Tries the key on the whole ring; what to do with it afterwards.</summary>
    /// <exception cref="StoreException">It isn't there, or not the one.</exception>
    public static string Check(SqliteStore store, string? given)
    {
        var file = store.KeyFile!;
        var ring = new SqliteKeyRing(store);
        var keys = ring.Read();
        if (keys.Count == 0)
            return "There are no secrets in it yet: set Declarative:Secrets:Key of the new host to 32 bytes in base64 (for example from: openssl rand -base64 32).";
        if (given is null && !File.Exists(file))
            throw new StoreException($"The key file '{file}' is missing, but the store holds secrets that were encrypted by it. Restore the file, or give the host's Declarative:Secrets:Key by --secrets-key.");
        var master = new MasterKey(Options.Create(new SecretOptions { Key = given }), store, ring, NullLogger<MasterKey>.Instance);
        using var services = new ServiceCollection().AddSingleton(master).BuildServiceProvider();
        var decryptor = new KeyRingDecryptor(services);
        try
        {
            foreach (var sealedKey in keys.SelectMany(static xml => XElement.Parse(xml).Descendants("sealedKey")))
                decryptor.Decrypt(sealedKey);
        }
        catch (CryptographicException exception)
        {
            throw new StoreException(
                $"The store's secrets were not encrypted by {(given is null ? $"the key in '{file}'. Give the host's Declarative:Secrets:Key by --secrets-key." : "the key that was given. Give the one that the host had as Declarative:Secrets:Key, or none if it had a key file.")}",
                exception);
        }

        return given is null
            ? $"Set Declarative:Secrets:Key of the new host to the content of {file}: without it no secret can be read."
            : "Set Declarative:Secrets:Key of the new host to the key that was given here: without it no secret can be read.";
    }
}
