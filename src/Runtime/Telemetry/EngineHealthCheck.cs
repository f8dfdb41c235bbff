using System.Globalization;
using Declarative.Delivery;
using Declarative.Storage;
using Declarative.Work;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Declarative.Telemetry;

/// <summary>Unhealthy when a worker loop has gone silent or the store can't be read, degraded when something has been due for too long.</summary>
internal sealed class EngineHealthCheck(
    IStoreLifecycle store,
    LoopHealth loops,
    TimeProvider time,
    IOptions<StorageOptions> storage,
    IOptions<DeliveryOptions> delivery) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var allowed = (delivery.Value.BackStop * 2) + TimeSpan.FromSeconds(10);
        foreach (var (loop, silence) in loops.Silences())
        {
            if (silence > allowed)
                return HealthCheckResult.Unhealthy(string.Create(CultureInfo.InvariantCulture, $"The loop '{loop}' has been silent for {silence.TotalSeconds:0} s."));
        }

        try
        {
            var counts = await store.CountAsync(cancellationToken).ConfigureAwait(false);
            var age = counts.OldestDue is { } oldest ? time.GetUtcNow() - oldest : TimeSpan.Zero;
            var data = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["messages_due"] = counts.MessagesDue,
                ["deliveries_due"] = counts.DeliveriesDue,
                ["deliveries_parked"] = counts.DeliveriesParked,
                ["dead_letters"] = counts.DeadLetters,
            };
            return age > storage.Value.OldestDueAlarm
                ? HealthCheckResult.Degraded(string.Create(CultureInfo.InvariantCulture, $"Something has been due for {age.TotalSeconds:0} s."), data: data)
                : HealthCheckResult.Healthy(data: data);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy("The store can't be read.", exception);
        }
    }
}
