using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Declarative.Rest;

namespace Declarative.Cli.Hosts;

/// <summary>A host's REST routes, wherever the host is: who refuses what, and by which text, is the same.</summary>
internal sealed class HostApi : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly LocalHost? _local;

    private HostApi(HttpClient http, LocalHost? local = null)
    {
        _http = http;
        _local = local;
    }

    public static HostApi At(Uri url, string? token)
    {
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(url, "rest/V1/") };
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new HostApi(http);
    }

    public static HostApi Over(LocalHost host) => new(new HttpClient(host.MakeHandler()) { BaseAddress = new Uri("http://localhost/rest/V1/") }, host);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_local is not null)
            await _local.DisposeAsync().ConfigureAwait(false);
    }

    public Task<JsonNode?> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>What a route has; null where it says that there is no such thing.</summary>
    /// <exception cref="CommandException">The route refuses, or nothing answers.</exception>
    public async Task<JsonNode?> FindAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (CommandException exception) when (exception.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Sends a request to a route.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path below <c>/rest/V1/</c>.</param>
    /// <param name="body">The body; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CommandException">The route refuses, or nothing answers.</exception>
    public async Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw Refusal(response.StatusCode, text);
            return JsonNode.Parse(text);
        }
        catch (JsonException exception)
        {
            throw new CommandException($"{request.RequestUri} answers, but not with JSON; is it the address of a host with MapDeclarative()?", ExitCode.Refused, exception);
        }
        catch (HttpRequestException exception)
        {
            throw new CommandException($"{_http.BaseAddress!.GetLeftPart(UriPartial.Authority)} can't be reached: {exception.GetBaseException().Message.TrimEnd('.')}. Is the host running there?", ExitCode.Unreachable, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandException($"{_http.BaseAddress!.GetLeftPart(UriPartial.Authority)} did not answer within {_http.Timeout.TotalSeconds:0} seconds.", ExitCode.Unreachable, exception);
        }
    }

    private static CommandException Refusal(HttpStatusCode status, string text)
    {
        var code = status == HttpStatusCode.ServiceUnavailable ? ExitCode.Unreachable : ExitCode.Refused;
        if (!text.StartsWith('{') || JsonNode.Parse(text) is not { } error || error["message"] is null)
            return new CommandException($"The host answered {(int)status} {status}, and not as a route of ours; is it the address of a host with MapDeclarative()?", code);
        var lines = new List<string> { ErrorText.Of(error)! };
        lines.AddRange((error["errors"] as JsonArray ?? []).Select(static one => "  - " + ErrorText.Of(one)));
        if (status == HttpStatusCode.Unauthorized)
            lines.Add("Give a token by --token or DECLARATIVE_TOKEN; POST /rest/V1/integration/admin/token makes one.");
        return new CommandException(string.Join(Environment.NewLine, lines), code) { IsNotFound = status == HttpStatusCode.NotFound };
    }
}
