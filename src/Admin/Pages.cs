using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Declarative.Acl;
using Declarative.Admin.Layout;
using Declarative.Admin.Session;

namespace Declarative.Admin;

/// <summary>How an endpoint becomes a page, and how it answers.</summary>
internal static class Pages
{
    /// <summary>Lets only admin users in who are signed in to the pages and hold the ACL resource.</summary>
    public static TBuilder RequirePage<TBuilder>(this TBuilder builder, string resource)
        where TBuilder : IEndpointConventionBuilder
    {
        var policy = new AuthorizationPolicyBuilder(SessionScheme.Name).AddRequirements(new ResourceRequirement(resource)).Build();
        return builder.RequireAuthorization(policy).WithMetadata(new PageResource(resource));
    }

    /// <summary>A handler whose own services are made for each request.</summary>
    public static RequestDelegate With<T>(Func<T, HttpContext, Task> handle)
        where T : notnull =>
        context => handle(context.RequestServices.GetRequiredService<T>(), context);

    /// <summary>Renders a page.</summary>
    /// <typeparam name="T">The page.</typeparam>
    /// <param name="context">The request.</param>
    /// <param name="parameters">What the page shows.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="isPopup">See <see cref="PageHeaders.Add"/>.</param>
    public static Task RenderAsync<T>(HttpContext context, PageValues parameters, int status = StatusCodes.Status200OK, bool isPopup = false)
        where T : IComponent
    {
        PageHeaders.Add(context.Response, isPopup);
        return new RazorComponentResult<T>(parameters) { StatusCode = status, PreventStreamingRendering = true }.ExecuteAsync(context);
    }

    /// <summary>Renders a page that can say a problem; with one, the answer is a 400.</summary>
    /// <typeparam name="T">The page; it has a parameter <c>Problem</c>.</typeparam>
    /// <param name="context">The request.</param>
    /// <param name="parameters">What the page shows besides.</param>
    /// <param name="problem">The problem; null if there is none.</param>
    public static Task RenderAsync<T>(HttpContext context, PageValues parameters, string? problem)
        where T : IComponent
    {
        parameters["Problem"] = problem;
        return RenderAsync<T>(context, parameters, problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    /// <summary>Says that what an address named is not there, and leads on to where others are.</summary>
    /// <param name="context">The request.</param>
    /// <param name="title">What is not there.</param>
    /// <param name="text">A sentence about it.</param>
    /// <param name="back">Where others are.</param>
    /// <param name="backText">What the link there says.</param>
    public static Task NotFoundAsync(HttpContext context, string title, string text, string back, string backText) => RenderAsync<NotFoundPage>(
        context,
        new()
        {
            [nameof(NotFoundPage.Title)] = title,
            [nameof(NotFoundPage.Text)] = text,
            [nameof(NotFoundPage.Back)] = back,
            [nameof(NotFoundPage.BackText)] = backText,
        },
        StatusCodes.Status404NotFound);
}

/// <summary>The ACL resource that a page needs.</summary>
/// <param name="Id">Its id.</param>
internal sealed record PageResource(string Id);

/// <summary>What a page shows, by the names of its parameters.</summary>
internal sealed class PageValues() : Dictionary<string, object?>(StringComparer.Ordinal);
