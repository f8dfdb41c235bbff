using System.Net;
using System.Text;
using Declarative.Acl;
using Declarative.Modules;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Declarative.Tests.Acl;

/// <summary>A web application on a loopback port with callers, a few permissions and endpoints of its own that need them.</summary>
public sealed class CallerHost : IAsyncDisposable
{
    public const string View = "Shop_Sales::view";
    public const string Orders = "Shop_Sales::orders";
    public const string Cancel = "Shop_Sales::cancel";
    public const string Legacy = "Shop_Sales::legacy";
    public const string LegacyChild = "Shop_Sales::legacy_child";
    public const string Undeclared = "Shop_Sales::undeclared";
    public const string Password = "correct horse battery";

    private readonly WebApplication _app;
    private readonly HttpClient _client = new(new SocketsHttpHandler { RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8 });
    private readonly AsyncServiceScope _scope;

    private CallerHost(WebApplication app, LogLines log)
    {
        _app = app;
        _scope = app.Services.CreateAsyncScope();
        Log = log;
    }

    public LogLines Log { get; }

    public IServiceProvider Services => _app.Services;

    public AdminUsers Users => Services.GetRequiredService<AdminUsers>();

    public IAdminTokenService AdminTokens => Services.GetRequiredService<IAdminTokenService>();

    public ICustomerTokenService CustomerTokens => _scope.ServiceProvider.GetRequiredService<ICustomerTokenService>();

    public static CallerHost Build(
        IStoreFixture store,
        TimeProvider? time = null,
        Dictionary<string, string?>? configuration = null,
        Action<WebApplicationBuilder>? configure = null,
        Action<WebApplication>? map = null,
        Action<IServiceCollection>? afterwards = null,
        IReadOnlyList<Func<ModuleManifest>>? modules = null)
    {
        // Development, since the services are validated then.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(configuration ?? []);
        var log = new LogLines();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IOrders>(new Orders());
        if (time is not null)
            builder.Services.AddSingleton(time);
        configure?.Invoke(builder);
        DeclarativeHost.Add(builder, modules ?? [ShopModule.Create, Permissions], store.Use);
        afterwards?.Invoke(builder.Services);

        var app = builder.Build();
        app.MapGet("/plain", (HttpContext context) => context.User.Identity?.Name ?? "guest");
        app.MapGet("/orders", () => "orders").RequireResource(Orders);
        app.MapGet("/view", () => "view").RequireResource(View);
        app.MapGet("/both", () => "both").RequireResource(View, Orders);
        app.MapGet("/legacy", () => "legacy").RequireResource(Legacy);
        app.MapGet("/legacy-child", () => "legacy").RequireResource(LegacyChild);
        app.MapGet("/undeclared", () => "undeclared").RequireResource(Undeclared);
        app.MapGet("/self", (HttpContext context) => context.User.FindFirst(CallerClaims.Customer)!.Value).RequireResource("self");
        map?.Invoke(app);
        return new CallerHost(app, log);
    }

    /// <summary>Permissions as the generator would emit them: view stands above orders, orders above cancel.</summary>
    public static ModuleManifest Permissions()
    {
        var manifest = new ModuleManifest("Shop_Permissions", ModuleManifest.CurrentFormatVersion, "Shop.Permissions", "0.1.0");
        manifest.AddResource("Magento_Backend::all", "etc/acl.xml", title: "Allow everything");
        manifest.AddResource("Magento_Backend::admin", "etc/acl.xml", title: "Admin");
        manifest.AddResource(View, "etc/acl.xml", "Magento_Backend::admin", "View");
        manifest.AddResource(Orders, "etc/acl.xml", View, "Orders");
        manifest.AddResource(Cancel, "etc/acl.xml", Orders);
        manifest.AddResource(Legacy, "etc/acl.xml", "Magento_Backend::admin", "Legacy", isDisabled: true);
        manifest.AddResource(LegacyChild, "etc/acl.xml", Legacy, "Legacy's child");
        return manifest;
    }

    public static async Task<CallerHost> StartAsync(
        IStoreFixture store,
        TimeProvider? time = null,
        Dictionary<string, string?>? configuration = null,
        Action<WebApplicationBuilder>? configure = null,
        Action<WebApplication>? map = null,
        Action<IServiceCollection>? afterwards = null)
    {
        var host = Build(store, time, configuration, configure, map, afterwards);
        await host.StartAsync();
        return host;
    }

    public async Task StartAsync()
    {
        await _app.StartAsync();
        _client.BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>An admin user whose role holds these; her token.</summary>
    public async Task<string> AdminAsync(string name, params string[] resources)
    {
        await Users.SaveRoleAsync(name + "'s role", resources);
        await Users.CreateAsync(name, Password, name + "'s role");
        return await AdminTokens.CreateAdminAccessTokenAsync(name, Password);
    }

    public async Task<HttpStatusCode> GetAsync(string path, string? token = null) =>
        (await SendAsync(path, token is null ? null : $"Bearer {token}")).StatusCode;

    public async Task<string> TextAsync(string path, string token) =>
        await (await SendAsync(path, $"Bearer {token}")).Content.ReadAsStringAsync();

    public async Task<HttpResponseMessage> SendAsync(string path, params string?[] authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (authorization is [{ } only])
            request.Headers.TryAddWithoutValidation("Authorization", only);
        else if (authorization.Length > 1)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await _client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _scope.DisposeAsync();
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await _app.StopAsync(soon.Token);
        }
        catch (OperationCanceledException)
        {
            // A test left something running on purpose.
        }

        await _app.DisposeAsync();
    }
}

/// <summary>The customers of a test: a password each; how often one was looked at.</summary>
public sealed class Customers : ICustomerAuthenticator
{
    private int _calls;

    public int Calls => _calls;

    public Func<string, string, CancellationToken, Task<string?>> Answer { get; set; } =
        (name, password, _) => Task.FromResult(password == CallerHost.Password ? "customer-of-" + name : null);

    public Task<string?> AuthenticateAsync(string username, string password, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        return Answer(username, password, cancellationToken);
    }
}
