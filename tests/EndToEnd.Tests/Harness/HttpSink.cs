using System.Collections.Concurrent;
using System.Net;

namespace Declarative.EndToEnd.Tests.Harness;

/// <summary>A server on a port of its own that takes everything and answers 200.</summary>
internal sealed class HttpSink : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _loop;

    public HttpSink()
    {
        Url = "http://127.0.0.1:" + ReadmeTests.FreePort();
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _loop = Task.Run(TakeAsync);
    }

    public string Url { get; }

    public ConcurrentQueue<SunkRequest> Requests { get; } = [];

    public void Dispose()
    {
        _listener.Close();
        _loop.Wait(TimeSpan.FromSeconds(30));
    }

    private async Task TakeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            Requests.Enqueue(new SunkRequest(
                context.Request.Url!.AbsolutePath,
                context.Request.Headers.AllKeys.ToDictionary(static name => name!.ToLowerInvariant(), name => context.Request.Headers[name]!, StringComparer.Ordinal),
                body.ToArray()));
            context.Response.Close();
        }
    }
}

/// <summary>A request as it came.</summary>
internal sealed record SunkRequest(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);
