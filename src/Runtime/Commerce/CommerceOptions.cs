namespace Declarative.Commerce;

/// <summary>The store that this application is an integration of. Bound from <c>Declarative:Commerce</c>.</summary>
public sealed class CommerceOptions
{
    /// <summary>
    /// The store's address as it calls itself (its <c>Declarative:Rest:BaseUrl</c>, or the base URL of a Magento), e.g.
    /// <c>https://shop.example.com/</c>. Credentials that name another store are refused, and nothing is sent anywhere else.
    /// </summary>
    public string? BaseUrl { get; set; }

    internal IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(BaseUrl))
            yield return "Declarative:Commerce:BaseUrl is not set, and AddCommerceClient() needs it: the store's address, such as https://shop.example.com.";
        else if (!(Uri.TryCreate(BaseUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length + url.Query.Length + url.Fragment.Length == 0))
            yield return $"Declarative:Commerce:BaseUrl is '{BaseUrl}'; it must be an absolute http or https URL such as https://shop.example.com, without query.";
    }
}
