using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Declarative.Acl;
using Declarative.Consumers;
using Declarative.Events;
using Declarative.Integrations;
using Declarative.Matching;
using Declarative.Plugins;
using Declarative.Rest;
using Declarative.Subscriptions;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Modules;

/// <summary>What one assembly declares, as its generated code states it at start.</summary>
/// <param name="name">The module's name.</param>
/// <param name="formatVersion">Version of the manifest form that the assembly was generated with.</param>
/// <param name="assembly">The assembly's simple name, for messages.</param>
/// <param name="generatorVersion">Version of the package whose generator wrote the assembly's manifest.</param>
public sealed class ModuleManifest(string name, int formatVersion, string assembly, string generatorVersion)
{
    /// <summary>The manifest form that this version reads and its generator writes.</summary>
    public const int CurrentFormatVersion = 1;

    private readonly List<AsyncEventDescriptor> _events = [];
    private readonly List<AclResourceDescriptor> _resources = [];
    private readonly List<RouteDescriptor> _routes = [];
    private readonly List<SubscriptionDescriptor> _subscriptions = [];
    private readonly List<IntegrationDescriptor> _integrations = [];
    private readonly List<ConsumerDescriptor> _consumers = [];
    private readonly List<ConsumedEventRow> _consumedEvents = [];
    private readonly List<IngestionDescriptor> _ingestions = [];
    private readonly List<ServiceDescriptor> _publishers = [];
    private readonly List<ServiceDescriptor> _matchers = [];
    private readonly List<ServiceDescriptor> _handlers = [];
    private readonly List<PluginRegistration> _plugins = [];

    /// <summary>The module's name.</summary>
    public string Name { get; } = name;

    /// <summary>Version of the manifest form.</summary>
    public int FormatVersion { get; } = formatVersion;

    /// <summary>The assembly's simple name.</summary>
    public string Assembly { get; } = assembly;

    /// <summary>Version of the generator's package.</summary>
    public string GeneratorVersion { get; } = generatorVersion;

    /// <summary>Whether it is the runtime's own.</summary>
    internal bool IsOwn { get; } = assembly == typeof(ModuleManifest).Assembly.GetName().Name;

    /// <summary>Names of the modules that must come before this one.</summary>
    public IReadOnlyList<string> Sequence { get; init; } = [];

    /// <summary>The async events that the module declares, file by file.</summary>
    public IReadOnlyList<AsyncEventDescriptor> Events => _events;

    /// <summary>The permissions that the module states, file by file, a parent before its children.</summary>
    public IReadOnlyList<AclResourceDescriptor> Resources => _resources;

    /// <summary>The REST routes that the module states, file by file.</summary>
    public IReadOnlyList<RouteDescriptor> Routes => _routes;

    /// <summary>True for the application itself, whose statement of a subscription replaces those of all other modules.</summary>
    public bool IsHost { get; init; }

    /// <summary>
    /// True where the build reports an error in the declarations. No build gets that far, but <c>dotnet watch</c> does: then what was declared before stays.
    /// </summary>
    public bool HasErrors { get; init; }

    /// <summary>The subscriptions that the module states, file by file.</summary>
    public IReadOnlyList<SubscriptionDescriptor> Subscriptions => _subscriptions;

    /// <summary>The integrations that the module states, file by file.</summary>
    public IReadOnlyList<IntegrationDescriptor> Integrations => _integrations;

    /// <summary>The consumers that the module states, file by file.</summary>
    public IReadOnlyList<ConsumerDescriptor> Consumers => _consumers;

    /// <summary>The ingestion routes that the module states, file by file.</summary>
    public IReadOnlyList<IngestionDescriptor> Ingestions => _ingestions;

    /// <summary>The events of consumers that the module states, each with what calls its handler.</summary>
    internal IReadOnlyList<ConsumedEventRow> ConsumedEvents => _consumedEvents;

    /// <summary>The event handlers and authenticators that the module's consumers name, made anew for each request, and what handlers take from the configuration.</summary>
    internal IReadOnlyList<ServiceDescriptor> Handlers => _handlers;

