using System.Globalization;
using Declarative.RabbitMq;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.RabbitMq;

/// <summary>TLS and credentials.</summary>
public sealed class ConnectionTests(RabbitMqServer server) : BrokerTest(server)
{
    private string TlsUri => string.Create(CultureInfo.InvariantCulture, $"amqps://guest:guest@127.0.0.1:{Server.TlsPort}");

    [Fact]
    public async Task With_tls_both_sides_show_certificates_of_an_own_authority()
    {
        var host = await StartAsync(Certificates, uri: TlsUri);

        await host.OrderCreated.PublishAsync(1);

        await Eventually.True(() => Stored() == 1);
    }

    [Theory]
    [InlineData("another.example")]
    [InlineData(null)]
    public async Task A_broker_with_another_name_gets_nothing(string? name)
    {
        var host = Build(options =>
        {
            Certificates(options);
            options.Tls.ServerName = name;
        }, uri: TlsUri);

        await host.StartAsync();
        await host.OrderCreated.PublishAsync(1);

        await Eventually.True(() => host.Log.All.Any(static line => line.Contains("certificate was rejected", StringComparison.Ordinal)));
        Store.Scalar("SELECT count(*) FROM broker_buffer").ShouldBe(1);
    }

    [Fact]
    public async Task A_broker_of_an_unknown_authority_gets_nothing()
    {
        var host = Build(options =>
        {
            Certificates(options);
            options.Tls.CaCertificate = null;
        }, uri: TlsUri);

        await host.StartAsync();

        await Eventually.True(() => host.Log.All.Any(static line => line.Contains("certificate was rejected", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_password_is_never_shown()
    {
        var host = Build(static options => (options.UserName, options.Password) = ("shop", "s3cret-w0rd"));

        await host.StartAsync();

        await Eventually.True(() => host.Log.All.Any(static line => line.Contains("ACCESS_REFUSED", StringComparison.Ordinal)));
        host.Log.All.ShouldNotContain(static line => line.Contains("s3cret-w0rd", StringComparison.Ordinal));
        host.Services.GetRequiredService<BrokerStatus>().Problem.ShouldNotBeNull().ShouldNotContain("s3cret-w0rd");
    }

    private void Certificates(RabbitMqOptions options)
    {
        options.Tls.ServerName = RabbitMqCertificates.ServerName;
        options.Tls.CaCertificate = Path.Combine(Server.Folder, "ca.pem");
        options.Tls.ClientCertificate = Path.Combine(Server.Folder, "client.pem");
        options.Tls.ClientKey = Path.Combine(Server.Folder, "client.key");
    }
}
