using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Declarative.Tests.Servers;

/// <summary>An authority, and certificates of it for the broker and for a client, as PEM files.</summary>
public static class RabbitMqCertificates
{
    public const string ServerName = "rabbit.shop.example";

    public static void Make(string folder)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Tests", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var from = DateTimeOffset.FromUnixTimeSeconds(1_577_836_800);
        using var authority = request.CreateSelfSigned(from, from.AddYears(40));
        File.WriteAllText(Path.Combine(folder, "ca.pem"), authority.ExportCertificatePem());
        Make(folder, "server", ServerName, authority);
        Make(folder, "client", "shop", authority);
    }

    private static void Make(string folder, string file, string name, X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, new DateTimeOffset(authority.NotBefore), new DateTimeOffset(authority.NotAfter), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Path.Combine(folder, file + ".pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, file + ".key"), key.ExportPkcs8PrivateKeyPem());
    }
}
