using System.Security.Claims;
using Declarative.Acl;
using Declarative.Admin.Audit;
using Declarative.Admin.Deliveries;
using Declarative.Admin.Events;
using Declarative.Admin.Integrations;
using Declarative.Admin.Overviews;
using Declarative.Admin.Permissions;
using Declarative.Admin.Providers;
using Declarative.Admin.Session;
using Declarative.Admin.Subscriptions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Admin.Layout;

/// <summary>The pages that the head of each page leads to. A new area adds its entry here.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Path">The page; those below it belong to the same area.</param>
/// <param name="Resource">The ACL resource that the page needs; who lacks it doesn't see the entry.</param>
internal sealed record NavigationEntry(string Text, string Path, string Resource)
{
    public static IReadOnlyList<NavigationEntry> All { get; } =
    [
        new("Overview", "/overview", OverviewPages.Resource),
        new("Deliveries", "/deliveries", DeliveryPages.ListResource),
        new("Dead letters", "/dead-letters", DeliveryPages.ListResource),
        new("Subscriptions", "/subscriptions", SubscriptionPages.Resource),
        new("Providers", "/providers", ProviderPages.ListResource),
        new("Integrations", "/integrations", IntegrationPages.Resource),
        new("Events", "/events", EventPages.Resource),
        new("Permissions", "/permissions", PermissionPages.Resource),
        new("Audit", "/audit", AuditPages.Resource),
    ];

    /// <summary>Leads to the first page that the person who is signed in may see; to the first of all, which says what is missing, where there is none.</summary>
    /// <param name="context">A request without a page.</param>
    public static async Task RedirectAsync(HttpContext context)
    {
        var session = await context.AuthenticateAsync(SessionScheme.Name).ConfigureAwait(false);
        await AdminMount.RedirectAsync(context, session.Principal is { } user ? await FirstAsync(context, user).ConfigureAwait(false) : All[0].Path).ConfigureAwait(false);
    }

    /// <summary>The first page that somebody may see.</summary>
    /// <param name="context">The request.</param>
    /// <param name="user">Who is signed in.</param>
    public static async Task<string> FirstAsync(HttpContext context, ClaimsPrincipal user)
    {
        var authorization = context.RequestServices.GetRequiredService<IAuthorizationService>();
        foreach (var entry in All)
        {
            if ((await authorization.AuthorizeAsync(user, null, [new ResourceRequirement(entry.Resource)]).ConfigureAwait(false)).Succeeded)
                return entry.Path;
        }

        return All[0].Path;
    }
}
