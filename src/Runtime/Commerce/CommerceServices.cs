using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;

namespace Declarative.Commerce;

/// <summary>What an application gets that is an integration of a store.</summary>
internal static class CommerceServices
{
    /// <summary>May be called for several clients.</summary>
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(static service => service.ServiceType == typeof(RegisteredStore)))
            return;
        services.AddOptions<CommerceOptions>().Bind(configuration.GetSection("Declarative:Commerce"));
        services.AddSingleton<RegisteredStore>();
        services.AddSingleton<CommerceTokens>();
        services.AddSingleton<PostSignal>();
        services.AddSingleton<CallbackPage>();
        services.AddSingleton<IdentityLinkPage>();
        services.AddTransient<SigningHandler>();
        services.AddSingleton<ExchangeWorker>();
        ToStore(services.AddHttpClient(TokenFetch.Client)).ConfigureHttpClient(static http =>
        {
            http.Timeout = TimeSpan.FromSeconds(10);
            http.MaxResponseContentBufferSize = 16 * 1024;
        });
    }

    /// <summary>
    /// A client whose requests are signed with the stored tokens. Its signing handler comes after those that the application adds, so that
    /// a request which one of them sends again is signed again: a nonce counts once.
    /// </summary>
    public static IHttpClientBuilder Signed(IHttpClientBuilder client)
    {
        client.Services.PostConfigure<HttpClientFactoryOptions>(client.Name, static options => options.HttpMessageHandlerBuilderActions.Add(
            static pipeline => pipeline.AdditionalHandlers.Add(pipeline.Services.GetRequiredService<SigningHandler>())));
        return ToStore(client);
    }

    /// <summary>Redirects are not followed: the signature covers the first address, and holds at no other.</summary>
    private static IHttpClientBuilder ToStore(IHttpClientBuilder client) => client
        .ConfigureHttpClient(static (provider, http) => http.BaseAddress = provider.GetRequiredService<RegisteredStore>().BaseUrl)
        .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(3),
        });
}
