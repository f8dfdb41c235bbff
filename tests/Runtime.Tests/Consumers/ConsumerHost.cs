using System.Text;
using System.Text.Json;
using Declarative.Consumers;
using Declarative.Modules;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Consumers;

/// <summary>A host with a consumer, and a sender that writes requests by hand.</summary>
public sealed class ConsumerHost : IAsyncDisposable
{
    private readonly RestHost _host;

    private ConsumerHost(RestHost host, Handled handled)
    {
        _host = host;
        Handled = handled;
    }

    public Handled Handled { get; }

    public LogLines Log => _host.Log;

    public HttpClient Client => _host.Client;

    public IServiceProvider Services => _host.Services;

    public IStoreFixture Store => _host.Store;

    public static Task<ConsumerHost> StartAsync<TStore>(Action<ModuleManifest>? declare = null, Dictionary<string, string?>? configuration = null, TimeProvider? time = null, Action<IServiceCollection>? services = null)
        where TStore : class, IStoreFixture, new() =>
        StartAsync<TStore>([() => RestHost.Module("BackOffice", declare ?? ProductConsumer.Declare)], configuration, time, services);

    public static async Task<ConsumerHost> StartAsync<TStore>(IReadOnlyList<Func<ModuleManifest>> modules, Dictionary<string, string?>? configuration = null, TimeProvider? time = null, Action<IServiceCollection>? services = null)
        where TStore : class, IStoreFixture, new()
    {
        var handled = new Handled();
        var host = await RestHost.StartAsync<TStore>(modules, builder =>
        {
            builder.Configuration.AddInMemoryCollection(configuration ?? []);
            builder.Services.AddSingleton(handled);
            if (time is not null)
                builder.Services.AddSingleton(time);
        }, replace: services);
        return new ConsumerHost(host, handled);
    }

    /// <summary>Posts to the consumer; the answer's status and body.</summary>
    public async Task<(int Status, JsonElement Body)> PostAsync(string body, string contentType = "application/json", string path = ProductConsumer.Path, params (string Name, string Value)[] headers)
    {
        using var response = await RespondAsync(Encoding.UTF8.GetBytes(body), contentType, path, headers);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, JsonDocument.Parse(text).RootElement);
    }

    public async Task<HttpResponseMessage> RespondAsync(byte[] body, string contentType = "application/json", string path = ProductConsumer.Path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request);
    }

    /// <summary>Posts an event in the starter kit's form.</summary>
    public Task<(int Status, JsonElement Body)> SendAsync(string type, string data, string? id = null) =>
        PostAsync($$"""{"type":"{{type}}","data":{{data}}}""", headers: id is null ? [] : [("webhook-id", id)]);

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
