using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Declarative.RabbitMq;

/// <summary>Opens connections, with exchanges and queues declared. The client's own recovery is off: a loop that sees its connection end opens the next.</summary>
internal sealed class BrokerConnector
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConnectionFactory _factory;
    private readonly Topology _topology;

    public BrokerConnector(IOptions<RabbitMqOptions> options, Topology topology)
    {
        var settings = options.Value;
        _topology = topology;
        _factory = new ConnectionFactory
        {
            Uri = new Uri(settings.Uri!),
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedConnectionTimeout = Patience,
            SocketReadTimeout = Patience,
            SocketWriteTimeout = Patience,
            HandshakeContinuationTimeout = Patience,
            ContinuationTimeout = Patience,
            RequestedHeartbeat = TimeSpan.FromSeconds(20),
        };
        _factory.UserName = settings.UserName ?? _factory.UserName;
        _factory.Password = settings.Password ?? _factory.Password;
        if (_factory.Ssl.Enabled)
            _factory.Ssl = Tls(settings.Tls, _factory.HostName);
    }

    /// <summary>Where the broker is, for messages: without user and password.</summary>
    public string Address => $"{_factory.HostName}:{_factory.Endpoint.Port}{(_factory.VirtualHost == "/" ? "" : "/" + _factory.VirtualHost)}";

    /// <summary>Opens a connection; the broker shows <paramref name="purpose"/> beside it.</summary>
    public async Task<IConnection> OpenAsync(string purpose, CancellationToken cancellationToken)
    {
        var connection = await _factory.CreateConnectionAsync("declarative " + purpose, cancellationToken).ConfigureAwait(false);
        try
        {
            await _topology.DeclareAsync(connection, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await CloseAsync(connection).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends a connection, whatever its state, without waiting long for a broker that does not answer.</summary>
    public static async Task CloseAsync(IConnection connection)
    {
        await connection.AbortAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    private static SslOption Tls(RabbitMqTlsOptions options, string host)
    {
        var ssl = new SslOption { Enabled = true, ServerName = options.ServerName ?? host };
        if (options.ClientCertificate is { } certificate)
            ssl.Certs = [X509Certificate2.CreateFromPemFile(certificate, options.ClientKey)];
        if (options.CaCertificate is { } authority)
        {
            var trusted = new X509Certificate2Collection();
            trusted.ImportFromPemFile(authority);
            ssl.CertificateValidationCallback = (_, shown, _, errors) => IsTrusted(shown, errors, trusted);
        }

        return ssl;
    }

    /// <summary>The name must be right as ever; only the chain is looked at anew.</summary>
    private static bool IsTrusted(X509Certificate? shown, SslPolicyErrors errors, X509Certificate2Collection trusted)
    {
        if (shown is not X509Certificate2 certificate || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}
