using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Declarative.EndToEnd.Tests.Harness;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>Receivers whose certificates can't be trusted, beside one whose can: the victim trusts an authority of this case's only.</summary>
internal sealed class BadCertificates() : FaultCase("F19", "TLS: expired, self-signed, another host's, TLS 1.0", "none gets the payload; the attempts' reason is tls, and they are tried again")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        using var scratch = new Scratch();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = Authority(authorityKey);
        scratch.Write("ca.pem", authority.ExportCertificatePem());
        var now = TimeProvider.System.GetUtcNow();
        (string What, X509Certificate2 Certificate, SslProtocols Protocols)[] receivers =
        [
            ("valid", Certificate(authority, "localhost", now.AddDays(-1), now.AddDays(1)), SslProtocols.None),
            ("expired", Certificate(authority, "localhost", now.AddDays(-20), now.AddDays(-10)), SslProtocols.None),
            ("not valid yet", Certificate(authority, "localhost", now.AddDays(10), now.AddDays(20)), SslProtocols.None),
            ("another host's", Certificate(authority, "shop.example", now.AddDays(-1), now.AddDays(1)), SslProtocols.None),
            ("self-signed", Certificate(null, "localhost", now.AddDays(-1), now.AddDays(1)), SslProtocols.None),
#pragma warning disable CA5397, CS0618, SYSLIB0039 // Old protocols are what is tested.
            ("TLS 1.0", Certificate(authority, "localhost", now.AddDays(-1), now.AddDays(1)), SslProtocols.Tls),
#pragma warning restore CA5397, CS0618, SYSLIB0039
        ];
        var servers = receivers.Select(static receiver => RawServer.StartTls(receiver.Certificate, receiver.Protocols, AnswerAsync)).ToArray();
        await using var ledger = await Ledger.StartAsync();
        using var database = new Database(run.Store);
        var urls = servers.Select(static server => $"https://localhost:{server.Port}/").ToArray();
        var trust = new Dictionary<string, string>(StringComparer.Ordinal) { ["SSL_CERT_FILE"] = scratch["ca.pem"], ["SSL_CERT_DIR"] = scratch.Path };
        using (var victim = VictimProcess.Start(database.Orders(urls) with { Count = 1 }, ledger, environment: trust))
        {
            await victim.PublishedAsync();
            await Eventually.True(async () => await database.ScalarAsync("SELECT count(DISTINCT delivery_seq) FROM attempt") == receivers.Length);
            await victim.Run.TerminateAsync();
        }

        for (var i = 0; i < receivers.Length; i++)
        {
            var (what, certificate, _) = receivers[i];
            var reasons = await database.TextsAsync($"SELECT DISTINCT a.reason FROM attempt a JOIN delivery d ON d.seq = a.delivery_seq JOIN subscription s ON s.id = d.subscription_id WHERE s.recipient = '{urls[i]}'");
            run.Figure(what, $"{(string.Join(' ', reasons) is { Length: > 0 } text ? text : "delivered")}");
            run.Hold(reasons is [var reason] && reason == (i == 0 ? "" : "tls"), $"{what}: the attempts' reasons are '{string.Join("', '", reasons)}'");
            run.Hold(servers[i].Requests == (i == 0 ? 1 : 0), $"{what}: {servers[i].Requests} requests came");
            await servers[i].DisposeAsync();
            certificate.Dispose();
        }
    }

    private static Task AnswerAsync(Stream stream, CancellationToken cancellationToken) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), cancellationToken).AsTask();

    private static X509Certificate2 Authority(ECDsa key)
    {
        var request = new CertificateRequest("CN=Faults", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddYears(-1), now.AddYears(1));
    }

    private static X509Certificate2 Certificate(X509Certificate2? authority, string name, DateTimeOffset from, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        if (authority is null)
            return request.CreateSelfSigned(from, until);
        using var signed = request.Create(authority, from, until, RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }
}