    /// <summary>The typed publishers that the module brings, as singletons.</summary>
    internal IReadOnlyList<ServiceDescriptor> Publishers => _publishers;

    /// <summary>The converters and processors that the module's subscriptions name, as singletons keyed by class name.</summary>
    internal IReadOnlyList<ServiceDescriptor> Matchers => _matchers;

    /// <summary>The plugin events that the module's subscriptions need.</summary>
    internal IReadOnlyList<PluginRegistration> Plugins => _plugins;

    /// <summary>Adds an event that a service method resolves, with its typed publisher. Called by generated code.</summary>
    /// <typeparam name="TPublisher">The generated interface.</typeparam>
    /// <typeparam name="TImplementation">The generated class.</typeparam>
    /// <typeparam name="TService">The service.</typeparam>
    /// <typeparam name="TPayload">The service method's result.</typeparam>
    /// <param name="name">The event's name.</param>
    /// <param name="declaredIn">The file or member that declares it.</param>
    /// <param name="method">The service method's name.</param>
    /// <param name="parameters">The service method's arguments.</param>
    /// <param name="resources">ACL resource ids.</param>
    /// <param name="resolve">Calls the service method with the bound arguments.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddEvent<TPublisher, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TImplementation, TService, TPayload>(
        string name, string declaredIn, string method, IReadOnlyList<ServiceParameter> parameters, IReadOnlyList<string> resources, Func<TService, EventCall, ValueTask<byte[]?>> resolve)
        where TPublisher : class
        where TImplementation : class, TPublisher
        where TService : notnull
    {
        AddEvent<TService, TPayload>(name, declaredIn, method, parameters, resources, resolve);
        _publishers.Add(ServiceDescriptor.Singleton<TPublisher, TImplementation>());
    }

    /// <summary>Adds an override of another module's event, which keeps that module's publisher. Called by generated code.</summary>
    /// <typeparam name="TService">The service.</typeparam>
    /// <typeparam name="TPayload">The service method's result.</typeparam>
    /// <param name="name">The event's name.</param>
    /// <param name="declaredIn">The file or member that declares it.</param>
    /// <param name="method">The service method's name.</param>
    /// <param name="parameters">The service method's arguments.</param>
    /// <param name="resources">ACL resource ids.</param>
    /// <param name="resolve">Calls the service method with the bound arguments.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddEvent<TService, TPayload>(string name, string declaredIn, string method, IReadOnlyList<ServiceParameter> parameters, IReadOnlyList<string> resources, Func<TService, EventCall, ValueTask<byte[]?>> resolve)
        where TService : notnull =>
        Add(new AsyncEventDescriptor(name, declaredIn)
        {
            Service = typeof(TService),
            Method = method,
            Parameters = parameters,
            Resources = resources,
            Payload = typeof(TPayload),
            Resolve = call => resolve(call.Service<TService>(), call),
        });

    /// <summary>Adds an event that carries its payload, with its typed publisher. Called by generated code.</summary>
    /// <typeparam name="TPublisher">The generated interface.</typeparam>
    /// <typeparam name="TImplementation">The generated class.</typeparam>
    /// <typeparam name="TPayload">The payload.</typeparam>
    /// <param name="name">The event's name.</param>
    /// <param name="declaredIn">The file or member that declares it.</param>
    /// <param name="resources">ACL resource ids.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddPayloadEvent<TPublisher, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TImplementation, TPayload>(string name, string declaredIn, IReadOnlyList<string> resources)
        where TPublisher : class
        where TImplementation : class, TPublisher
    {
        AddPayloadEvent<TPayload>(name, declaredIn, resources);
        _publishers.Add(ServiceDescriptor.Singleton<TPublisher, TImplementation>());
    }

    /// <summary>Adds an override of another module's event that carries its payload. Called by generated code.</summary>
    /// <typeparam name="TPayload">The payload.</typeparam>
    /// <param name="name">The event's name.</param>
    /// <param name="declaredIn">The file or member that declares it.</param>
    /// <param name="resources">ACL resource ids.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddPayloadEvent<TPayload>(string name, string declaredIn, IReadOnlyList<string> resources) =>
        Add(new AsyncEventDescriptor(name, declaredIn) { Payload = typeof(TPayload), Resources = resources });

    /// <summary>Adds a permission. Called by generated code.</summary>
    /// <param name="id">The resource's id.</param>
    /// <param name="declaredIn">The file that states it.</param>
    /// <param name="parent">The id of the resource that it stands under; null for a root.</param>
    /// <param name="title">Its title; null where the file doesn't state one.</param>
    /// <param name="sortOrder">Its place among its siblings; null where the file doesn't say.</param>
    /// <param name="isDisabled">Whether it is switched off; null where the file doesn't say.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddResource(string id, string declaredIn, string? parent = null, string? title = null, int? sortOrder = null, bool? isDisabled = null) =>
        _resources.Add(new AclResourceDescriptor(id, declaredIn) { Parent = parent, Title = title, SortOrder = sortOrder, IsDisabled = isDisabled });

    /// <summary>Adds a route whose service method gives a result. Called by generated code.</summary>
    /// <typeparam name="TService">The service.</typeparam>
    /// <typeparam name="TResult">The service method's result, awaited.</typeparam>
    /// <param name="httpMethod">The HTTP method.</param>
    /// <param name="url">The path below <c>/rest</c>.</param>
    /// <param name="declaredIn">The file that declares it.</param>
    /// <param name="method">The service method's name.</param>
    /// <param name="parameters">The service method's arguments.</param>
    /// <param name="resources">What a caller needs.</param>
    /// <param name="handle">Calls the service method with the bound arguments and answers.</param>
    /// <param name="isSecure">Whether plain HTTP is refused.</param>
    /// <param name="inputArraySizeLimit">The most elements of an array of objects in the input.</param>
    /// <param name="data">Arguments that the declaration gives.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddRoute<TService, TResult>(
        string httpMethod,
        string url,
        string declaredIn,
        string method,
        IReadOnlyList<ServiceParameter> parameters,
        IReadOnlyList<string> resources,
        Func<TService, RouteCall, ValueTask> handle,
        bool? isSecure = null,
        int? inputArraySizeLimit = null,
        IReadOnlyList<RouteData>? data = null)
        where TService : notnull =>
        _routes.Add(Route(httpMethod, url, declaredIn, method, parameters, resources, handle, isSecure, inputArraySizeLimit, data) with { Result = typeof(TResult) });

    /// <summary>Adds a route whose service method gives nothing. Called by generated code.</summary>
    /// <typeparam name="TService">The service.</typeparam>
    /// <param name="httpMethod">The HTTP method.</param>
    /// <param name="url">The path below <c>/rest</c>.</param>
    /// <param name="declaredIn">The file that declares it.</param>
    /// <param name="method">The service method's name.</param>
    /// <param name="parameters">The service method's arguments.</param>
    /// <param name="resources">What a caller needs.</param>
    /// <param name="handle">Calls the service method with the bound arguments and answers.</param>
    /// <param name="isSecure">Whether plain HTTP is refused.</param>
    /// <param name="inputArraySizeLimit">The most elements of an array of objects in the input.</param>
    /// <param name="data">Arguments that the declaration gives.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddRoute<TService>(
        string httpMethod,
        string url,
        string declaredIn,
        string method,
        IReadOnlyList<ServiceParameter> parameters,
        IReadOnlyList<string> resources,
        Func<TService, RouteCall, ValueTask> handle,
        bool? isSecure = null,
        int? inputArraySizeLimit = null,
        IReadOnlyList<RouteData>? data = null)
        where TService : notnull =>
        _routes.Add(Route(httpMethod, url, declaredIn, method, parameters, resources, handle, isSecure, inputArraySizeLimit, data));

    /// <summary>Adds to a route that another module declares. Called by generated code.</summary>
    /// <param name="httpMethod">The HTTP method.</param>
    /// <param name="url">The path below <c>/rest</c>.</param>
    /// <param name="declaredIn">The file that says so.</param>
    /// <param name="resources">What a caller needs besides.</param>
    /// <param name="isSecure">Whether plain HTTP is refused.</param>
    /// <param name="inputArraySizeLimit">The most elements of an array of objects in the input.</param>
    /// <param name="data">Arguments that the declaration gives.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddToRoute(string httpMethod, string url, string declaredIn, IReadOnlyList<string> resources, bool? isSecure = null, int? inputArraySizeLimit = null, IReadOnlyList<RouteData>? data = null) =>
        _routes.Add(new RouteDescriptor(httpMethod, url, declaredIn) { Resources = resources, IsSecure = isSecure, InputArraySizeLimit = inputArraySizeLimit, Data = data ?? [] });

    /// <summary>Adds a subscription. Called by generated code.</summary>
    /// <param name="subscription">The statement.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddSubscription(SubscriptionDescriptor subscription) => _subscriptions.Add(subscription);

    /// <summary>Adds a statement of an integration. Called by generated code.</summary>
    /// <param name="integration">The statement.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddIntegration(IntegrationDescriptor integration) => _integrations.Add(integration);

    /// <summary>Adds a statement of a consumer. Called by generated code.</summary>
    /// <param name="consumer">The statement.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddConsumer(ConsumerDescriptor consumer) => _consumers.Add(consumer);

    /// <summary>Adds an event of a consumer whose handler exists. Called by generated code.</summary>
    /// <typeparam name="THandler">The handler.</typeparam>
    /// <typeparam name="TPayload">What the handler takes.</typeparam>
    /// <param name="consumed">The event.</param>
    /// <param name="payload">The payload as it is declared by fields; null where <typeparamref name="TPayload"/> is a class of its own.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddEventHandler<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler, TPayload>(ConsumedEvent consumed, PayloadShape<TPayload>? payload = null)
        where THandler : class, IEventHandler<TPayload>
    {
        ArgumentNullException.ThrowIfNull(consumed);
        _consumedEvents.Add(ConsumedEventRow.Handled<THandler, TPayload>(consumed, payload));
        _handlers.Add(ServiceDescriptor.Scoped<THandler, THandler>());
        if (consumed.Inputs is { } inputs)
            _handlers.Add(inputs.Service);
    }

    /// <summary>Adds an event of a consumer whose handler doesn't exist yet. Called by generated code.</summary>
    /// <typeparam name="TPayload">What the handler will take.</typeparam>
    /// <param name="consumed">The event.</param>
    /// <param name="payload">The payload as it is declared by fields; null where <typeparamref name="TPayload"/> is a class of its own.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddHandlerStub<TPayload>(ConsumedEvent consumed, PayloadShape<TPayload>? payload = null) =>
        _consumedEvents.Add(ConsumedEventRow.Stub(consumed, payload));

    /// <summary>Adds an ingestion route. Called by generated code.</summary>
    /// <param name="ingestion">The route.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddIngestion(IngestionDescriptor ingestion) => _ingestions.Add(ingestion);

    /// <summary>Adds an ingestion route where a class of the host's decides who may. Called by generated code.</summary>
    /// <typeparam name="TAuthenticator">The class.</typeparam>
    /// <param name="ingestion">The route.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddIngestion<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TAuthenticator>(IngestionDescriptor ingestion)
        where TAuthenticator : class, IIngestionAuthenticator
    {
        ArgumentNullException.ThrowIfNull(ingestion);
        _ingestions.Add(ingestion with { Authenticator = typeof(TAuthenticator) });
        _handlers.Add(ServiceDescriptor.Scoped<TAuthenticator, TAuthenticator>());
    }

    /// <summary>Adds a converter that a subscription names. Called by generated code.</summary>
    /// <typeparam name="T">The converter.</typeparam>
    /// <returns>The name by which fields know it.</returns>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public string AddConverter<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, IFieldConverter
    {
        _matchers.Add(ServiceDescriptor.KeyedSingleton<IFieldConverter, T>(typeof(T).FullName!));
        return typeof(T).FullName!;
    }

    /// <summary>Adds a processor that a subscription names. Called by generated code.</summary>
    /// <typeparam name="T">The processor.</typeparam>
    /// <returns>The name by which subscriptions know it.</returns>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public string AddProcessor<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, IEventProcessor
    {
        _matchers.Add(ServiceDescriptor.KeyedSingleton<IEventProcessor, T>(typeof(T).FullName!));
        return typeof(T).FullName!;
    }

    /// <summary>Adds an event that tells what a method of a decorated service gave. Called by generated code.</summary>
    /// <typeparam name="TService">The interface.</typeparam>
    /// <typeparam name="TDecorator">The generated class.</typeparam>
    /// <typeparam name="TPayload">The method's result, awaited.</typeparam>
    /// <param name="eventName">The event.</param>
    /// <param name="declaredIn">The file whose subscription needs it.</param>
    /// <param name="method">The method's name.</param>
    /// <param name="create">Makes the decorator of a registered service.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddPlugin<TService, TDecorator, TPayload>(string eventName, string declaredIn, string method, Func<TService, PluginPublisher, TDecorator> create)
        where TService : class
        where TDecorator : class, TService =>
        AddPlugin(eventName, declaredIn, method, create, [], typeof(TPayload));

    /// <summary>Adds an event that tells the arguments of a method of a decorated service. Called by generated code.</summary>
    /// <typeparam name="TService">The interface.</typeparam>
    /// <typeparam name="TDecorator">The generated class.</typeparam>
    /// <param name="eventName">The event.</param>
    /// <param name="declaredIn">The file whose subscription needs it.</param>
    /// <param name="method">The method's name.</param>
    /// <param name="arguments">The arguments that make the payload.</param>
    /// <param name="create">Makes the decorator of a registered service.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddPlugin<TService, TDecorator>(string eventName, string declaredIn, string method, IReadOnlyList<ServiceParameter> arguments, Func<TService, PluginPublisher, TDecorator> create)
        where TService : class
        where TDecorator : class, TService =>
        AddPlugin(eventName, declaredIn, method, create, arguments, typeof(JsonObject));

    private void AddPlugin<TService, TDecorator>(string eventName, string declaredIn, string method, Func<TService, PluginPublisher, TDecorator> create, IReadOnlyList<ServiceParameter> arguments, Type payload)
        where TService : class
        where TDecorator : class, TService
    {
        Add(new AsyncEventDescriptor(eventName, declaredIn) { Service = typeof(TService), Method = method, Parameters = arguments, Payload = payload, Decorator = typeof(TDecorator) });
        _plugins.Add(new PluginRegistration(eventName, declaredIn, typeof(TService), typeof(TDecorator), (inner, publisher) => create((TService)inner, publisher)));
    }

    private static RouteDescriptor Route<TService>(
        string httpMethod,
        string url,
        string declaredIn,
        string method,
        IReadOnlyList<ServiceParameter> parameters,
        IReadOnlyList<string> resources,
        Func<TService, RouteCall, ValueTask> handle,
        bool? isSecure,
        int? inputArraySizeLimit,
        IReadOnlyList<RouteData>? data)
        where TService : notnull => new(httpMethod, url, declaredIn)
        {
            Service = typeof(TService),
            ServiceMethod = method,
            Parameters = parameters,
            Resources = resources,
            IsSecure = isSecure,
            InputArraySizeLimit = inputArraySizeLimit,
            Data = data ?? [],
            Handle = call => handle(call.Service<TService>(), call),
        };

    /// <summary>Adds an event.</summary>
    internal void Add(AsyncEventDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        _events.Add(descriptor);
    }
}
