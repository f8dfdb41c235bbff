using System.Net;
using System.Text.RegularExpressions;

namespace Declarative.Tests.Admin;

/// <summary>What a browser was answered.</summary>
public sealed record Shown(int Status, string Html, HttpResponseMessage Response)
{
    public string? Location => Response.Headers.Location?.OriginalString;

    /// <summary>What a reader sees: no tags, no double spaces; what stands in one line stays together.</summary>
    public string Text
    {
        get
        {
            var lines = Regex.Replace(Html, "</?(a|code|span|strong|time)( [^>]*)?>", "");
            return WebUtility.HtmlDecode(Regex.Replace(Regex.Replace(lines, "<head>.*</head>|<[^>]*>", " ", RegexOptions.Singleline), @"\s+", " "));
        }
    }

    public string? Header(string name) =>
        Response.Headers.TryGetValues(name, out var values) || Response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    /// <summary>What the page's field holds; null if there is none.</summary>
    public string? Field(string name)
    {
        var tag = Regex.Match(Html, $"<input[^>]* name=\"{Regex.Escape(name)}\"[^>]*>");
        return tag.Success ? WebUtility.HtmlDecode(Regex.Match(tag.Value, " value=\"([^\"]*)\"").Groups[1].Value) : null;
    }
}

/// <summary>A browser without script: keeps cookies, follows nothing by itself.</summary>
public sealed class Visitor(Uri url) : IDisposable
{
    public const string Token = "__RequestVerificationToken";

    private readonly CookieContainer _cookies = new();
    private HttpClient? _client;

    public string? Session => _cookies.GetCookies(new Uri(url, "/admin"))["declarative-admin"]?.Value;

    private HttpClient Client => _client ??= new HttpClient(new SocketsHttpHandler { CookieContainer = _cookies, AllowAutoRedirect = false }) { BaseAddress = url };

    public async Task<Shown> GetAsync(string path) => await ShownAsync(await Client.GetAsync(path));

    /// <summary>Opens the page and sends its form; <paramref name="at"/> where the form isn't at the page that it is sent to.</summary>
    public async Task<Shown> SubmitAsync(string path, Dictionary<string, string>? fields = null, string? at = null) =>
        await PostAsync(path, new(fields ?? []) { [Token] = (await GetAsync(at ?? path)).Field(Token) ?? "" });

    /// <summary>Posts these fields and nothing else; a field may stand several times, separated by a line feed.</summary>
    public async Task<Shown> PostAsync(string path, Dictionary<string, string> fields)
    {
        using var content = new FormUrlEncodedContent(fields.SelectMany(field => field.Value.Split('\n').Select(value => KeyValuePair.Create(field.Key, value))));
        return await ShownAsync(await Client.PostAsync(path, content));
    }

    public Task<Shown> SignInAsync(string name, string password, string returnTo = "") =>
        SubmitAsync("/admin/login", new() { ["username"] = name, ["password"] = password, ["return"] = returnTo });

    public void Dispose() => _client?.Dispose();

    private static async Task<Shown> ShownAsync(HttpResponseMessage response) =>
        new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response);
}
