using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Samples;

/// <summary>
/// Sends logs, metrics and traces to an OpenTelemetry collector, if the environment names one: OTEL_EXPORTER_OTLP_ENDPOINT. The other standard
/// variables count too, such as OTEL_EXPORTER_OTLP_PROTOCOL, OTEL_SERVICE_NAME and OTEL_TRACES_SAMPLER.
/// </summary>
internal static class Telemetry
{
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;
        void Name(ResourceBuilder resource) => resource.AddService(builder.Environment.ApplicationName).AddEnvironmentVariableDetector();
        builder.Logging.AddOpenTelemetry(logs =>
        {
            var resource = ResourceBuilder.CreateDefault();
            Name(resource);
            logs.SetResourceBuilder(resource).AddOtlpExporter();
        });
        builder.Services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(Name)
            .AddSource("Declarative", "Microsoft.AspNetCore", "System.Net.Http")
            .AddOtlpExporter()
            .Build());
        builder.Services.AddSingleton(_ => Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(Name)
            .AddMeter("Declarative", "Microsoft.AspNetCore.Hosting")
            .AddOtlpExporter()
            .Build());
        builder.Services.AddHostedService<Exporting>();
    }

    /// <summary>Begins with the host; what is left is sent when the container goes.</summary>
    private sealed class Exporting(TracerProvider traces, MeterProvider metrics) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            traces.ForceFlush();
            metrics.ForceFlush();
            return Task.CompletedTask;
        }
    }
}
