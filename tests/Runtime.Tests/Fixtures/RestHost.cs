using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Declarative.Acl;
using Declarative.Modules;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Tests.Fixtures;

/// <summary>A host with routes on a real port. Who calls is told by a scheme of the host's own: the header X-Caller lists claims.</summary>
public sealed class RestHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RestHost(WebApplication app, IStoreFixture store, LogLines log)
    {
        _app = app;
        Store = store;
        Log = log;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public LogLines Log { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Removed with the host.</summary>
    public IStoreFixture Store { get; }

    public static Task<RestHost> StartAsync<TStore>(Action<ModuleManifest> declare, Action<WebApplicationBuilder>? configure = null, Action<WebApplication>? map = null, string environment = "Production", bool hasMiddleware = true, Action<Microsoft.AspNetCore.Routing.RouteGroupBuilder>? group = null, Action<IServiceCollection>? replace = null)
        where TStore : class, IStoreFixture, new() =>
        StartAsync<TStore>([() => Module("Shop_Sales", declare)], configure, map, environment, hasMiddleware, group, replace);

    public static async Task<RestHost> StartAsync<TStore>(IReadOnlyList<Func<ModuleManifest>> modules, Action<WebApplicationBuilder>? configure = null, Action<WebApplication>? map = null, string environment = "Production", bool hasMiddleware = true, Action<Microsoft.AspNetCore.Routing.RouteGroupBuilder>? group = null, Action<IServiceCollection>? replace = null)
        where TStore : class, IStoreFixture, new()
    {
        var store = new TStore();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        var log = new LogLines();
        builder.Logging.AddProvider(log);
        builder.Services.AddAuthentication("Test").AddScheme<AuthenticationSchemeOptions, CallerHeader>("Test", null);
        builder.Services.AddAuthorization();
        configure?.Invoke(builder);
        DeclarativeHost.Add(builder, modules, store.Use);
        replace?.Invoke(builder.Services);
        var app = builder.Build();
        if (hasMiddleware)
            app.UseAuthentication().UseAuthorization();
        map?.Invoke(app);
        var routes = DeclarativeHost.Map(app);
        group?.Invoke(routes);
        await app.StartAsync();
        return new RestHost(app, store, log);
    }

    public static ModuleManifest Module(string name, Action<ModuleManifest> declare)
    {
        var module = new ModuleManifest(name, ModuleManifest.CurrentFormatVersion, name.Replace('_', '.'), "0.1.0");
        declare(module);
        return module;
    }

    /// <summary>Sends a request; the answer's status and body.</summary>
    public async Task<(int Status, string Body)> SendAsync(string method, string path, string? json = null, string? caller = null, string? contentType = "application/json", string? accept = null)
    {
        using var response = await RespondAsync(method, path, json, caller, contentType, accept);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<HttpResponseMessage> RespondAsync(string method, string path, string? json = null, string? caller = null, string? contentType = "application/json", string? accept = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (json is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
            if (contentType is not null)
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        if (caller is not null)
            request.Headers.Add("X-Caller", caller);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        return await Client.SendAsync(request);
    }

    /// <summary>The JSON of an answer that must be 200.</summary>
    public async Task<string> OkAsync(string method, string path, string? json = null, string? caller = null)
    {
        var (status, body) = await SendAsync(method, path, json, caller);
        status.ShouldBe(200, body + string.Concat(Log.All.Where(line => line.StartsWith("Error", StringComparison.Ordinal))));
        return body;
    }

    /// <summary>The parsed body of an error that must have the status.</summary>
    public async Task<JsonElement> ErrorAsync(int expected, string method, string path, string? json = null, string? caller = null, string? contentType = "application/json", string? accept = null)
    {
        var (status, body) = await SendAsync(method, path, json, caller, contentType, accept);
        status.ShouldBe(expected, body);
        return JsonDocument.Parse(body).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Store.Dispose();
    }

    /// <summary>A host's own scheme: "customer=7" is a customer, anything else an ACL id that is held.</summary>
    private sealed class CallerHeader(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var caller = Request.Headers["X-Caller"].ToString();
            if (caller.Length == 0)
                return Task.FromResult(AuthenticateResult.NoResult());
            var claims = caller.Split(',').Select(one => one.StartsWith("customer=", StringComparison.Ordinal)
                ? new Claim(CallerClaims.Customer, one["customer=".Length..])
                : new Claim(CallerClaims.Resource, one));
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, "Test")), "Test")));
        }
    }
}
