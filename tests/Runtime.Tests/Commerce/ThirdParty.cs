using Declarative.Commerce;
using Declarative.Modules;
using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Declarative.Tests.Commerce;

/// <summary>What a third party calls the store by.</summary>
public sealed class ShopClient(HttpClient http)
{
    public HttpClient Http => http;

    public async Task<int> GetAsync(string url)
    {
        using var response = await http.GetAsync(new Uri(url, UriKind.RelativeOrAbsolute));
        return (int)response.StatusCode;
    }
}

/// <summary>An application that is an integration of a store, on a real port, with a database that outlives a restart.</summary>
public sealed class ThirdParty : IAsyncDisposable
{
    private readonly string _store;
    private readonly IStoreFixture _rows;
    private WebApplication? _app;

    private ThirdParty(string store, IStoreFixture rows, TestClock time)
    {
        _store = store;
        _rows = rows;
        Time = time;
    }

    public TestClock Time { get; }

    public LogLines Log { get; } = new();

    public HttpClient Client { get; private set; } = new();

    /// <summary>Who is logged in, or null to be shown the form; asked at each request of the log-in page.</summary>
    public Func<HttpContext, IdentityLink, Task<string?>> Login { get; set; } = static (_, _) => Task.FromResult<string?>("ada");

    public Uri Callback => new(Client.BaseAddress!, "/integration/callback");

    public IIntegrationTokenStore Tokens => _app!.Services.GetRequiredService<IIntegrationTokenStore>();

    public ShopClient Shop => _app!.Services.GetRequiredService<ShopClient>();

    public IServiceProvider Services => _app!.Services;

    public static async Task<ThirdParty> StartAsync<TStore>(string store, TestClock? time = null)
        where TStore : class, IStoreFixture, new()
    {
        var party = new ThirdParty(store, new TStore(), time ?? new TestClock());
        await party.RunAsync();
        return party;
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await RunAsync();
    }

    /// <summary>Posts the four fields, some of them otherwise; null leaves one out.</summary>
    public async Task<(int Status, string Body)> PostAsync(Action<Dictionary<string, string?>>? alter = null)
    {
        var fields = new Dictionary<string, string?>
        {
            ["oauth_consumer_key"] = new('k', 32),
            ["oauth_consumer_secret"] = new('s', 32),
            ["oauth_verifier"] = new('v', 32),
            ["store_base_url"] = _store,
        };
        alter?.Invoke(fields);
        using var form = new FormUrlEncodedContent(fields.Where(static field => field.Value is not null));
        using var response = await Client.PostAsync(Callback, form);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task<HttpResponseMessage> OpenAsync(string consumerKey, string callback) =>
        Client.GetAsync(new Uri(Client.BaseAddress!, $"/integration/login?oauth_consumer_key={consumerKey}&success_call_back={Uri.EscapeDataString(callback)}"));

    public byte[] Database()
    {
        using var copy = new MemoryStream();
        foreach (var file in _rows.Files())
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            stream.CopyTo(copy);
        }

        return copy.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _rows.Dispose();
    }

    private async Task RunAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Logging.AddProvider(Log).SetMinimumLevel(LogLevel.Trace);
        builder.Configuration["Declarative:Commerce:BaseUrl"] = _store;
        DeclarativeHost.Add(builder, [], declarative =>
        {
            _rows.Use(declarative);
            declarative.AddCommerceClient();
            declarative.AddCommerceClient<ShopClient>().AddHttpMessageHandler(static () => new OnceAgain());
        });
        _app = builder.Build();
        _app.MapIntegrationCallback("/integration/callback");
        _app.MapIdentityLink("/integration/login", (context, link) => Login(context, link));
        await _app.StartAsync();
        Client.Dispose();
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(_app.Urls.First()) };
    }

    private async Task StopAsync()
    {
        Client.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Sends again what is answered with 503, as applications have it done.</summary>
    private sealed class OnceAgain : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            return response.StatusCode == System.Net.HttpStatusCode.ServiceUnavailable ? await base.SendAsync(request, cancellationToken) : response;
        }
    }
}
