using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Declarative.RabbitMq;

/// <summary>Degraded, never unhealthy, while the broker can't be reached: publishes are kept and succeed, deliveries go on.</summary>
internal sealed class RabbitMqHealthCheck(BrokerStatus status) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(status.Problem is { } problem ? HealthCheckResult.Degraded("RabbitMQ: " + problem) : HealthCheckResult.Healthy());
}
