using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Declarative.EndToEnd.Tests.Harness;

/// <summary>Receives the victim's deliveries, outside of it, and counts them by number and by <c>webhook-id</c>.</summary>
internal sealed class LedgerReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SemaphoreSlim _arrived = new(0);

    private LedgerReceiver(WebApplication app) => _app = app;

    /// <summary>For each number, how often each <c>webhook-id</c> brought it.</summary>
    public ConcurrentDictionary<int, ConcurrentDictionary<string, int>> Received { get; } = [];

    public string Url => _app.Urls.First() + "/";

    public static async Task<LedgerReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new LedgerReceiver(app);
        app.MapPost("/", async (HttpContext context) =>
        {
            using var json = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            var number = json.RootElement.GetProperty("data").GetProperty("number").GetInt32();
            receiver.Received.GetOrAdd(number, _ => []).AddOrUpdate(context.Request.Headers["webhook-id"].ToString(), 1, (_, times) => times + 1);
            receiver._arrived.Release();
        });
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Waits until something more arrives; false if nothing does for the time.</summary>
    public async Task<bool> MoreAsync(TimeSpan patience)
    {
        var isMore = await _arrived.WaitAsync(patience);
        while (_arrived.Wait(0))
        {
            // All that came meanwhile is seen by the same look.
        }

        return isMore;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _arrived.Dispose();
    }
}
