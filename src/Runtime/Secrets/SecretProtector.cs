using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Declarative.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Secrets;

/// <summary>
/// Encrypts what must not be readable in the database. A Data Protection provider of its own: the host's key ring is
/// neither used nor touched.
/// </summary>
[SuppressMessage("Reliability", "CA2000", Justification = "The private provider lives as long as the protector, which disposes it.")]
internal sealed class SecretProtector : IDisposable
{
    private readonly Lazy<ServiceProvider> _services;
    private readonly Lazy<IDataProtector> _protector;

    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(KeyRingDecryptor))]
    public SecretProtector(MasterKey master, IKeyRing ring)
    {
        _services = new Lazy<ServiceProvider>(() =>
        {
            var services = new ServiceCollection();
            services.AddSingleton(master);
            services.AddDataProtection().SetApplicationName("Declarative");
            services.Configure<KeyManagementOptions>(options =>
            {
                options.XmlRepository = new KeyRingRepository(ring);
                options.XmlEncryptor = new KeyRingEncryptor(master);
            });
            return services.BuildServiceProvider();
        });
        _protector = new Lazy<IDataProtector>(() => _services.Value.GetRequiredService<IDataProtectionProvider>().CreateProtector("Declarative.Subscriptions.VerificationToken"));
    }

    public byte[] Protect(string secret) => _protector.Value.Protect(Encoding.UTF8.GetBytes(secret));

    /// <exception cref="StoreException">The secret was encrypted by another key.</exception>
    public string Unprotect(byte[] ciphertext)
    {
        try
        {
            return Encoding.UTF8.GetString(_protector.Value.Unprotect(ciphertext));
        }
        catch (CryptographicException exception)
        {
            throw new StoreException("A stored secret can't be decrypted. Is Declarative:Secrets:Key (or the key file) the one it was stored with?", exception);
        }
    }

    public void Dispose()
    {
        if (_services.IsValueCreated)
            _services.Value.Dispose();
    }
}
