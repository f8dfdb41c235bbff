using System.ComponentModel;
using Declarative.Events;
using Declarative.Subscriptions;
using Declarative.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Plugins;

/// <summary>
/// What a generated decorator tells of the calls that it forwarded. Nothing that goes wrong here reaches the caller: it is
/// logged, and the business call's outcome stays as it is. A call is waited for only as long as
/// <see cref="PublishingOptions.PluginWait"/> says.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PluginPublisher
{
    private readonly Type _decorator;
    private volatile IServiceProvider? _services;

    /// <param name="decorator">The decorator; of an event that two modules ask for, one of their decorators tells.</param>
    internal PluginPublisher(Type decorator) => _decorator = decorator;

    /// <summary>Lets it tell. Until the host starts nothing is told: decorated services are made in tools too that never start it.</summary>
    internal void Attach(IServiceProvider services) => _services = services;

    /// <summary>Publishes what an asynchronous method gave.</summary>
    /// <typeparam name="T">The method's result.</typeparam>
    /// <param name="eventName">The event.</param>
    /// <param name="payload">The result; null is nothing to tell of.</param>
    public ValueTask AfterAsync<T>(string eventName, T payload) =>
        payload is null ? default : WaitAsync(eventName, Publish(eventName, payload, static (queue, name, one) => queue.PublishAsync(name, one, null, CancellationToken.None)));

    /// <summary>Publishes what a method gave.</summary>
    /// <typeparam name="T">The method's result.</typeparam>
    /// <param name="eventName">The event.</param>
    /// <param name="payload">The result; null is nothing to tell of.</param>
    public void After<T>(string eventName, T payload)
    {
        if (payload is not null)
            Wait(eventName, Publish(eventName, payload, static (queue, name, one) => queue.PublishAsync(name, one, null, CancellationToken.None)));
    }

    /// <summary>Publishes the arguments of an asynchronous method that gives nothing.</summary>
    /// <typeparam name="TState">The arguments.</typeparam>
    /// <param name="eventName">The event.</param>
    /// <param name="state">The arguments.</param>
    /// <param name="write">Adds them, each by its name.</param>
    public ValueTask AfterAsync<TState>(string eventName, TState state, Func<EventArguments, TState, EventArguments> write) =>
        WaitAsync(eventName, Publish(eventName, (state, write), static (queue, name, one) => queue.PublishAsync(one.write(queue.Arguments(name), one.state), null, CancellationToken.None)));

    /// <summary>Publishes the arguments of a method that gives nothing.</summary>
    /// <typeparam name="TState">The arguments.</typeparam>
    /// <param name="eventName">The event.</param>
    /// <param name="state">The arguments.</param>
    /// <param name="write">Adds them, each by its name.</param>
    public void After<TState>(string eventName, TState state, Func<EventArguments, TState, EventArguments> write) =>
        Wait(eventName, Publish(eventName, (state, write), static (queue, name, one) => queue.PublishAsync(one.write(queue.Arguments(name), one.state), null, CancellationToken.None)));

    /// <summary>The publish under way; completed if there is nobody to publish to, or if it failed at once.</summary>
    private Task Publish<TState>(string eventName, TState state, Func<EventQueue, string, TState, Task<Guid>> publish)
    {
        if (_services is not { } services)
            return Task.CompletedTask;
        try
        {
            // Of a module that is switched off, or one whose event another module's decorator tells.
            if (services.GetRequiredService<EventRegistry>().Find(eventName)?.Decorator != _decorator)
                return Task.CompletedTask;

            // Nobody would get it. A subscription that another node made this moment begins with the next call.
            if (services.GetRequiredService<SubscriptionCache>().Of(eventName) is null)
                return Task.CompletedTask;
            return publish(services.GetRequiredService<EventQueue>(), eventName, state);
        }
        catch (Exception exception)
        {
            Logger(services).PluginFailed(eventName, exception);
            return Task.CompletedTask;
        }
    }

    private ValueTask WaitAsync(string eventName, Task publish) => publish.IsCompletedSuccessfully ? default : new ValueTask(ObserveAsync(_services!, eventName, publish, Limit));

    private void Wait(string eventName, Task publish)
    {
        if (publish.IsCompletedSuccessfully)
            return;

        // The limit holds for this thread too, even while no other is free to go on with the publish.
        var limit = Limit;
        ObserveAsync(_services!, eventName, publish, limit).Wait(limit);
    }

    private TimeSpan Limit => _services!.GetRequiredService<IOptions<PublishingOptions>>().Value.PluginWait;

    private static async Task ObserveAsync(IServiceProvider services, string eventName, Task publish, TimeSpan limit)
    {
        try
        {
            await publish.WaitAsync(limit).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!publish.IsCompleted)
        {
            Logger(services).PluginDelayed(eventName, limit);
            _ = publish.ContinueWith(
                late => Logger(services).PluginFailed(eventName, late.Exception!.GetBaseException()),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
        catch (Exception exception)
        {
            Logger(services).PluginFailed(eventName, exception);
        }
    }

    private static ILogger<PluginPublisher> Logger(IServiceProvider services) => services.GetRequiredService<ILogger<PluginPublisher>>();
}
