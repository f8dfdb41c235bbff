using Declarative.History;
using Declarative.Integrations;
using Declarative.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Declarative.Acl;

/// <summary>What a host gets for its callers. Nothing here sets a default or a fallback policy, or a default scheme that the host does not have already.</summary>
internal static class CallerServices
{
    public static void Add(IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<AclOptions>().Bind(builder.Configuration.GetSection("Declarative:Acl"));
        services.AddOptions<CallerOptions>().Bind(builder.Configuration.GetSection("Declarative:Callers"));
        services.AddOptions<FirstAdminOptions>().Bind(builder.Configuration.GetSection("Declarative:Admin"));
        services.AddSingleton<AclResources>();
        services.AddSingleton(static provider => new AclResourceTree(provider.GetRequiredService<AclResources>()));
        AddAuthentication(services);
        AddAuthorization(services);
        AddUsers(services);
    }

    private static void AddAuthentication(IServiceCollection services)
    {
        services.AddAuthenticationCore(static options => options.AddScheme<CallerHandler>(CallerDefaults.AuthenticationScheme, displayName: null));
        services.AddTransient<CallerHandler>();
        // Integrations' tokens are in memory; those of users may need a query.
        services.AddSingleton<ICredentialReader, AccessTokenReader>();
        services.AddSingleton<ICredentialReader, BearerReader>();
        services.AddSingleton<CallerReader>();
        services.AddSingleton<IPostConfigureOptions<AuthenticationOptions>, HostScheme>();
    }

    private static void AddAuthorization(IServiceCollection services)
    {
        services.AddAuthorization();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAuthorizationHandler, ResourceHandler>());
    }

    private static void AddUsers(IServiceCollection services)
    {
        services.AddSingleton<Passwords>();
        services.AddSingleton<RoleCache>();
        services.AddSingleton<CallerCache>();
        services.AddSingleton<CallerTokens>();
        services.AddSingleton<LoginGate>();
        services.AddSingleton<FirstAdmin>();
        services.AddSingleton<CallerSweeper>();
        services.AddSingleton<IAdminTokenService, AdminTokenService>();
        services.AddScoped<ICustomerTokenService, CustomerTokenService>();
        services.AddSingleton(static provider => new AdminUsers(
            provider.GetRequiredService<ICallerStore>(),
            provider.GetRequiredService<RoleCache>(),
            provider.GetRequiredService<CallerTokens>(),
            provider.GetRequiredService<AclResources>(),
            provider.GetRequiredService<Passwords>(),
            provider.GetRequiredService<IAdminTokenService>(),
            provider.GetRequiredService<AuditLog>(),
            provider.GetRequiredService<TimeProvider>()));
    }
}
