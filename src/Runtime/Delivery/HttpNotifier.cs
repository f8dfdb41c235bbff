using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Declarative.Secrets;
using Microsoft.Extensions.Options;

namespace Declarative.Delivery;

/// <summary>
/// Posts the payload in the subscription's form, mostly <c>{"data": payload}</c>, and signs exactly the bytes it sends, both as the original systems do
/// (<c>x-magento-signature</c>) and by Standard Webhooks 1.0.0. 2xx is success; redirects are not followed.
/// </summary>
internal sealed class HttpNotifier : INotifier, IDisposable
{
    private static readonly string UserAgent = "Declarative/" + Modules.ModuleCatalog.PackageVersion;

    private readonly AddressGuard _guard;
    private readonly Envelope _envelope;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;

    public HttpNotifier(AddressGuard guard, Envelope envelope, IOptions<DeliveryOptions> options, TimeProvider time)
    {
        _guard = guard;
        _envelope = envelope;
        _time = time;
        _http = new HttpMessageInvoker(OutgoingHttp.Handler(guard, options.Value));
    }

    public bool RequiresToken => true;

    public string? Validate(string recipient) => OutgoingHttp.ProblemOf(recipient, _guard);

    public async Task<NotifierResult> NotifyAsync(Notification notification, CancellationToken cancellationToken)
    {
        using var request = Request(notification);
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var (text, isTruncated) = await ResponseText.ReadAsync(response, cancellationToken).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            return new NotifierResult
            {
                IsSuccess = response.IsSuccessStatusCode,
                IsGone = response.StatusCode == HttpStatusCode.Gone,
                Status = status,
                Reason = response.IsSuccessStatusCode ? null : response.StatusCode == HttpStatusCode.Gone ? "gone" : "status",
                Response = text.Length > 0 ? text : response.ReasonPhrase,
                IsTruncated = isTruncated,
                RequestHeaders = HeaderText.Of(request.Headers, request.Content!.Headers),
                ResponseHeaders = HeaderText.Of(response.Headers, response.Content.Headers),
                RetryAfter = response.IsSuccessStatusCode ? null : RetryAfter(response.Headers.RetryAfter),
            };
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return FailureOf(exception) with { RequestHeaders = HeaderText.Of(request.Headers, request.Content!.Headers) };
        }
    }

    /// <summary>What a request that failed without an answer means; where the caller's token did not end it, a cancelled one took longer than ConnectTimeout.</summary>
    public static NotifierResult FailureOf(Exception exception) => exception is OperationCanceledException
        ? NotifierResult.Failure("connect", exception.InnerException?.Message ?? exception.Message)
        : NotifierResult.Failure(ReasonOf(exception), Innermost(exception).Message);

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(Notification notification)
    {
        var id = notification.WebhookId;
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var (before, after) = _envelope.Around(notification);
        var (signed, bodyStart) = SignedContent(id, timestamp, before, notification.Payload.Span, after);
        var body = signed.AsMemory(bodyStart);
        var request = new HttpRequestMessage(HttpMethod.Post, notification.Recipient)
        {
            Content = new ReadOnlyMemoryContent(body),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Content.Headers.ContentType = Envelope.ContentType(notification.Format);
        var headers = request.Headers;
        headers.TryAddWithoutValidation("user-agent", UserAgent);
        headers.TryAddWithoutValidation("x-event-name", notification.EventCode);
        headers.TryAddWithoutValidation("x-attempt", notification.Attempt.ToString(CultureInfo.InvariantCulture));
        headers.TryAddWithoutValidation("webhook-id", id);
        headers.TryAddWithoutValidation("webhook-timestamp", timestamp);
        _envelope.AddHeaders(headers, notification);
        if (notification.Secret is { } secret)
            Sign(headers, secret, signed, body.Span);
        if (notification.TraceParent is { } traceParent)
            headers.TryAddWithoutValidation("traceparent", traceParent);
        if (notification.TraceState is { } traceState)
            headers.TryAddWithoutValidation("tracestate", traceState);
        return request;
    }

    /// <summary>
    /// During a rotation's overlap Standard Webhooks' header carries the signatures of both tokens, of which a receiver
    /// may know either; the original's header has room for one and keeps the old token until the overlap ends.
    /// </summary>
    private void Sign(HttpRequestHeaders headers, SubscriptionSecret secret, byte[] signed, ReadOnlySpan<byte> body)
    {
        var previous = secret.PreviousUntil > _time.GetUtcNow() ? secret.Previous : null;
        var standard = secret.Current.SignStandard(signed);
        headers.TryAddWithoutValidation("x-magento-signature", (previous ?? secret.Current).SignMagento(body));
        headers.TryAddWithoutValidation("webhook-signature", previous is null ? standard : standard + " " + previous.SignStandard(signed));
    }

    /// <summary>One buffer for both signatures and the request: <c>id.timestamp.body</c>, the body being its end.</summary>
    private static (byte[] Bytes, int BodyStart) SignedContent(string id, string timestamp, byte[] before, ReadOnlySpan<byte> payload, byte[] after)
    {
        var bodyStart = id.Length + timestamp.Length + 2;
        var bytes = new byte[bodyStart + before.Length + payload.Length + after.Length];
        var at = Encoding.ASCII.GetBytes(id, bytes);
        bytes[at++] = (byte)'.';
        at += Encoding.ASCII.GetBytes(timestamp, bytes.AsSpan(at));
        bytes[at] = (byte)'.';
        before.CopyTo(bytes.AsSpan(bodyStart));
        payload.CopyTo(bytes.AsSpan(bodyStart + before.Length));
        after.CopyTo(bytes.AsSpan(bodyStart + before.Length + payload.Length));
        return (bytes, bodyStart);
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? (header?.Date - _time.GetUtcNow());
        return wait > TimeSpan.Zero ? wait : null;
    }

    private static string ReasonOf(Exception exception)
    {
        for (var one = exception; one is not null; one = one.InnerException)
        {
            if (one is RefusedAddressException)
                return "refused_address";
        }

        return exception is HttpRequestException { HttpRequestError: var error } ? error switch
        {
            HttpRequestError.NameResolutionError => "dns",
            HttpRequestError.SecureConnectionError => "tls",
            HttpRequestError.ConnectionError => "connect",
            _ => "protocol",
        }
        : "protocol";
    }

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
            exception = inner;
        return exception;
    }
}
