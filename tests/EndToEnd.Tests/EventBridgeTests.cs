using System.Text;
using Declarative.Delivery;
using Declarative.EndToEnd.Tests.Harness;
using Declarative.Modules;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Declarative.EndToEnd.Tests;

/// <summary>What is sent to EventBridge is signed as an independent library signs it.</summary>
public sealed class EventBridgeTests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    private static bool IsRequired => Environment.GetEnvironmentVariable("CI") == "true";

    [Fact]
    public async Task The_signature_is_the_one_that_another_library_makes()
    {
        if (!IsRequired)
        {
            Tool.Require("node");
            Tool.Require("npm");
        }

        using var folder = new Scratch();
        await NodeClients.InstallAsync(folder, IsRequired, "eventbridge.mjs");
        using var aws = Run.Start(folder.Path, "node", ["eventbridge.mjs", Secret]);
        var port = (await aws.LineAsync(static line => line.StartsWith("port ", StringComparison.Ordinal)))["port ".Length..];

        (await NotifyAsync(folder, port, Secret, token: null)).IsSuccess.ShouldBeTrue();
        (await NotifyAsync(folder, port, Secret, token: "a/session+token=")).IsSuccess.ShouldBeTrue();
        (await NotifyAsync(folder, port, "another", token: null)).Reason.ShouldBe("InvalidSignatureException");
    }

    private static async Task<NotifierResult> NotifyAsync(Scratch folder, string port, string secret, string? token)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["Declarative:Delivery:AllowedNetworks:0"] = "127.0.0.0/8";
        DeclarativeHost.Add(builder, [], declarative => declarative.UseSqlite("Data Source=" + folder["aws.db"]).AddEventBridge(options =>
        {
            options.Region = "eu-central-1";
            options.Source = "com.example.shop";
            options.Endpoint = $"http://127.0.0.1:{port}/";
            options.AccessKeyId = "AKIDEXAMPLE";
            options.SecretAccessKey = secret;
            options.SessionToken = token;
        }));
        using var host = builder.Build();
        return await host.Services.GetRequiredKeyedService<INotifier>("event_bridge").NotifyAsync(
            new Notification
            {
                Uuid = Guid.CreateVersion7(),
                MessageId = Guid.CreateVersion7(),
                EventName = "sales.order.created",
                EventCode = "sales.order.created",
                PublishedAt = DateTimeOffset.UnixEpoch,
                StoreId = 0,
                SubscriptionId = 1,
                Recipient = "shop",
                Payload = Encoding.UTF8.GetBytes("""{"name":"Žluť 😀 & <co>"}"""),
                Attempt = 1,
            },
            TestContext.Current.CancellationToken);
    }
}
