using Declarative.Admin;
using Declarative.Admin.Audit;
using Declarative.Admin.Deliveries;
using Declarative.Admin.Events;
using Declarative.Admin.Integrations;
using Declarative.Admin.Overviews;
using Declarative.Admin.Permissions;
using Declarative.Admin.Providers;
using Declarative.Admin.Session;
using Declarative.Admin.SignIn;
using Declarative.Admin.Subscriptions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Declarative;

/// <summary>Adds what the pages need.</summary>
public static class AdminBuilderExtensions
{
    /// <summary>
    /// Registers what the pages need; <see cref="AdminEndpointExtensions.MapDeclarativeAdmin"/> maps them. The host's default
    /// authentication scheme stays what it is.
    /// </summary>
    /// <param name="builder">From <c>AddDeclarative(declarative => …)</c>.</param>
    public static DeclarativeBuilder UseAdmin(this DeclarativeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddRazorComponents();
        services.AddAntiforgery();
        services.AddSingleton<Assets>();
        services.AddTransient<SessionHandler>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<AuthenticationOptions>, SessionScheme>());
        services.AddTransient<Forms>();
        services.AddTransient<Grants>();
        services.AddTransient<SignInPages>();
        services.AddTransient<IntegrationPages>();
        services.AddTransient<ActivationPages>();
        services.AddTransient<OverviewPages>();
        services.AddTransient<DeliveryPages>();
        services.AddTransient<DeadLetterPages>();
        services.AddTransient<ReplayPages>();
        services.AddTransient<SubscriptionPages>();
        services.AddTransient<ProviderPages>();
        services.AddTransient<EventPages>();
        services.AddTransient<PermissionPages>();
        services.AddTransient<AuditPages>();
        return builder;
    }
}
