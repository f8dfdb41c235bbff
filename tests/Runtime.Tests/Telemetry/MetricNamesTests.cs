using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Declarative.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Telemetry;

/// <summary>What dashboard, alerts and documents call metrics is what the meter calls them.</summary>
public sealed partial class MetricNamesTests
{
    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));

    /// <summary>Tags in Prometheus' spelling that begin like metrics.</summary>
    private static readonly string[] Labels = ["messaging_destination_name"];

    private static List<Instrument> Real()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var real = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters))
                    real.Add(instrument);
            },
        };
        listener.Start();
        _ = new Instruments(meters, TimeProvider.System);
        return real;
    }

    /// <summary>As OpenTelemetry's collector names them for Prometheus: underscores, the unit where it is one of measure, the kind.</summary>
    private static IEnumerable<string> InPrometheus(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "");
        return instrument switch
        {
            Counter<long> => [name + "_total"],
            Histogram<double> => [name + "_bucket", name + "_sum", name + "_count"],
            _ => [name],
        };
    }

    [Theory]
    [InlineData("ops/grafana/declarative.json")]
    [InlineData("ops/prometheus/alerts.yml")]
    public void Operations_name_metrics_that_there_are(string file)
    {
        var named = PrometheusName.Matches(File.ReadAllText(Path.Combine(Root(), file))).Select(static match => match.Value).ToHashSet(StringComparer.Ordinal);
        named.Count.ShouldBeGreaterThan(3);
        named.Except(Real().SelectMany(InPrometheus)).Except(Labels, StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Fact]
    public void The_page_about_telemetry_names_every_instrument_and_no_other()
    {
        var named = InstrumentName.Matches(File.ReadAllText(Path.Combine(Root(), "docs", "telemetry.md"))).Select(static match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        named.ShouldBe(Real().Select(static one => one.Name), ignoreOrder: true);
    }

    [Theory]
    [InlineData("docs/production.md")]
    [InlineData("docs/event-consumers.md")]
    public void Other_pages_name_instruments_that_there_are(string file)
    {
        var named = InstrumentName.Matches(File.ReadAllText(Path.Combine(Root(), file))).Select(static match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        named.ShouldNotBeEmpty();
        named.Except(Real().Select(static one => one.Name)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_panel_of_the_dashboard_asks_for_something()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(), "ops", "grafana", "declarative.json")));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        panels.ShouldNotBeEmpty();
        panels.Select(static panel => panel.GetProperty("id").GetInt32()).ShouldBeUnique();
        foreach (var panel in panels)
            panel.GetProperty("targets").EnumerateArray().ShouldAllBe(static target => PrometheusName.IsMatch(target.GetProperty("expr").GetString()!));
    }

    [GeneratedRegex(@"\b(?:messaging|async_events)_[a-z_]+\b")]
    private static partial Regex PrometheusName { get; }

    [GeneratedRegex(@"`((?:messaging\.(?:client|process)|async_events\.(?:delivery|endpoint|consumer))\.[a-z_.]+)`")]
    private static partial Regex InstrumentName { get; }
}
