namespace Declarative.Benchmarks.PostgreSql;

/// <summary>A receiver that tells when so many requests have been answered.</summary>
internal sealed class CountingReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private TaskCompletionSource _reached = new();
    private int _left;

    private CountingReceiver(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single() + "/hook");

    public static async Task<CountingReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new CountingReceiver(app);
        app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            if (Interlocked.Decrement(ref receiver._left) == 0)
                receiver._reached.SetResult();
        });
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Does something and waits until so many requests came of it.</summary>
    public async Task CountAsync(int requests, Func<Task> act)
    {
        _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _left, requests);
        await act();
        await _reached.Task;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
