using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Declarative.Faults.Harness;

/// <summary>
/// Kept outside of the victims: which numbers were acknowledged, and which came, to which path, under which <c>webhook-id</c>, how often. It is a receiver
/// too, whose answers a case chooses.
/// </summary>
internal sealed class Ledger : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly int _subscriptions;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, (bool IsAcknowledged, int Paths)> _numbers = [];
    private readonly Dictionary<(string Path, int Number), Came> _delivered = [];
    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);
    private int _acknowledged;
    private int _came;
    private int _missing;
    private long _requests;

    private Ledger(WebApplication app, int subscriptions)
    {
        _app = app;
        _subscriptions = subscriptions;
    }

    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Numbers that came to at least one path.</summary>
    public int Delivered => Volatile.Read(ref _came);

    /// <summary>What was acknowledged and has not come to each subscription's path yet.</summary>
    public int Missing => Volatile.Read(ref _missing);

    public long Requests => Interlocked.Read(ref _requests);

    public string Url => _app.Urls.First();

    /// <summary>Called before a request is written down; a status other than 200 means that it isn't.</summary>
    public Func<HttpContext, Task<int>> Answer { get; set; } = static _ => Task.FromResult(StatusCodes.Status200OK);

    /// <summary>Starts one; each number must come by so many paths.</summary>
    public static async Task<Ledger> StartAsync(string url = "http://127.0.0.1:0", int subscriptions = 1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var ledger = new Ledger(app, subscriptions);
        app.MapPost("/{**path}", ledger.ReceiveAsync);
        await app.StartAsync();
        return ledger;
    }

    public void Acknowledge(int number)
    {
        lock (_lock)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, number, out _);
            if (entry.IsAcknowledged)
                return;
            entry.IsAcknowledged = true;
            _acknowledged++;
            _missing += entry.Paths < _subscriptions ? 1 : 0;
        }
    }

    /// <summary>How many were lost, how many deliveries came more than once, and how many events were made into two deliveries for one path.</summary>
    public (int Lost, int Repeated, int Split) Audit()
    {
        lock (_lock)
            return (_missing, _delivered.Values.Sum(static came => came.Times - 1), _delivered.Values.Count(static came => came.OtherIds is not null));
    }

    /// <summary>Waits until all that was acknowledged has come; false if nothing comes any more for the time.</summary>
    public async Task<bool> SettledAsync(TimeSpan? patience = null)
    {
        var quiet = System.Diagnostics.Stopwatch.StartNew();
        var seen = Requests;
        while (Missing > 0)
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
        if (context.Response.StatusCode != StatusCodes.Status200OK)
            return;
        Note(context.Request.Path, number, context.Request.Headers["webhook-id"].ToString());
    }

    private void Note(string path, int number, string id)
    {
        var key = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16));
        lock (_lock)
        {
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_paths, path, out _);
            known ??= path;
            ref var came = ref CollectionsMarshal.GetValueRefOrAddDefault(_delivered, (known, number), out var isKnown);
            came.Times++;
            if (isKnown)
            {
                if (came.Id != key)
                    (came.OtherIds ??= []).Add(key);
                return;
            }

            came.Id = key;
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, number, out _);
            entry.Paths++;
            _came += entry.Paths == 1 ? 1 : 0;
            _missing -= entry.IsAcknowledged && entry.Paths == _subscriptions ? 1 : 0;
        }
    }

    /// <summary>How a number came by a path; small, since some cases look at the memory of this process.</summary>
    private struct Came
    {
        public Guid Id { get; set; }

        public int Times { get; set; }

        public HashSet<Guid>? OtherIds { get; set; }
    }
}
