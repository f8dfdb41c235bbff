using System.Net;
using Declarative.Delivery;
using Declarative.Modules;
using Microsoft.Extensions.Options;

namespace Declarative.Integrations;

/// <summary>
/// Posts an integration's credentials to its callback page: the four fields of the originals as a form, 5 seconds for everything, no
/// redirects, only to addresses that deliveries may go to.
/// </summary>
internal sealed class CredentialsPost(AddressGuard guard, IOptions<DeliveryOptions> options) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly HttpMessageInvoker _http = new(OutgoingHttp.Handler(guard, options.Value));

    /// <summary>Posts; why that failed, null if the page accepted it. What the page answers besides its status counts for nothing.</summary>
    public async Task<string?> SendAsync(string endpointUrl, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        using var request = new HttpRequestMessage(HttpMethod.Post, endpointUrl) { Content = new FormUrlEncodedContent(fields) };
        request.Headers.TryAddWithoutValidation("user-agent", "Declarative/" + ModuleCatalog.PackageVersion);
        try
        {
            using var response = await _http.SendAsync(request, timeout.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
                return null;
            var status = $"it answered {(int)response.StatusCode} {response.ReasonPhrase}";
            return response.StatusCode is >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest && response.Headers.Location is { } target
                ? $"{status} to {target}; redirects are not followed, so the integration's callback URL must be the final one"
                : status;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"it did not answer within {Timeout.TotalSeconds} seconds";
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is HttpRequestException or IOException)
        {
            while (exception.InnerException is { } inner)
                exception = inner;
            return exception.Message.TrimEnd('.');
        }
    }

    public void Dispose() => _http.Dispose();
}
