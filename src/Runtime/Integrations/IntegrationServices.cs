using Declarative.Acl;
using Declarative.History;
using Declarative.OAuth;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Declarative.Integrations;

/// <summary>What a host gets for its integrations.</summary>
internal static class IntegrationServices
{
    public static void Add(IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<OAuthOptions>().Bind(builder.Configuration.GetSection("Declarative:OAuth"));
        DeclaredIntegrations.Add(services);
        services.AddSingleton<IntegrationCache>();
        services.AddSingleton<IntegrationInstaller>();
        services.AddSingleton<IntegrationDataCheck>();
        services.AddSingleton<IntegrationRoutes>();
        services.AddSingleton<CredentialsPost>();
        services.AddSingleton<ExchangeRefusals>();
        services.AddSingleton<TokenExchanges>();
        services.AddSingleton<TokenRoutes>();
        services.AddSingleton<OAuthGate>();
        services.AddSingleton<NonceWriter>();
        services.AddSingleton<NonceSweeper>();

        services.AddSingleton<ICredentialReader, OAuthReader>();
        services.AddSingleton(static provider => new IntegrationService(
            provider.GetRequiredService<IntegrationCache>(),
            provider.GetRequiredService<IntegrationDataCheck>(),
            provider.GetRequiredService<TokenExchanges>(),
            provider.GetRequiredService<AuditLog>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<IntegrationService>>()));
    }
}
