using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Declarative.Rest;

namespace Declarative.Commerce;

/// <summary>The commerce side's REST routes, called with a token. What it refuses ends the onboarding, by the label of the step.</summary>
internal sealed class CommerceApi : IDisposable
{
    private readonly HttpClient _http;

    public CommerceApi(Uri store, string token)
    {
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(store, "rest/V1/"), Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public Task<JsonNode?> GetAsync(string path, string label, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, label, path, cancellationToken);

    /// <summary>Sends a request.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path below <c>/rest/V1/</c>.</param>
    /// <param name="body">The body; null for none.</param>
    /// <param name="label">The label of a failure.</param>
    /// <param name="name">What the request is about, for messages.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OnboardingException">It is refused, or nothing answers.</exception>
    public async Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonObject? body, string label, string name, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            var answer = Parse(text);
            if (response.IsSuccessStatusCode && answer is not null)
                return answer;
            var status = (int)response.StatusCode;
            var message = ErrorText.Of(answer) ?? "not as a route of ours answers; is it the commerce side's address?";
            throw Failure(label, name, status, message, isUnreachable: status == 503);
        }
        catch (HttpRequestException exception)
        {
            throw Failure(label, name, null, $"{_http.BaseAddress!.GetLeftPart(UriPartial.Authority)} can't be reached: {exception.GetBaseException().Message.TrimEnd('.')}", isUnreachable: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure(label, name, null, string.Create(CultureInfo.InvariantCulture, $"{_http.BaseAddress!.GetLeftPart(UriPartial.Authority)} did not answer within {_http.Timeout.TotalSeconds} seconds"), isUnreachable: true);
        }
    }

    public void Dispose() => _http.Dispose();

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static OnboardingException Failure(string label, string name, int? status, string message, bool isUnreachable) =>
        new(label, $"{name}: {(status is { } code ? string.Create(CultureInfo.InvariantCulture, $"{code} ") : "")}{message}", new JsonObject { ["name"] = name, ["status"] = status, ["message"] = message }) { IsUnreachable = isUnreachable };
}
