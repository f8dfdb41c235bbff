using System.Security.Cryptography;
using System.Text;
using Declarative.Consumers;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Consumers;

public sealed class SqliteSignedSendersTests : SignedSendersTests<SqliteFixture>;

public sealed class PostgreSqlSignedSendersTests : SignedSendersTests<PostgreSqlFixture>;

/// <summary>Only who signs with the configured secret is let in, and the secret may change while the host runs.</summary>
public abstract class SignedSendersTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    private const string Key = "Erp:WebhookSecret";
    private const string Body = """{"type":"be-observer.catalog_product_create","data":{"sku":"A"}}""";

    [Fact]
    public async Task Who_does_not_sign_gets_401_without_a_reason_and_nothing_is_read()
    {
        await using var host = await StartAsync();
        foreach (var headers in new (string, string)[][] { [], [Signed("other")], [("x-magento-signature", "zz")] })
        {
            var (status, body) = await host.PostAsync(Body, headers: headers);
            status.ShouldBe(401);
            body.ToString().ShouldBe("""{"error":"The request is not signed by a sender known here."}""");
        }

        (await host.PostAsync("{", headers: [])).Status.ShouldBe(401);
        host.Log.All.Where(line => line.Contains(" refused a request from ", StringComparison.Ordinal)).Select(line => line.Trim().Split(": ")[1]).ShouldBe(
            [
                "its signature is missing, there twice, or no 64 hexadecimal digits.",
                "no configured secret gives its signature.",
                "its signature is missing, there twice, or no 64 hexadecimal digits.",
                "its signature is missing, there twice, or no 64 hexadecimal digits.",
            ],
            StringComparer.Ordinal);
        host.Handled.All.ShouldBeEmpty();
        (await host.PostAsync(Body, headers: [Signed("first")])).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_secret_is_rotated_without_a_stop()
    {
        await using var host = await StartAsync();
        Configure(host, (Key + ":next", "second"));
        (await host.PostAsync(Body, headers: [Signed("first")])).Status.ShouldBe(200);
        (await host.PostAsync(Body, headers: [Signed("second")])).Status.ShouldBe(200);
        Configure(host, (Key, ""));
        (await host.PostAsync(Body, headers: [Signed("first")])).Status.ShouldBe(401);
        (await host.PostAsync(Body, headers: [Signed("second")])).Status.ShouldBe(200);
    }

    /// <summary>That is our fault, and after a 401 nobody would send the event again.</summary>
    [Fact]
    public async Task While_no_secret_is_configured_senders_are_asked_to_come_again()
    {
        await using var host = await StartAsync();
        Configure(host, (Key, ""));
        (await host.PostAsync(Body, headers: [Signed("first")])).Status.ShouldBe(503);
        Configure(host, (Key, "first"));
        (await host.PostAsync(Body, headers: [Signed("first")])).Status.ShouldBe(200);
        host.Handled.All.Count.ShouldBe(1);
    }

    private static Task<ConsumerHost> StartAsync() => ConsumerHost.StartAsync<TStore>(
        static module => ProductConsumer.Declare(module, static consumer => consumer with { Signature = "x-magento-signature", Secret = Key }),
        new() { [Key] = "first" });

    private static void Configure(ConsumerHost host, (string Key, string Value) setting)
    {
        var configuration = host.Services.GetRequiredService<IConfiguration>();
        configuration[setting.Key] = setting.Value;
        ((IConfigurationRoot)configuration).Reload();
    }

    private static (string, string) Signed(string secret) =>
        ("x-magento-signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(Body))));
}
