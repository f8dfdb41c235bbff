using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Declarative.Tests.Servers;

/// <summary>A server that reads a request's head and then does to the connection whatever a test wants.</summary>
public sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private int _connections;
    private int _requests;
    private int _broken;
    private SslServerAuthenticationOptions? _tls;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}/";

    public int Connections => _connections;

    public int Requests => _requests;

    /// <summary>Connections that the other side ended.</summary>
    public int Broken => _broken;

    public static RawServer Start(Func<Stream, CancellationToken, Task> answer)
    {
        var server = new RawServer();
        server._listener.Start();
        _ = server.AcceptAsync(answer);
        return server;
    }

    /// <summary>The same over TLS; a handshake that fails is no request.</summary>
    public static RawServer StartTls(X509Certificate2 certificate, SslProtocols protocols, Func<Stream, CancellationToken, Task> answer)
    {
        var server = new RawServer { _tls = new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = protocols } };
        server._listener.Start();
        _ = server.AcceptAsync(answer);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
    }

    private async Task AcceptAsync(Func<Stream, CancellationToken, Task> answer)
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _ = ServeAsync(client, answer);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task<Stream> OpenAsync(TcpClient client)
    {
        if (_tls is null)
            return client.GetStream();
        var secured = new SslStream(client.GetStream());
        await secured.AuthenticateAsServerAsync(_tls, _stop.Token);
        return secured;
    }

    private async Task ServeAsync(TcpClient client, Func<Stream, CancellationToken, Task> answer)
    {
        using (client)
        {
            try
            {
                await using var stream = await OpenAsync(client);
                var head = new StringBuilder();
                var buffer = new byte[4096];
                while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
                {
                    var read = await stream.ReadAsync(buffer, _stop.Token);
                    if (read == 0)
                        return;
                    head.Append(Encoding.ASCII.GetString(buffer, 0, read));
                }

                Interlocked.Increment(ref _requests);
                await answer(stream, _stop.Token);
            }
            catch (Exception exception) when (exception is IOException or AuthenticationException)
            {
                Interlocked.Increment(ref _broken);
            }
            catch (OperationCanceledException)
            {
                // The test is over.
            }
        }
    }
}
