using System.Text.Json;
using Declarative.Integrations;
using Declarative.Modules;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Integrations;

/// <summary>A shop with two routes, each behind a permission of its own, and third parties that integrate with it.</summary>
public sealed class IntegrationHost : IAsyncDisposable
{
    public const string Orders = "Shop_Sales::orders";
    public const string Products = "Shop_Sales::products";
    public const string Admin = "Magento_Integration::integrations";

    private static readonly Uri Callback = new("https://shop.example.com/admin/integrations/linked");

    private readonly RestHost _host;

    private IntegrationHost(RestHost host, TestClock time, Receiver thirdParty)
    {
        _host = host;
        Time = time;
        ThirdParty = thirdParty;
    }

    public TestClock Time { get; }

    /// <summary>Gets the posts to the callback page.</summary>
    public Receiver ThirdParty { get; }

    public RestHost Rest => _host;

    public IntegrationService Service => _host.Services.GetRequiredService<IntegrationService>();

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public static async Task<IntegrationHost> StartAsync<TStore>(Dictionary<string, string?>? settings = null, Action<ModuleManifest>? declare = null)
        where TStore : class, IStoreFixture, new()
    {
        var time = new TestClock();
        var thirdParty = await Receiver.StartAsync();
        var host = await RestHost.StartAsync<TStore>(
            module =>
            {
                Shop(module);
                declare?.Invoke(module);
            },
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(time);
                builder.Services.AddSingleton(new Echo());
                builder.Configuration["Declarative:Rest:BaseUrl"] = "https://shop.example.com";
                builder.Configuration["Declarative:Delivery:AllowedNetworks:0"] = "127.0.0.0/8";
                foreach (var (key, value) in settings ?? [])
                    builder.Configuration[key] = value;
            });
        return new IntegrationHost(host, time, thirdParty);
    }

    /// <summary>An integration made by hand.</summary>
    public Task<Integration> CreateAsync(string name = "Erp", bool exchangesTokens = false, params string[] resources) => Service.CreateAsync(new IntegrationData
    {
        Name = name,
        Email = "erp@example.com",
        EndpointUrl = exchangesTokens ? ThirdParty.Url + "/callback" : null,
        IdentityLinkUrl = exchangesTokens ? "https://erp.example.com/login?tenant=7" : null,
        Resources = resources.Length > 0 ? resources : [Orders],
    });

    /// <summary>An active integration's client with its tokens.</summary>
    public async Task<(Integration Integration, OAuthClient Client)> ActiveAsync(string name = "Erp", params string[] resources)
    {
        var integration = await CreateAsync(name, exchangesTokens: false, resources);
        var tokens = (await Service.ActivateAsync(integration.Id, Callback)).Tokens.ShouldNotBeNull();
        return (integration, Client(tokens.ConsumerKey, tokens.ConsumerSecret, tokens.AccessToken, tokens.AccessTokenSecret));
    }

    public OAuthClient Client(string consumerKey, string consumerSecret, string? token = null, string tokenSecret = "") =>
        new(_host.Client, Time) { ConsumerKey = consumerKey, ConsumerSecret = consumerSecret, Token = token, TokenSecret = tokenSecret };

    /// <summary>Begins an exchange; the client that got the post's four fields, and its verifier.</summary>
    public async Task<(IntegrationActivation Activation, OAuthClient Client, string Verifier)> BeginAsync(long id)
    {
        var activation = await Service.ActivateAsync(id, Callback);
        var fields = Fields();
        return (activation, Client(fields["oauth_consumer_key"], fields["oauth_consumer_secret"]), fields["oauth_verifier"]);
    }

    /// <summary>The form that was posted last.</summary>
    public Dictionary<string, string> Fields() =>
        QueryHelpers.ParseQuery(ThirdParty.Requests.Last().Text).ToDictionary(static one => one.Key, static one => one.Value.ToString());

    public static async Task<(string Token, string Secret)> TokenAsync(OAuthClient client, string path)
    {
        var (status, body) = await client.SendAsync(HttpMethod.Post, path);
        status.ShouldBe(200, body);
        var fields = QueryHelpers.ParseQuery(body);
        return (fields["oauth_token"].ToString(), fields["oauth_token_secret"].ToString());
    }

    /// <summary>Both steps of the exchange; the client has the access token afterwards.</summary>
    public static async Task ExchangeAsync(OAuthClient client, string verifier)
    {
        (client.Token, client.TokenSecret) = await TokenAsync(client, "/oauth/token/request");
        client.Alter = parameters => parameters["oauth_verifier"] = verifier;
        (client.Token, client.TokenSecret) = await TokenAsync(client, "/oauth/token/access");
        client.Alter = null;
    }

    public static string Problem(string body)
    {
        var fields = QueryHelpers.ParseQuery(body);
        return fields["oauth_problem"].ToString();
    }

    public static string Message(string body) => JsonDocument.Parse(body).RootElement.GetProperty("message").GetString()!;

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await ThirdParty.DisposeAsync();
    }

    private static void Shop(ModuleManifest module)
    {
        module.AddResource("Magento_Backend::admin", "etc/acl.xml");
        module.AddResource("Shop_Sales::sales", "etc/acl.xml", "Magento_Backend::admin", "Sales");
        module.AddResource(Orders, "etc/acl.xml", "Shop_Sales::sales", "Orders");
        module.AddResource(Products, "etc/acl.xml", "Shop_Sales::sales", "Products");
        module.Get("/V1/orders", [], _ => ["orders"], [Orders]);
        module.Get("/V1/products", [], _ => ["products"], [Products]);
        module.Get("/V1/open", [], _ => ["open"], ["anonymous"]);
        module.Customer("/V1/customers", resources: [Orders]);
    }
}
