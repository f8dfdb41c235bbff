using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Declarative.Consumers;

/// <summary>What a host gets for its consumers and ingestion routes.</summary>
internal static class ConsumerServices
{
    public static void Add(IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ConsumerOptions>().Bind(builder.Configuration.GetSection("Declarative:Consumers"));
        services.AddSingleton<SenderVerifiers>();
        services.AddSingleton<AdobeChallenge>();
        services.AddSingleton<ConsumerTable>();
        services.AddSingleton<ConsumerCheck>();
        services.AddSingleton<ConsumerPipeline>();
        services.AddSingleton<IngestionPipeline>();
        services.AddSingleton<EventHandling>();
        services.AddSingleton<EventMemory>();
        services.AddSingleton<HandledWriter>();
        services.AddSingleton<HandledSweeper>();
        services.AddSingleton<ConsumerEndpoints>();
    }

    public static void Map(IEndpointRouteBuilder group) =>
        group.DataSources.Add(group.ServiceProvider.GetRequiredService<ConsumerEndpoints>());
}
