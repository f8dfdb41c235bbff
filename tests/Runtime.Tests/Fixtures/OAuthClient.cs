using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Declarative.Tests.Fixtures;

/// <summary>A third party that signs by hand, so that what is signed doesn't depend on the code that checks it.</summary>
public sealed class OAuthClient(HttpClient http, TimeProvider time)
{
    private int _nonces;

    public string ConsumerKey { get; set; } = "";

    public string ConsumerSecret { get; set; } = "";

    public string? Token { get; set; }

    public string TokenSecret { get; set; } = "";

    /// <summary>Changes the protocol's parameters before they are signed.</summary>
    public Action<Dictionary<string, string>>? Alter { get; set; }

    /// <summary>Changes the header after it was signed.</summary>
    public Func<string, string> AlterHeader { get; set; } = static header => header;

    public string Method { get; set; } = "HMAC-SHA256";

    /// <summary>How names are sorted; of their bytes unless a test says otherwise.</summary>
    public IComparer<string> Order { get; set; } = StringComparer.Ordinal;

    public async Task<(int Status, string Body)> SendAsync(HttpMethod method, string path, string? json = null, string? form = null)
    {
        using var request = Request(method, path, json, form);
        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public HttpRequestMessage Request(HttpMethod method, string path, string? json = null, string? form = null)
    {
        var request = new HttpRequestMessage(method, new Uri(http.BaseAddress!, path));
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (form is not null)
            request.Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");
        request.Headers.TryAddWithoutValidation("Authorization", Header(method.Method, request.RequestUri!, form));
        return request;
    }

    public string Header(string method, Uri url, string? form = null)
    {
        var parameters = new Dictionary<string, string>
        {
            ["oauth_consumer_key"] = ConsumerKey,
            ["oauth_nonce"] = "n" + Interlocked.Increment(ref _nonces).ToString(CultureInfo.InvariantCulture) + Guid.CreateVersion7().ToString("N"),
            ["oauth_signature_method"] = Method,
            ["oauth_timestamp"] = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            ["oauth_version"] = "1.0",
        };
        if (Token is not null)
            parameters["oauth_token"] = Token;
        Alter?.Invoke(parameters);

        var signed = parameters.Select(static one => (one.Key, one.Value)).Concat(Pairs(url.Query.TrimStart('?'))).Concat(Pairs(form ?? ""))
            .Select(static one => (Name: Uri.EscapeDataString(one.Item1), Value: Uri.EscapeDataString(one.Item2)))
            .OrderBy(static one => one.Name, Order).ThenBy(static one => one.Value, StringComparer.Ordinal)
            .Select(static one => one.Name + "=" + one.Value);
        var text = $"{method}&{Uri.EscapeDataString(url.GetLeftPart(UriPartial.Path))}&{Uri.EscapeDataString(string.Join('&', signed))}";
        var key = Encoding.ASCII.GetBytes(Uri.EscapeDataString(ConsumerSecret) + "&" + Uri.EscapeDataString(TokenSecret));
#pragma warning disable CA5350 // Old clients are part of the tests.
        parameters["oauth_signature"] = Convert.ToBase64String(Method == "HMAC-SHA1" ? HMACSHA1.HashData(key, Encoding.ASCII.GetBytes(text)) : HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(text)));
#pragma warning restore CA5350
        return AlterHeader("OAuth " + string.Join(", ", parameters.Select(static one => $"{one.Key}=\"{Uri.EscapeDataString(one.Value)}\"")));
    }

    private static IEnumerable<(string, string)> Pairs(string text) => text.Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(static pair => pair.Split('=', 2))
        .Select(static pair => (Uri.UnescapeDataString(pair[0]), pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : ""));
}
