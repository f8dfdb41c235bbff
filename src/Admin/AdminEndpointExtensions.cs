using Declarative.Admin;
using Declarative.Admin.Audit;
using Declarative.Admin.Deliveries;
using Declarative.Admin.Events;
using Declarative.Admin.Integrations;
using Declarative.Admin.Layout;
using Declarative.Admin.Overviews;
using Declarative.Admin.Permissions;
using Declarative.Admin.Providers;
using Declarative.Admin.SignIn;
using Declarative.Admin.Subscriptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative;

/// <summary>Maps the pages.</summary>
public static class AdminEndpointExtensions
{
    /// <summary>Maps the pages that an administrator looks at.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="prefix">The path that all of them begin with, such as <c>/admin</c>.</param>
    /// <returns>The group that holds them, to add conventions to.</returns>
    /// <exception cref="ArgumentException">The prefix is no path such as <c>/admin</c>.</exception>
    /// <exception cref="InvalidOperationException"><c>UseAdmin()</c> was not called, or the pages are mapped inside of a group.</exception>
    public static RouteGroupBuilder MapDeclarativeAdmin(this IEndpointRouteBuilder endpoints, string prefix = "/admin")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        if (!AdminMount.IsPath(prefix))
            throw new ArgumentException($"The pages can't be mapped to '{prefix}': give a path of letters, digits and '-' such as \"/admin\", without a '/' at its end.", nameof(prefix));
        if (endpoints is RouteGroupBuilder)
            throw new InvalidOperationException("MapDeclarativeAdmin() was called on a group, whose path its pages don't know. Call it on the application and give it the whole path: app.MapDeclarativeAdmin(\"/group/admin\").");
        if (endpoints.ServiceProvider.GetService<Assets>() is not { } assets)
            throw new InvalidOperationException("MapDeclarativeAdmin() needs builder.AddDeclarative(declarative => declarative.UseAdmin()) before builder.Build().");

        var pages = endpoints.MapGroup(prefix);
        pages.WithMetadata(new AdminMount(prefix)).ExcludeFromDescription();
        pages.MapGet("", static context => NavigationEntry.RedirectAsync(context)).AllowAnonymous();
        assets.Map(pages);
        SignInPages.Map(pages);
        IntegrationPages.Map(pages);
        ActivationPages.Map(pages);
        OverviewPages.Map(pages);
        DeliveryPages.Map(pages);
        DeadLetterPages.Map(pages);
        ReplayPages.Map(pages);
        SubscriptionPages.Map(pages);
        ProviderPages.Map(pages);
        EventPages.Map(pages);
        PermissionPages.Map(pages);
        AuditPages.Map(pages);
        return pages;
    }
}
