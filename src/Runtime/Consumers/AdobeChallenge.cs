using System.Net;
using System.Text.Json;
using Declarative.Delivery;
using Declarative.Modules;
using Declarative.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Consumers;

/// <summary>
/// Answers Adobe I/O Events, which asks before it sends whether a consumer is meant to get events: <c>GET ?challenge=x</c> wants the text back, a post with a
/// <c>validationUrl</c> wants that URL fetched within five minutes. It is fetched at once, when the post is answered. Anybody may ask, so only Adobe's hosts
/// are called, and a few at a time.
/// </summary>
internal sealed class AdobeChallenge : IDisposable
{
    private const int MaxLength = 1024;
    private const int MaxAtOnce = 4;
    private const string AdobeHosts = ".adobe.io";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private readonly AddressGuard _guard;
    private readonly IList<string> _hosts;
    private readonly HttpMessageInvoker _http;
    private readonly ILogger _logger;
    private int _running;

    [ActivatorUtilitiesConstructor]
    public AdobeChallenge(AddressGuard guard, IOptions<DeliveryOptions> delivery, IOptions<ConsumerOptions> options, ILogger<AdobeChallenge> logger)
        : this(OutgoingHttp.Handler(guard, delivery.Value), guard, options.Value, logger)
    {
    }

    internal AdobeChallenge(HttpMessageHandler handler, AddressGuard guard, ConsumerOptions options, ILogger logger)
    {
        _http = new HttpMessageInvoker(handler);
        _guard = guard;
        _hosts = options.ValidationHosts;
        _logger = logger;
    }

    /// <summary>Answers the request if it is a challenge; false if it is none.</summary>
    public async ValueTask<bool> AnswerAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await EchoAsync(context).ConfigureAwait(false);
            return true;
        }

        // An event may have its type in a header, and anything for a body.
        if (context.Request.Headers.ContainsKey("ce-type") || context.Request.Headers.ContainsKey("x-event-name") || UrlIn(body.Span) is not { } url)
            return false;
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.OnCompleted(() => ConfirmAsync(url));
        return true;
    }

    public void Dispose() => _http.Dispose();

    private static Task EchoAsync(HttpContext context) => context.Request.Query["challenge"] is [{ Length: > 0 and <= MaxLength } challenge]
        ? ConsumerAnswer.SendAsync(context, StatusCodes.Status200OK, writer => writer.WriteString("challenge"u8, challenge))
        : ConsumerAnswer.RefuseAsync(context, StatusCodes.Status400BadRequest, $"Ask with one challenge of {MaxLength} characters at most; send events with POST.");

    /// <summary>The URL of a post that asks; null if it is no such post: an event has a type.</summary>
    private static string? UrlIn(ReadOnlySpan<byte> body)
    {
        string? url = null;
        try
        {
            var json = new Utf8JsonReader(body);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return null;
            while (json.Read() && json.TokenType != JsonTokenType.EndObject)
            {
                var name = PayloadMember.Text(ref json);
                if (name.SequenceEqual("type"u8))
                    return null;
                var isUrl = name.SequenceEqual("validationUrl"u8);
                json.Read();
                if (isUrl && (json.TokenType != JsonTokenType.String || !PayloadMember.TryGetString(ref json, out url)))
                    return null;
                json.Skip();
            }

            return url;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task ConfirmAsync(string url)
    {
        try
        {
            if (Interlocked.Increment(ref _running) > MaxAtOnce)
                _logger.ChallengeNotConfirmed("too many ask at once");
            else if (ProblemOf(url) is { } problem)
                _logger.ChallengeNotConfirmed(problem);
            else
                await FetchAsync(new Uri(url)).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>Why the URL is not fetched. It came from anybody, so the log doesn't repeat it.</summary>
    private string? ProblemOf(string text)
    {
        if (OutgoingHttp.ProblemOf(text, _guard) is not null)
            return "the URL to be fetched is none that requests may go to";
        var url = new Uri(text);
        if (url.Scheme != Uri.UriSchemeHttps)
            return "the URL to be fetched is not https";
        return url.IdnHost.EndsWith(AdobeHosts, StringComparison.OrdinalIgnoreCase) || _hosts.Contains(url.IdnHost, StringComparer.OrdinalIgnoreCase)
            ? null
            : "the URL to be fetched is not Adobe's; if its host is right, list it in Declarative:Consumers:ValidationHosts";
    }

    private async Task FetchAsync(Uri url)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        request.Headers.TryAddWithoutValidation("user-agent", "Declarative/" + ModuleCatalog.PackageVersion);
        try
        {
            using var response = await _http.SendAsync(request, timeout.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
                _logger.ChallengeConfirmed(url.IdnHost);
            else
                _logger.ChallengeNotConfirmed($"{url.IdnHost} answered {(int)response.StatusCode}");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            while (exception.InnerException is { } inner)
                exception = inner;
            _logger.ChallengeNotConfirmed($"{url.IdnHost} could not be asked: {exception.Message.TrimEnd('.')}");
        }
    }
}
