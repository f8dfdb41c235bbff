namespace Declarative.Rest;

/// <summary>Limits of the REST routes and the store codes in their URLs; bound from <c>Declarative:Rest</c>.</summary>
public sealed class RestOptions
{
    /// <summary>The most bytes that a request's body may have, 1 to 1 GiB; more is answered with 413. 4 MiB unless set.</summary>
    public long MaxBodyBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// The most elements that an array of objects in a request may have, at least 1; a route's own
    /// <c>input-array-size-limit</c> goes before. No limit unless set.
    /// </summary>
    public int? MaxArrayLength { get; set; }

    /// <summary>The largest page that a search may ask for, at least 1. No limit unless set.</summary>
    public int? MaxPageSize { get; set; }

    /// <summary>
    /// Store ids by the code that stands in URLs (<c>/rest/{code}/V1/…</c>). <c>all</c> is 0 and <c>default</c> is 1 unless set;
    /// a URL without a code means <c>default</c>.
    /// </summary>
    public IDictionary<string, int> Stores { get; } = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["all"] = 0, ["default"] = 1 };

    /// <summary>
    /// Where this host is reached from outside, e.g. <c>https://shop.example.com</c>: what third parties are told. Never taken from a
    /// request's <c>Host</c>, which whoever sends it chooses. Needed only to activate integrations that exchange tokens.
    /// </summary>
    public string? BaseUrl { get; set; }

    /// <summary><see cref="BaseUrl"/> with a slash at its end; null if it isn't set.</summary>
    internal Uri? Base => string.IsNullOrWhiteSpace(BaseUrl) ? null : new Uri(BaseUrl.TrimEnd('/') + "/");

    internal IEnumerable<string> Problems()
    {
        if (!string.IsNullOrWhiteSpace(BaseUrl) && !(Uri.TryCreate(BaseUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length + url.Query.Length + url.Fragment.Length == 0))
            yield return $"Declarative:Rest:BaseUrl is '{BaseUrl}'; it must be an absolute http or https URL such as https://shop.example.com, without query.";
        if (MaxBodyBytes is < 1 or > 1L << 30)
            yield return "Declarative:Rest:MaxBodyBytes must be between 1 and 1073741824.";
        if (MaxArrayLength < 1)
            yield return "Declarative:Rest:MaxArrayLength must be at least 1.";
        if (MaxPageSize < 1)
            yield return "Declarative:Rest:MaxPageSize must be at least 1.";
        foreach (var store in Stores.Where(static store => store.Value < 0 || store.Key.Length == 0))
            yield return $"Declarative:Rest:Stores:{store.Key} must be a store id, 0 or more.";
    }
}
