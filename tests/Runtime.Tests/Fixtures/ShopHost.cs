using System.Text.Json;
using Declarative.Modules;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Fixtures;

/// <summary>The shop module behind the REST API, with a receiver, and eventing configured as a host would.</summary>
public sealed class ShopHost : IAsyncDisposable
{
    public const string Root = "Magento_Backend::all";

    private ShopHost(RestHost rest, Receiver receiver)
    {
        Rest = rest;
        Receiver = receiver;
    }

    public RestHost Rest { get; }

    public Receiver Receiver { get; }

    public ISalesOrderCreatedPublisher OrderCreated => Rest.Services.GetRequiredService<ISalesOrderCreatedPublisher>();

    public static async Task<ShopHost> StartAsync<TStore>(Dictionary<string, string?>? configuration = null, Action<IServiceCollection>? services = null, Action<ModuleManifest>? declare = null)
        where TStore : class, IStoreFixture, new()
    {
        var receiver = await Receiver.StartAsync();
        var rest = await RestHost.StartAsync<TStore>(
            [
                () =>
                {
                    var module = ShopModule.Create();
                    module.AddResource("Shop_Sales::orders", "etc/acl.xml", parent: null, title: "Orders");
                    declare?.Invoke(module);
                    return module;
                },
            ],
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["Declarative:Delivery:AllowedNetworks:0"] = "127.0.0.0/8",
                    ["Declarative:Destinations:default:Url"] = receiver.Url + "/default",
                    ["Declarative:Destinations:default:Secret"] = "s3cret",
                    ["Declarative:Eventing:ProviderId"] = "default-provider",
                    ["Declarative:Eventing:InstanceId"] = "my-instance",
                    ["Declarative:Eventing:MerchantId"] = "shop",
                    ["Declarative:Eventing:EnvironmentId"] = "test",
                });
                builder.Configuration.AddInMemoryCollection(configuration ?? []);
                builder.Services.AddSingleton<IOrders, Orders>();
                services?.Invoke(builder.Services);
            });
        return new ShopHost(rest, receiver);
    }

    /// <summary>The JSON of an answer that must be 200, asked for by somebody who may do everything.</summary>
    public async Task<JsonElement> OkAsync(string method, string path, string? json = null) =>
        JsonDocument.Parse(await Rest.OkAsync(method, "/rest/all" + path, json, Root)).RootElement;

    /// <summary>The message of an error that must have the status, its placeholders filled in as a client does.</summary>
    public async Task<string> ErrorAsync(int status, string method, string path, string? json = null)
    {
        var error = await Rest.ErrorAsync(status, method, "/rest/all" + path, json, Root);
        var message = error.GetProperty("message").GetString()!;
        if (error.TryGetProperty("parameters", out var parameters))
        {
            foreach (var parameter in parameters.EnumerateObject())
                message = message.Replace("%" + parameter.Name, parameter.Value.GetString(), StringComparison.Ordinal);
        }

        return message;
    }

    public async ValueTask DisposeAsync()
    {
        await Rest.DisposeAsync();
        await Receiver.DisposeAsync();
    }
}
