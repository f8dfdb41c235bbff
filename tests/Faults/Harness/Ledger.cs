using System.Collections.Concurrent;
using System.Text.Json;

namespace Declarative.Faults.Harness;

/// <summary>
/// Kept outside of the victims: which numbers were acknowledged, and which came, to which path, under which <c>webhook-id</c>, how often. It is a receiver
/// too, whose answers a case chooses.
/// </summary>
internal sealed class Ledger : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<int, bool> _acknowledged = new();
    private readonly ConcurrentDictionary<(string Path, int Number), ConcurrentDictionary<string, int>> _delivered = new();
    private long _requests;

    private Ledger(WebApplication app) => _app = app;

    public int Acknowledged => _acknowledged.Count;

    /// <summary>Numbers that came to at least one path.</summary>
    public int Delivered => _delivered.Keys.Select(static key => key.Number).Distinct().Count();

    public long Requests => Interlocked.Read(ref _requests);

    public string Url => _app.Urls.First();

    /// <summary>Called before a request is written down; a status other than 200 means that it isn't.</summary>
    public Func<HttpContext, Task<int>> Answer { get; set; } = static _ => Task.FromResult(StatusCodes.Status200OK);

    public static async Task<Ledger> StartAsync(string url = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var ledger = new Ledger(app);
        app.MapPost("/{**path}", ledger.ReceiveAsync);
        await app.StartAsync();
        return ledger;
    }

    public void Acknowledge(int number) => _acknowledged[number] = true;

    /// <summary>What was acknowledged and has not come to each of so many paths yet.</summary>
    public int Missing(int subscriptions = 1)
    {
        var counts = new Dictionary<int, int>();
        foreach (var key in _delivered.Keys)
            counts[key.Number] = counts.GetValueOrDefault(key.Number) + 1;
        return _acknowledged.Keys.Count(number => counts.GetValueOrDefault(number) < subscriptions);
    }

    /// <summary>How many were lost, how many deliveries came more than once, and how many events were made into two deliveries for one path.</summary>
    public (int Lost, int Repeated, int Split) Audit(int subscriptions) => (
        Missing(subscriptions),
        _delivered.Values.Sum(static ids => ids.Values.Sum() - 1),
        _delivered.Values.Count(static ids => ids.Count > 1));

    /// <summary>Waits until all that was acknowledged has come; false if nothing comes any more for the time.</summary>
    public async Task<bool> SettledAsync(int subscriptions = 1, TimeSpan? patience = null)
    {
        var quiet = System.Diagnostics.Stopwatch.StartNew();
        var seen = Requests;
        while (Missing(subscriptions) > 0)
        {
            if (Requests != seen)
            {
                seen = Requests;
                quiet.Restart();
            }

            if (quiet.Elapsed > (patience ?? TimeSpan.FromSeconds(75)))
                return false;
            await Task.Delay(20);
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        context.Request.EnableBuffering();
        using var json = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var number = json.RootElement.GetProperty("data").GetProperty("number").GetInt32();
        context.Response.StatusCode = await Answer(context);
        if (context.Response.StatusCode == StatusCodes.Status200OK)
            _delivered.GetOrAdd((context.Request.Path, number), static _ => []).AddOrUpdate(context.Request.Headers["webhook-id"].ToString(), 1, static (_, times) => times + 1);
    }
}
