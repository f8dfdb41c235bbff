using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace Declarative.Admin.Layout;

/// <summary>What all pages and their parts know: the request.</summary>
public abstract class PageComponent : ComponentBase
{
    /// <summary>The request that the page answers.</summary>
    [CascadingParameter]
    public HttpContext Context { get; set; } = null!;

    /// <summary>The address of a page, such as <c>/integrations</c>.</summary>
    /// <param name="path">The page, without the prefix that all begin with.</param>
    protected string Url(string path) => AdminMount.Url(Context, path);
}
