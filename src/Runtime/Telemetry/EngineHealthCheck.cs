using System.Globalization;
using Declarative.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Declarative.Telemetry;

/// <summary>Whether work can be given to the process: unhealthy when the store can't be read, degraded when something has been due for too long.</summary>
internal sealed class EngineHealthCheck(IStoreLifecycle store, TimeProvider time, IOptions<StorageOptions> storage) : IHealthCheck
{
    public const string Name = "declarative";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
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
