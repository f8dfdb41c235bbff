using Declarative.Acl;
using Declarative.Commerce;
using Declarative.Consumers;
using Declarative.Delivery;
using Declarative.Events;
using Declarative.History;
using Declarative.Integrations;
using Declarative.Outbox;
using Declarative.Storage;
using Declarative.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Declarative.Modules;

/// <summary>
/// Starts and stops the engine around the host's own services: publishing works before the first of them starts and until
/// the last has stopped; the workers run in between.
/// </summary>
internal sealed class Engine(IServiceProvider services) : IHostedLifecycleService
{
    private readonly List<BackgroundService> _workers = [];
    private QueueWriter? _writer;
    private IStoreLifecycle? _store;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await services.GetRequiredService<StartupCheck>().RunAsync(cancellationToken).ConfigureAwait(false);
        _store = services.GetRequiredService<IStoreLifecycle>();
        _writer = services.GetRequiredService<QueueWriter>();
        await _writer.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _workers.Add(services.GetRequiredService<MessageWorker>());
        _workers.Add(services.GetRequiredService<DeliveryWorker>());
        _workers.Add(services.GetRequiredService<PendingSampler>());
        _workers.Add(services.GetRequiredService<MinuteKeeper>());
        _workers.Add(services.GetRequiredService<CallerSweeper>());
        _workers.Add(services.GetRequiredService<HistoryWorker>());
        _workers.Add(services.GetRequiredService<NonceSweeper>());
        _workers.Add(services.GetRequiredService<HandledSweeper>());
        _workers.Add(services.GetRequiredService<SubscriptionJudge>());
        _workers.Add(services.GetRequiredService<ChangeFollower>());
        _workers.Add(services.GetRequiredService<OutboxRelay>());
        if (services.GetService<ExchangeWorker>() is { } exchanges)
            _workers.Add(exchanges);
        foreach (var worker in _workers)
            await worker.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_workers.Select(worker => worker.StopAsync(cancellationToken)));

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (_writer is not null)
            await _writer.StopAsync(cancellationToken).ConfigureAwait(false);
        if (Interlocked.Exchange(ref _store, null) is not { } store)
            return;

        // What the last attempts and publishes counted too, so after the workers and the writer.
        await services.GetRequiredService<MinuteKeeper>().FlushAsync().ConfigureAwait(false);
        await store.CloseAsync().ConfigureAwait(false);
    }
}
