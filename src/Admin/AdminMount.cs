using Microsoft.AspNetCore.Http;

namespace Declarative.Admin;

/// <summary>Where the pages are mapped; each of their endpoints carries it.</summary>
/// <param name="Prefix">The path that all pages begin with.</param>
internal sealed record AdminMount(string Prefix)
{
    /// <summary>Whether pages can be mapped there: a path that needs no escape, in URLs, cookies or route patterns.</summary>
    public static bool IsPath(string prefix) =>
        prefix.Length > 1 && prefix.Split('/') is ["", .. var segments]
        && segments.All(static segment => segment.Length > 0 && segment.All(static one => char.IsAsciiLetterOrDigit(one) || one is '-' or '_'));

    /// <summary>The path of a page as the browser must be told of it.</summary>
    /// <param name="context">A request to one of the pages.</param>
    /// <param name="path">The page, such as <c>/integrations</c>.</param>
    public static string Url(HttpContext context, string path) => context.Request.PathBase.ToUriComponent() + PrefixOf(context) + path;

    /// <summary>The path of a page as others than the browser must be told of it, without what a proxy took away.</summary>
    public static string PrefixOf(HttpContext context) => context.GetEndpoint()!.Metadata.GetRequiredMetadata<AdminMount>().Prefix;

    /// <summary>Sends the browser to another page, by GET.</summary>
    public static Task RedirectAsync(HttpContext context, string path)
    {
        PageHeaders.Add(context.Response);
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = Url(context, path);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Whether a URL that came from outside leads to one of our pages: only a path below the prefix does, and nothing in it may be
    /// read differently by a browser.
    /// </summary>
    public static bool IsOurs(HttpContext context, string? url)
    {
        var root = Url(context, "");
        return url is not null
            && url.StartsWith(root, StringComparison.Ordinal)
            && (url.Length == root.Length || url[root.Length] is '/' or '?')
            && !url.Contains("//", StringComparison.Ordinal)
            && url.All(static one => one is > ' ' and < '\x7f' and not '\\');
    }
}
