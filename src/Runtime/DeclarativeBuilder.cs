using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Declarative.Commerce;
using Declarative.Delivery;
using Declarative.Matching;
using Declarative.Rest;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Declarative;

/// <summary>What <c>AddDeclarative(declarative => …)</c> lets a host choose: the store, notifiers, JSON contracts.</summary>
public sealed class DeclarativeBuilder
{
    internal DeclarativeBuilder(IServiceCollection services, IConfiguration configuration)
    {
        Services = services;
        Configuration = configuration;
    }

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The host's configuration; the engine reads <c>Declarative:*</c>.</summary>
    public IConfiguration Configuration { get; }

    /// <summary>Registers a notifier; subscriptions choose it by its key.</summary>
    /// <typeparam name="T">The notifier; one instance serves all deliveries.</typeparam>
    /// <param name="key">The key; <c>http</c> replaces the built-in notifier.</param>
    public DeclarativeBuilder AddNotifier<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(string key)
        where T : class, INotifier
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        Services.AddKeyedSingleton<INotifier, T>(key);
        Services.AddSingleton(new NotifierRegistration(key));
        return this;
    }

    /// <summary>Registers an observer of attempts.</summary>
    /// <typeparam name="T">The observer; one instance sees all attempts.</typeparam>
    public DeclarativeBuilder AddDeliveryObserver<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, IDeliveryObserver
    {
        Services.AddSingleton<IDeliveryObserver, T>();
        return this;
    }

    /// <summary>Registers what gives the value of a placeholder in the <c>data/parameter</c> declarations of routes.</summary>
    /// <typeparam name="T">What gives the value; made anew for each request.</typeparam>
    /// <param name="placeholder">Its name without the percent signs, e.g. <c>cart_id</c>.</param>
    public DeclarativeBuilder AddRouteValue<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(string placeholder)
        where T : class, IRouteValue
    {
        ArgumentException.ThrowIfNullOrEmpty(placeholder);
        Services.AddKeyedScoped<IRouteValue, T>(placeholder);
        return this;
    }

    /// <summary>Registers a converter of fields; subscriptions name it by its class, namespace included.</summary>
    /// <typeparam name="T">The converter; one instance serves all events.</typeparam>
    /// <remarks>Converters that an <c>io_events.xml</c> names are registered by themselves.</remarks>
    public DeclarativeBuilder AddFieldConverter<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, IFieldConverter
    {
        Services.TryAddKeyedSingleton<IFieldConverter, T>(typeof(T).FullName!);
        return this;
    }

    /// <summary>Registers a processor; an <c>io_events.xml</c> that names it registers it by itself.</summary>
    /// <typeparam name="T">The processor; one instance serves all events.</typeparam>
    public DeclarativeBuilder AddEventProcessor<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, IEventProcessor
    {
        Services.TryAddKeyedSingleton<IEventProcessor, T>(typeof(T).FullName!);
        return this;
    }

    /// <summary>Registers what gives values to <c>context_</c> expressions in fields and rules.</summary>
    /// <typeparam name="T">The context; one instance serves all events.</typeparam>
    /// <param name="name">Its name, e.g. <c>customer_session</c> for <c>context_customer_session.get_customer_id</c>.</param>
    public DeclarativeBuilder AddEventContext<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(string name)
        where T : class, IEventContext
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Services.AddKeyedSingleton<IEventContext, T>(name);
        return this;
    }

    /// <summary>
    /// Makes this application the third party of an integration with a store, <c>Declarative:Commerce:BaseUrl</c>, and registers the HTTP
    /// client <c>commerce</c> (<c>IHttpClientFactory.CreateClient("commerce")</c>). Its base address is the store's, and each request is
    /// signed by OAuth 1.0a with the tokens that the store gave when the integration was activated.
    /// </summary>
    /// <remarks>
    /// Map the pages that the store calls by <see cref="CommerceEndpoints.MapIntegrationCallback"/> and
    /// <see cref="CommerceEndpoints.MapIdentityLink"/>. Before the activation a request throws
    /// <see cref="IntegrationNotActivatedException"/>; one to another host throws always. Redirects are not followed.
    /// </remarks>
    /// <returns>The client's builder, for time-outs or handlers of the application's own.</returns>
    public IHttpClientBuilder AddCommerceClient()
    {
        CommerceServices.Add(Services, Configuration);
        return CommerceServices.Signed(Services.AddHttpClient("commerce"));
    }

    /// <summary>As <see cref="AddCommerceClient()"/>, for a class of the application's own that takes the signing <see cref="HttpClient"/> in its constructor.</summary>
    /// <typeparam name="TClient">The class, with methods for the calls that the application makes; to be injected where they are made.</typeparam>
    /// <returns>The client's builder, for time-outs or handlers of the application's own.</returns>
    public IHttpClientBuilder AddCommerceClient<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>()
        where TClient : class
    {
        CommerceServices.Add(Services, Configuration);
        return CommerceServices.Signed(Services.AddHttpClient<TClient>());
    }

    /// <summary>
    /// Adds JSON contracts, usually a <see cref="JsonSerializerContext"/>, for types of arguments and payloads. Needed only
    /// where the application is trimmed or reflection-based JSON is off. The context's own naming options don't count.
    /// </summary>
    /// <param name="context">The contracts.</param>
    public DeclarativeBuilder AddJsonContext(IJsonTypeInfoResolver context)
    {
        Services.AddSingleton(new Json.WireJsonContext(context ?? throw new ArgumentNullException(nameof(context))));
        return this;
    }

    /// <summary>Adds a JSON converter for types of arguments and payloads.</summary>
    /// <param name="converter">The converter.</param>
    public DeclarativeBuilder AddJsonConverter(JsonConverter converter)
    {
        Services.AddSingleton(new Json.WireJsonConverter(converter ?? throw new ArgumentNullException(nameof(converter))));
        return this;
    }
}
