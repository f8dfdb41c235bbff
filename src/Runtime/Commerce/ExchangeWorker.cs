using Declarative.Storage;
using Declarative.Telemetry;
using Declarative.Work;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Declarative.Commerce;

/// <summary>
/// Exchanges posted credentials for tokens, in the background since the store waits 5 seconds only for the answer to its post. Tried
/// again after 1, 2, 4, … 30 seconds while the store accepts it, also after a restart. Tokens that work are replaced only by tokens.
/// </summary>
internal sealed class ExchangeWorker(CommerceTokens tokens, IIntegrationTokenStore store, RegisteredStore registered, PostSignal signal, IHttpClientFactory clients, TimeProvider time, ILogger<ExchangeWorker> logger) : BackgroundService
{
    // As long as stores accept an exchange, unless they are told otherwise.
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    // What is posted wakes the worker; this is for posts that another node took and did not finish.
    private static readonly TimeSpan BackStop = TimeSpan.FromSeconds(30);

    private readonly Dictionary<long, TokenFetch> _fetches = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var outage = new Outage("token exchange", logger);
        try
        {
            while (true)
            {
                DateTimeOffset next;
                try
                {
                    next = await RunAsync(stoppingToken).ConfigureAwait(false);
                    outage.End();
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    next = time.GetUtcNow() + outage.Failed(exception);
                }

                await signal.Signal.WaitAsync(time.GetTimestamp(), next - time.GetUtcNow(), time, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; what waits goes on after the next start.
        }
    }

    /// <summary>Tries what is due; when to look again.</summary>
    private async Task<DateTimeOffset> RunAsync(CancellationToken cancellationToken)
    {
        var posts = await store.LoadPostsAsync(cancellationToken).ConfigureAwait(false);
        foreach (var gone in _fetches.Keys.Except(posts.Select(static post => post.Id)).ToList())
            _fetches.Remove(gone);
        foreach (var post in posts)
        {
            if (time.GetUtcNow() >= post.PostedAt + Period)
                await EndAsync(post, $"it was not done within {Period.TotalMinutes} minutes", cancellationToken).ConfigureAwait(false);
            else
                await TryAsync(post, cancellationToken).ConfigureAwait(false);
        }

        return _fetches.Values.Select(static fetch => fetch.DueAt).Append(time.GetUtcNow() + BackStop).Min();
    }

    private async Task TryAsync(IntegrationPostRecord post, CancellationToken cancellationToken)
    {
        if (!_fetches.TryGetValue(post.Id, out var fetch))
            _fetches.Add(post.Id, fetch = new TokenFetch(tokens.Read(post)));
        if (fetch.DueAt > time.GetUtcNow())
            return;
        try
        {
            using var http = clients.CreateClient(TokenFetch.Client);
            var fetched = await fetch.TryAsync(http, time, cancellationToken).ConfigureAwait(false);
            await tokens.SaveAsync(post.Id, fetched, cancellationToken).ConfigureAwait(false);
            _fetches.Remove(post.Id);
            logger.TokensFetched(registered.BaseUrl.Authority);
        }
        catch (TokenFetchException exception) when (exception.IsFinal)
        {
            await EndAsync(post, exception.Message, cancellationToken).ConfigureAwait(false);
        }
        catch (TokenFetchException exception)
        {
            var delay = TimeSpan.FromSeconds(Math.Min(30, 1 << Math.Min(fetch.Attempts - 1, 5)));
            var (again, end) = (time.GetUtcNow() + delay, post.PostedAt + Period);
            fetch.DueAt = again < end ? again : end;
            logger.TokensNotFetched(exception.Message, delay);
        }
    }

    private async Task EndAsync(IntegrationPostRecord post, string problem, CancellationToken cancellationToken)
    {
        await store.DeletePostAsync(post.Id, cancellationToken).ConfigureAwait(false);
        _fetches.Remove(post.Id);
        logger.ExchangeGivenUp(registered.BaseUrl.Authority, problem);
    }
}

/// <summary>Credentials were posted.</summary>
internal sealed class PostSignal : IDisposable
{
    public WakeSignal Signal { get; } = new();

    public void Set() => Signal.Set();

    public void Dispose() => Signal.Dispose();
}
