using Declarative.Modules;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Declarative.Consumers;

/// <summary>The consumers and ingestion routes as the framework's endpoints. Who may send is theirs to say, so no policy of the host's stands before them.</summary>
internal sealed class ConsumerEndpoints(ConsumerTable table, ConsumerPipeline consumers, IngestionPipeline ingestions) : ReloadableEndpoints
{
    private static readonly AllowAnonymousAttribute Anybody = new();

    protected override void ReadAgain() => table.Reload();

    protected override IReadOnlyList<Endpoint> Build()
    {
        // Paths that the start will refuse are left out here, so that it can say so.
        return
        [
            .. table.Consumers.Where(static one => one.Path.StartsWith('/'))
                .Select(consumer => Of(consumer.Path, $"consumer {consumer.Name}", consumer.TakesChallenges ? ["GET", "POST"] : ["POST"], context => consumers.HandleAsync(consumer, context))),
            .. table.Ingestions
                .Select(ingestion => Of(ingestion.Descriptor.Path, $"ingestion {ingestion.Descriptor.Path}", ["POST"], context => ingestions.HandleAsync(ingestion, context))),
        ];
    }

    private static Endpoint Of(string path, string name, string[] methods, RequestDelegate handle) =>
        new RouteEndpointBuilder(handle, RoutePatternFactory.Parse(path), 0)
        {
            DisplayName = name,
            Metadata = { new HttpMethodMetadata(methods), Anybody, new ExcludeFromDescriptionAttribute() },
        }.Build();
}
