using Declarative.Acl;
using Declarative.Modules;
using Declarative.Rest.OpenApi;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace Declarative.Rest;

/// <summary>
/// The declared routes as the framework's endpoints, each under <c>/rest</c> and <c>/rest/{store}</c>, and last what answers
/// 404 for everything else there. Their order is stated: the last declared wins where two match, while the framework
/// alone would prefer literals or refuse ties. All come after endpoints that the host maps itself.
/// </summary>
internal sealed class RouteEndpoints : EndpointDataSource, IReloadable, IDisposable
{
    private readonly IServiceProvider _services;
    private readonly RouteTable _table;
    private readonly RoutePipeline _pipeline;
    private readonly RouteDocument _document;
    private readonly Lock _lock = new();
    private IReadOnlyList<Endpoint>? _endpoints;
    private CancellationTokenSource _changed = new();

    public RouteEndpoints(RouteTable table, RoutePipeline pipeline, RouteDocument document, IServiceProvider services)
    {
        _services = services;
        _table = table;
        _pipeline = pipeline;
        _document = document;
        HotReload.Watch(this);
    }

    public override IReadOnlyList<Endpoint> Endpoints
    {
        get
        {
            lock (_lock)
                return _endpoints ??= Build();
        }
    }

    public override IChangeToken GetChangeToken()
    {
        lock (_lock)
            return new CancellationChangeToken(_changed.Token);
    }

    /// <summary>Reads the declarations again, after a hot reload.</summary>
    public void Reload()
    {
        CancellationTokenSource before;
        lock (_lock)
        {
            _table.Reload();
            _document.Reload();
            _endpoints = null;
            before = _changed;
            _changed = new CancellationTokenSource();
        }

        before.Cancel();
        before.Dispose();
    }

    public void Dispose() => _changed.Dispose();

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

    private List<Endpoint> Build() => Builders(_services).ConvertAll(static builder => builder.Build());

    private List<RouteEndpointBuilder> Builders(IServiceProvider services)
    {
        var routes = _table.Routes;
        var instead = InsteadOfFallback(services);
        var endpoints = new List<RouteEndpointBuilder>((routes.Count * 2) + 2);
        for (var i = 0; i < routes.Count; i++)
        {
            Add(endpoints, routes[i], routes.Count - i, services, instead);
        }

        endpoints.Add(new RouteEndpointBuilder(context => _pipeline.AnswerAsync(context, _document.WriteAsync), RoutePatternFactory.Parse("/rest/openapi.json"), int.MaxValue - 1)
        {
            DisplayName = "GET /rest/openapi.json",
            ApplicationServices = services,
            Metadata = { new HttpMethodMetadata(["GET"]), new ExcludeFromDescriptionAttribute() },
        });
        endpoints.Add(new RouteEndpointBuilder(_pipeline.RefuseAsync, RoutePatternFactory.Parse("/rest/{**path}"), int.MaxValue) { DisplayName = "/rest: no route", ApplicationServices = services });
        return endpoints;
    }

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
        Task Handle(HttpContext context) => _pipeline.HandleAsync(route, context);
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
