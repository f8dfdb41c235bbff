using System.Globalization;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Declarative.Delivery;
using Microsoft.Extensions.Options;

namespace Declarative.EventBridge;

/// <summary>Sends <c>PutEvents</c> requests (API version 2015-10-07), signed anew each.</summary>
internal sealed class EventBridgeClient : IDisposable
{
    private readonly EventBridgeOptions _options;
    private readonly DeliveryHttp _deliveryHttp;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly HttpMessageInvoker _http;
    private readonly Uri _url;

    public EventBridgeClient(IOptions<EventBridgeOptions> options, IOptions<DeliveryOptions> delivery, DeliveryHttp deliveryHttp, TimeProvider time)
    {
        _options = options.Value;
        _deliveryHttp = deliveryHttp;
        _time = time;
        _timeout = delivery.Value.AttemptTimeout;
        _http = new HttpMessageInvoker(deliveryHttp.CreateHandler());
        _url = new Uri(_options.Endpoint ?? $"https://events.{_options.Region}.{RegionEndpoint.GetBySystemName(_options.Region).PartitionDnsSuffix}/");
    }

    /// <summary>Sends entries that fit into one request; gives their results in order.</summary>
    public async Task<IReadOnlyList<NotifierResult>> PutAsync(IReadOnlyList<EventEntry> entries)
    {
        using var limit = new CancellationTokenSource(_timeout, _time);
        try
        {
            using var request = await RequestAsync(EventEntry.Body(entries)).ConfigureAwait(false);
            using var response = await _http.SendAsync(request, limit.Token).ConfigureAwait(false);
            var (text, _) = await DeliveryHttp.ReadAsync(response, limit.Token).ConfigureAwait(false);
            return EntryAnswer.Read(entries.Count, (int)response.StatusCode, text);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return EntryAnswer.All(entries.Count, NotifierResult.Failure("timeout", string.Create(CultureInfo.InvariantCulture, $"{_url.Host} did not answer within {_timeout.TotalSeconds:0.#} s")));
        }
        catch (AmazonClientException exception)
        {
            return EntryAnswer.All(entries.Count, NotifierResult.Failure("credentials", "No AWS credentials were found; set Declarative:EventBridge:AccessKeyId and SecretAccessKey, or give the process a profile or role: " + exception.Message));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return EntryAnswer.All(entries.Count, DeliveryHttp.FailureOf(exception));
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpRequestMessage> RequestAsync(byte[] body)
    {
        var credentials = await CredentialsAsync().ConfigureAwait(false);
        var now = _time.GetUtcNow();
        var headers = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["content-type"] = "application/x-amz-json-1.1",
            ["host"] = _url.Authority,
            ["x-amz-date"] = RequestSignature.Date(now),
            ["x-amz-target"] = "AWSEvents.PutEvents",
        };
        if (credentials.UseToken)
            headers["x-amz-security-token"] = credentials.Token;
        var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.TryAddWithoutValidation("authorization", RequestSignature.Of(request, headers, body, credentials, _options.Region!, "events", now));
        return request;
    }

    private Task<ImmutableCredentials> CredentialsAsync() => _options.AccessKeyId is { } key
        ? Task.FromResult(new ImmutableCredentials(key, _options.SecretAccessKey, _options.SessionToken))
        : DefaultAWSCredentialsIdentityResolver.GetCredentials().GetCredentialsAsync();
}
