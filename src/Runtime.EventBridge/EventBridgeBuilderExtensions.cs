using Declarative.EventBridge;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Declarative;

/// <summary>Lets subscriptions deliver to Amazon EventBridge.</summary>
public static class EventBridgeBuilderExtensions
{
    /// <summary>
    /// Adds the notifier <c>event_bridge</c>. A subscription that chooses it names an event bus as its recipient, by name or ARN; a URL
    /// means the bus of the options.
    /// </summary>
    /// <param name="builder">From <c>AddDeclarative(declarative => …)</c>.</param>
    /// <param name="configure">Changes the options that <c>Declarative:EventBridge</c> holds. Wrong ones are reported at start.</param>
    public static DeclarativeBuilder AddEventBridge(this DeclarativeBuilder builder, Action<EventBridgeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<EventBridgeOptions>()
            .Bind(builder.Configuration.GetSection("Declarative:EventBridge"))
            .Configure(options =>
            {
                configure?.Invoke(options);
                options.Region ??= Environment.GetEnvironmentVariable("AWS_REGION") ?? Environment.GetEnvironmentVariable("AWS_DEFAULT_REGION");
            })
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<EventBridgeOptions>, EventBridgeOptionsCheck>();
        builder.Services.AddSingleton<EventBridgeClient>();
        builder.Services.AddSingleton<EntryGatherer>();
        return builder.AddNotifier<EventBridgeNotifier>(EventBridgeNotifier.Key);
    }
}
