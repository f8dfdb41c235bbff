using System.Globalization;
using System.Text;

namespace Declarative.EndToEnd.Tests.Harness;

/// <summary>Stands in for an OpenTelemetry collector: takes OTLP as protobuf over HTTP, and reads of it what tests look at.</summary>
internal sealed class OtlpCollector : IDisposable
{
    private readonly HttpSink _sink = new();

    /// <summary>What an application's environment needs to export here, soon.</summary>
    public Dictionary<string, string> Settings => new(StringComparer.Ordinal)
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _sink.Url,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
    };

    /// <summary>The spans that came.</summary>
    public IEnumerable<ExportedSpan> Spans =>
        from resource in Resources("/v1/traces")
        from scope in resource.Message.Many(2)
        from span in scope.Many(2)
        select new ExportedSpan(resource.Service, Hex(span.One(1)), Hex(span.One(2)), Hex(span.One(4)), Text(span.One(5)));

    /// <summary>The metrics that came, each as <c>service name</c>.</summary>
    public IEnumerable<string> Metrics =>
        from resource in Resources("/v1/metrics")
        from scope in resource.Message.Many(2)
        from metric in scope.Many(2)
        select $"{resource.Service} {Text(metric.One(1))}";

    /// <summary>The services that sent lines of their logs.</summary>
    public IEnumerable<string> Logs => Resources("/v1/logs").Select(static one => one.Service);

    public void Dispose() => _sink.Dispose();

    private IEnumerable<(string Service, Protobuf Message)> Resources(string path) =>
        from request in _sink.Requests
        where request.Path == path
        from resource in new Protobuf(request.Body).Many(1)
        select (ServiceOf(resource), resource);

    private static string ServiceOf(Protobuf resource) => (
        from attributes in resource.Many(1)
        from attribute in attributes.Many(1)
        where Text(attribute.One(1)) == "service.name"
        select Text(attribute.Many(2).Single().One(1))).Single();

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>A protobuf message whose fields are bytes, texts or messages; numbers are passed over.</summary>
    private sealed class Protobuf(byte[] bytes)
    {
        private readonly List<(int Field, byte[] Value)> _fields = [.. Read(bytes)];

        public IEnumerable<Protobuf> Many(int field) => _fields.Where(one => one.Field == field).Select(static one => new Protobuf(one.Value));

        public byte[] One(int field) => _fields.FirstOrDefault(one => one.Field == field).Value ?? [];

        private static IEnumerable<(int Field, byte[] Value)> Read(byte[] bytes)
        {
            var at = 0;
            while (at < bytes.Length)
            {
                var key = Number(bytes, ref at);
                switch (key & 7)
                {
                    case 0:
                        Number(bytes, ref at);
                        break;
                    case 1:
                        at += 8;
                        break;
                    case 2:
                        var length = (int)Number(bytes, ref at);
                        yield return ((int)(key >> 3), bytes[at..(at + length)]);
                        at += length;
                        break;
                    case 5:
                        at += 4;
                        break;
                    default:
                        throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"wire type {key & 7}"));
                }
            }
        }

        private static ulong Number(byte[] bytes, ref int at)
        {
            ulong number = 0;
            for (var shift = 0; ; shift += 7)
            {
                var one = bytes[at++];
                number |= (ulong)(one & 0x7f) << shift;
                if (one < 0x80)
                    return number;
            }
        }
    }
}

/// <summary>A span as it was exported, ids in hexadecimal.</summary>
internal sealed record ExportedSpan(string Service, string Trace, string Id, string Parent, string Name);
