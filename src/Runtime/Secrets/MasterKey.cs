using System.Security.Cryptography;
using Declarative.Storage;
using Declarative.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Secrets;

/// <summary>
/// The 32 bytes that encrypt the key ring. Fails closed: without the right key nothing starts, and a second key is never
/// made where a ring exists already.
/// </summary>
internal sealed class MasterKey(IOptions<SecretOptions> options, IStoreLifecycle store, IKeyRing ring, ILogger<MasterKey> logger)
{
    private const int Length = 32;

    private byte[]? _key;

    /// <exception cref="StoreException">There is no usable key.</exception>
    public ReadOnlySpan<byte> Get() => _key ??= Load();

    private byte[] Load()
    {
        if (!string.IsNullOrWhiteSpace(options.Value.Key))
            return Decode(options.Value.Key, "Declarative:Secrets:Key");
        var file = options.Value.KeyFile ?? store.KeyFile
            ?? throw new StoreException("The store is shared, so the key that encrypts secrets must be given to all nodes: set Declarative:Secrets:Key (32 bytes in base64) or Declarative:Secrets:KeyFile.");
        if (File.Exists(file))
            return Decode(File.ReadAllText(file), file);
        if (ring.Read().Count > 0)
            throw new StoreException($"The key file '{file}' is missing, but the store holds secrets that were encrypted by it. Restore the file, or set Declarative:Secrets:Key.");
        return Create(file);
    }

    private byte[] Create(string file)
    {
        var key = RandomNumberGenerator.GetBytes(Length);
        var creation = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            creation.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(file, creation))
        {
            using var writer = new StreamWriter(stream);
            writer.Write(Convert.ToBase64String(key));
            writer.Flush();
            stream.Flush(flushToDisk: true);
        }

        logger.KeyFileCreated(file);
        return key;
    }

    private static byte[] Decode(string text, string source)
    {
        var key = new byte[Length];
        return Convert.TryFromBase64String(text.Trim(), key, out var length) && length == Length
            ? key
            : throw new StoreException($"{source} must hold exactly 32 bytes in base64 (for example from: openssl rand -base64 32).");
    }
}
