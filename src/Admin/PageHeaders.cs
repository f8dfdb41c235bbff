using Microsoft.AspNetCore.Http;

namespace Declarative.Admin;

/// <summary>What every answer of the pages says to the browser besides its content.</summary>
internal static class PageHeaders
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>Adds the headers of a page.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="isPopup">Whether it is shown in a popup that came back from elsewhere: a policy of its own would keep it from closing itself.</param>
    public static void Add(HttpResponse response, bool isPopup = false)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache, no-store";
        if (!isPopup)
            headers["Cross-Origin-Opener-Policy"] = "same-origin-allow-popups";
    }
}
