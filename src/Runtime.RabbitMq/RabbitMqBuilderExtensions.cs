using Declarative.Events;
using Declarative.RabbitMq;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Declarative;

/// <summary>Lets event messages travel through RabbitMQ.</summary>
public static class RabbitMqBuilderExtensions
{
    /// <summary>
    /// Sends event messages through RabbitMQ instead of straight into the store, and takes them from there, whoever published them: the
    /// message is the original systems' <c>["name","{json}","store"]</c>, in their exchange and queue.
    /// </summary>
    /// <remarks>
    /// A publish succeeds when the broker has confirmed the message, or, while it can't be reached, when the store has it; it is sent
    /// then when the broker is back. Delays, retries and dead letters of deliveries stay in the store. With an idempotency key a repeat
    /// is found out when the message arrives in the store: the publish gives the repeat's own id, and a repeat with other content goes
    /// to the dead-letter queue.
    /// </remarks>
    /// <param name="builder">From <c>AddDeclarative(declarative => …)</c>; it needs a store as well.</param>
    /// <param name="uri">The broker, such as <c>amqps://rabbit.example.com/shop</c>; null if <c>Declarative:RabbitMq:Uri</c> holds it.</param>
    /// <param name="configure">Changes the options that <c>Declarative:RabbitMq</c> holds. Wrong ones are reported at start.</param>
    public static DeclarativeBuilder UseRabbitMq(this DeclarativeBuilder builder, string? uri = null, Action<RabbitMqOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<RabbitMqOptions>()
            .Bind(builder.Configuration.GetSection("Declarative:RabbitMq"))
            .Configure(options =>
            {
                options.Uri = uri ?? options.Uri;
                configure?.Invoke(options);
            })
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<RabbitMqOptions>, RabbitMqOptionsCheck>();
        services.AddSingleton<Topology>();
        services.AddSingleton<QueueWatch>();
        services.AddSingleton<BrokerConnector>();
        services.AddSingleton<BrokerStatus>();
        services.AddSingleton<SendGate>();
        services.AddSingleton<RabbitMqTransport>();
        services.AddSingleton<IMessageTransport>(static provider => provider.GetRequiredService<RabbitMqTransport>());
        services.AddHostedService<PublishLoop>();
        services.AddHostedService<ConsumeLoop>();
        services.AddHealthChecks().AddCheck<RabbitMqHealthCheck>("declarative-rabbitmq", tags: ["ready"]);
        return builder;
    }
}
