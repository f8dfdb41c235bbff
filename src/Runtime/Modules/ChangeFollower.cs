using Declarative.Acl;
using Declarative.Eventing;
using Declarative.Integrations;
using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Work;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Declarative.Modules;

/// <summary>Takes over what other nodes change in a store that is shared: wakes the workers, and reads again what is kept in memory.</summary>
internal sealed class ChangeFollower(
    IStoreLifecycle store,
    SubscriptionCache subscriptions,
    EventingState eventing,
    RoleCache roles,
    CallerCache callers,
    IntegrationCache integrations,
    MessageSignal messages,
    DeliverySignal deliveries,
    HistorySignal history,
    TimeProvider time,
    ILogger<ChangeFollower> logger) : BackgroundService
{
    private readonly SemaphoreSlim _wake = new(0);
    private int _changes;

    /// <summary>From before the store is opened, so that no change is missed between reading it first and listening.</summary>
    public void Listen() => store.Listen(changes =>
    {
        if (changes.HasFlag(StoreChanges.Messages))
            messages.Set();
        if (changes.HasFlag(StoreChanges.Deliveries))
            deliveries.Set();
        if (changes.HasFlag(StoreChanges.Replays))
            history.Set();
        Follow(changes & ~(StoreChanges.Messages | StoreChanges.Deliveries | StoreChanges.Replays));
    });

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var outage = new Outage("changes of other nodes", logger);
        while (!stoppingToken.IsCancellationRequested)
        {
            var changes = StoreChanges.None;
            try
            {
                await _wake.WaitAsync(stoppingToken).ConfigureAwait(false);
                changes = (StoreChanges)Interlocked.Exchange(ref _changes, 0);
                await ApplyAsync(changes, stoppingToken).ConfigureAwait(false);
                outage.End();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                var pause = outage.Failed(exception);
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Follow(changes);
            }
        }
    }

    private void Follow(StoreChanges changes)
    {
        if (changes != StoreChanges.None && Interlocked.Or(ref _changes, (int)changes) == 0)
            _wake.Release();
    }

    private async Task ApplyAsync(StoreChanges changes, CancellationToken cancellationToken)
    {
        if (changes.HasFlag(StoreChanges.Callers))
        {
            callers.Forget(static (_, _) => true);
            await roles.ReloadAsync(cancellationToken).ConfigureAwait(false);
        }

        if (changes.HasFlag(StoreChanges.Integrations))
            await integrations.ReloadAsync(cancellationToken).ConfigureAwait(false);
        if (changes.HasFlag(StoreChanges.Subscriptions))
            await subscriptions.ReloadAsync(cancellationToken).ConfigureAwait(false);
        if (changes.HasFlag(StoreChanges.Eventing))
        {
            await eventing.ReloadAsync(cancellationToken).ConfigureAwait(false);
            messages.Set();
            deliveries.Set();
        }
    }
}
