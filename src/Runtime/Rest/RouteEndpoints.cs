using Declarative.Acl;
using Declarative.Events;
using Declarative.Modules;
using Declarative.Rest.AsyncApi;
using Declarative.Rest.OpenApi;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Rest;

/// <summary>
/// The declared routes as the framework's endpoints, each under <c>/rest</c> and <c>/rest/{store}</c>, and last what answers
/// 404 for everything else there. Their order is stated: the last declared wins where two match, while the framework
/// alone would prefer literals or refuse ties. All come after endpoints that the host maps itself.
/// </summary>
internal sealed class RouteEndpoints(RouteTable table, RoutePipeline pipeline, RouteDocument document, EventDocument events, IServiceProvider services) : ReloadableEndpoints
{
    /// <summary>
    /// The endpoints with a group's conventions. The framework's own way builds each endpoint, takes it apart and builds it
    /// again, and asks twice.
    /// </summary>
    public override IReadOnlyList<Endpoint> GetGroupedEndpoints(RouteGroupContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Builders(context.ApplicationServices).ConvertAll(builder =>
        {
            if (context.Prefix.PathSegments.Count > 0)
                builder.RoutePattern = RoutePatternFactory.Combine(context.Prefix, builder.RoutePattern);
            foreach (var convention in context.Conventions)
                convention(builder);
            foreach (var convention in context.FinallyConventions)
                convention(builder);
            return builder.Build();
        });
    }

    protected override IReadOnlyList<Endpoint> Build() => Builders(services).ConvertAll(static builder => builder.Build());

    protected override void ReadAgain()
    {
        table.Reload();
        document.Reload();
    }

    private List<RouteEndpointBuilder> Builders(IServiceProvider provider)
    {
        var routes = table.Routes;
        var instead = InsteadOfFallback(provider);
        var endpoints = new List<RouteEndpointBuilder>((routes.Count * 2) + 4);
        for (var i = 0; i < routes.Count; i++)
        {
            Add(endpoints, routes[i], routes.Count - i, provider, instead);
        }

        endpoints.Add(Document("/rest/openapi.json", document.WriteAsync, provider));
        endpoints.Add(Document("/rest/asyncapi.json", events.WriteAsync, provider));
        endpoints.Add(Document(EventCatalog.SchemaPath + "{event}.json", events.WriteSchemaAsync, provider));
        endpoints.Add(new RouteEndpointBuilder(pipeline.RefuseAsync, RoutePatternFactory.Parse("/rest/{**path}"), int.MaxValue) { DisplayName = "/rest: no route", ApplicationServices = provider });
        return endpoints;
    }

    private RouteEndpointBuilder Document(string path, RequestDelegate write, IServiceProvider provider) =>
        new(context => pipeline.AnswerAsync(context, write), RoutePatternFactory.Parse(path), int.MaxValue - 1)
        {
            DisplayName = "GET " + path,
            ApplicationServices = provider,
            Metadata = { new HttpMethodMetadata(["GET"]), new ExcludeFromDescriptionAttribute() },
        };

    /// <summary>
    /// A host's fallback policy knows its own scheme only, and would refuse our tokens, in its own words, before the pipeline
    /// is asked. Where there is one, this policy takes its place: it reads both schemes and leaves the verdict to the pipeline.
    /// </summary>
    /// <remarks>Endpoints are built synchronously; providers answer from memory, once for each build.</remarks>
    private static AuthorizationPolicy? InsteadOfFallback(IServiceProvider services) =>
        services.GetRequiredService<IAuthorizationPolicyProvider>().GetFallbackPolicyAsync().GetAwaiter().GetResult() is null
            ? null
            : ResourcePolicy.Schemes(services).RequireAssertion(static _ => true).Build();

    /// <summary>Adds a route's two endpoints; they share what they can, a thousand routes are quickly many objects.</summary>
    private void Add(List<RouteEndpointBuilder> endpoints, Route route, int order, IServiceProvider services, AuthorizationPolicy? instead)
    {
        var descriptor = route.Descriptor;
        Task Handle(HttpContext context) => pipeline.HandleAsync(route, context);
        RequestDelegate handle = Handle;
        var metadata = new List<object>
        {
            new HttpMethodMetadata([descriptor.Method]),
            new TagsAttribute(route.Module),
            descriptor,
            new ProducesResponseTypeMetadata(StatusCodes.Status200OK, descriptor.Result ?? typeof(void), ["application/json"]),
        };
        if (route.HasBody)
            metadata.Add(AcceptsJson);
        if (route.Requirements.Count == 0)
            metadata.Add(Anybody);
        else if (instead is not null)
            metadata.Add(instead);

        foreach (var (prefix, pattern) in (ReadOnlySpan<(string, RoutePattern)>)[("", route.Pattern), ("/{store}", route.StorePattern)])
        {
            var name = $"{descriptor.Method} {prefix}{descriptor.Url}";
            var builder = new RouteEndpointBuilder(handle, pattern, order) { DisplayName = name, ApplicationServices = services };
            foreach (var one in metadata)
                builder.Metadata.Add(one);
            builder.Metadata.Add(new EndpointNameMetadata(name));
            endpoints.Add(builder);
        }
    }

    private static readonly AllowAnonymousAttribute Anybody = new();

    // Any type is let through, so that ours is the answer to a wrong one and not the framework's 415.
    private static readonly IAcceptsMetadata AcceptsJson = new AcceptsMetadata(["application/json", "*/*"]);
}
