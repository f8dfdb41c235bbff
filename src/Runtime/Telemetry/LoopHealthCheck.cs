using System.Globalization;
using Declarative.Delivery;
using Declarative.Work;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Declarative.Telemetry;

/// <summary>Whether the process should go on: unhealthy when a worker loop has gone silent. The store and receivers are no part of it, since a restart mends neither.</summary>
internal sealed class LoopHealthCheck(LoopHealth loops, IOptions<DeliveryOptions> delivery) : IHealthCheck
{
    public const string Name = "declarative-loops";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var allowed = (delivery.Value.BackStop * 2) + TimeSpan.FromSeconds(10);
        var data = new Dictionary<string, object>(StringComparer.Ordinal);
        string? silent = null;
        foreach (var (loop, silence) in loops.Silences())
        {
            data[loop] = silence.TotalSeconds;
            if (silence > allowed)
                silent ??= string.Create(CultureInfo.InvariantCulture, $"The loop '{loop}' has been silent for {silence.TotalSeconds:0} s.");
        }

        return Task.FromResult(silent is null ? HealthCheckResult.Healthy(data: data) : HealthCheckResult.Unhealthy(silent, data: data));
    }
}
