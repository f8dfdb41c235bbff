using System.Net;
using Declarative.Integrations;
using Microsoft.AspNetCore.WebUtilities;

namespace Declarative.Commerce;

/// <summary>
/// The exchange of posted credentials: <c>POST oauth/token/request</c>, then <c>oauth/token/access</c>. It can be tried again; a
/// request token that was fetched is kept, since the originals give it once only.
/// </summary>
internal sealed class TokenFetch(PostedCredentials posted)
{
    /// <summary>The name of the HTTP client, whose requests are signed here.</summary>
    public const string Client = "Declarative.Commerce.Exchange";

    private const int MaxProblemLength = 300;

    private (string Token, string Secret)? _requestToken;

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; private set; }

    /// <summary>When it is to be tried next.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>Tries once.</summary>
    /// <exception cref="TokenFetchException">The store refused, or can't be reached.</exception>
    public async Task<IntegrationTokens> TryAsync(HttpClient http, TimeProvider time, CancellationToken cancellationToken)
    {
        Attempts++;
        var request = _requestToken ??= await FetchAsync("oauth/token/request", Signer(null, null)).ConfigureAwait(false);
        var access = await FetchAsync("oauth/token/access", Signer(request, posted.Verifier)).ConfigureAwait(false);
        return new IntegrationTokens { ConsumerKey = posted.ConsumerKey, ConsumerSecret = posted.ConsumerSecret, AccessToken = access.Token, AccessTokenSecret = access.Secret };

        async Task<(string Token, string Secret)> FetchAsync(string path, RequestSigner signer)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(http.BaseAddress!, path));
            await signer.SignAsync(message, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            return await SendAsync(http, path, message, cancellationToken).ConfigureAwait(false);
        }
    }

    private RequestSigner Signer((string Token, string Secret)? token, string? verifier) => new()
    {
        ConsumerKey = posted.ConsumerKey,
        ConsumerSecret = posted.ConsumerSecret,
        Token = token?.Token,
        TokenSecret = token?.Secret ?? "",
        Verifier = verifier,
    };

    private static async Task<(string Token, string Secret)> SendAsync(HttpClient http, string path, HttpRequestMessage message, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.SendAsync(message, cancellationToken).ConfigureAwait(false);
            var fields = QueryHelpers.ParseQuery(await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
            if (!response.IsSuccessStatusCode)
                throw new TokenFetchException($"{path} answered {(int)response.StatusCode} {Shown(fields.GetValueOrDefault("oauth_problem").ToString())}".TrimEnd(), response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized);
            return (fields.GetValueOrDefault("oauth_token").ToString(), fields.GetValueOrDefault("oauth_token_secret").ToString()) is ({ Length: > 0 and <= CallbackPage.MaxLength }, { Length: > 0 and <= CallbackPage.MaxLength }) token
                ? token
                : throw new TokenFetchException($"{path} answered {(int)response.StatusCode}, but no oauth_token and oauth_token_secret", isFinal: false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TokenFetchException($"{path} did not answer within {http.Timeout.TotalSeconds} seconds", isFinal: false, exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new TokenFetchException($"{path}: {exception.GetBaseException().Message.TrimEnd('.')}", isFinal: false, exception);
        }
    }

    private static string Shown(string problem) =>
        string.Concat(problem.Take(MaxProblemLength).Select(static one => char.IsControl(one) ? ' ' : one));
}

/// <summary>Tokens could not be fetched.</summary>
/// <param name="message">Why.</param>
/// <param name="isFinal">Whether the store knows these credentials not, or no more, so that asking again is no use.</param>
/// <param name="innerException">What caused it.</param>
internal sealed class TokenFetchException(string message, bool isFinal, Exception? innerException = null) : Exception(message, innerException)
{
    public bool IsFinal { get; } = isFinal;
}
