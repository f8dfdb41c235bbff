using Declarative.Merging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Declarative.Matching;

/// <summary>Where a plan finds what subscriptions name: converters and processors by class, contexts by name.</summary>
internal sealed class MatchServices(
    Func<string, IFieldConverter?> converters,
    Func<string, IEventProcessor?> processors,
    Func<string, IEventContext?> contexts,
    ILogger logger)
{
    public ILogger Logger => logger;

    public static MatchServices From(IServiceProvider services, ILogger logger) => new(
        services.GetKeyedService<IFieldConverter>,
        services.GetKeyedService<IEventProcessor>,
        services.GetKeyedService<IEventContext>,
        logger);

    /// <summary>The converter, or why there is none.</summary>
    public IFieldConverter? Converter(string className, out string? problem) =>
        Find(converters, ClassName.Of(className), "converter", "AddFieldConverter", out problem);

    /// <summary>The processor, or why there is none.</summary>
    public IEventProcessor? Processor(string className, out string? problem) =>
        Find(processors, ClassName.Of(className), "processor", "AddEventProcessor", out problem);

    /// <summary>The context, or why there is none.</summary>
    public IEventContext? Context(string name, out string? problem) =>
        Find(contexts, name, "context", "AddEventContext", out problem);

    /// <summary>A service whose constructor throws must not keep other subscriptions from being matched.</summary>
    private static T? Find<T>(Func<string, T?> find, string name, string kind, string method, out string? problem)
        where T : class
    {
        try
        {
            var found = find(name);
            problem = found is null ? $"the {kind} '{name}' is not registered; call {method}" : null;
            return found;
        }
        catch (Exception exception)
        {
            problem = $"the {kind} '{name}' can't be made: {exception.Message}";
            return null;
        }
    }
}
