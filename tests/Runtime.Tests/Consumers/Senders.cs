using Declarative.Consumers;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Declarative.Tests.Consumers;

internal static class Verifying
{
    public static bool Verify(this SignatureVerifier verifier, IHeaderDictionary headers, ReadOnlySpan<byte> body) => verifier.Refusal(headers, body) is null;
}

/// <summary>What verifies senders, over a configuration that a test writes.</summary>
public sealed class Senders : IDisposable
{
    private readonly LoggerFactory _loggers;
    private readonly SenderVerifiers _verifiers;

    public Senders(params (string Key, string? Value)[] configuration)
    {
        Configuration = (IConfigurationRoot)new ConfigurationBuilder().AddInMemoryCollection(configuration.Select(static one => KeyValuePair.Create(one.Key, one.Value))).Build();
        _loggers = new LoggerFactory([Log]);
        _verifiers = new SenderVerifiers(Configuration, Time, _loggers.CreateLogger<SenderVerifiers>());
    }

    public IConfigurationRoot Configuration { get; }

    public TestClock Time { get; } = new(DateTimeOffset.FromUnixTimeSeconds(StandardVerifierTests.Timestamp));

    public LogLines Log { get; } = new();

    public List<string> Problems { get; } = [];

    internal SignatureVerifier? Of(string signature) =>
        _verifiers.Of(new ConsumerDescriptor("erp", "etc/event_consumers.xml") { Signature = signature, Secret = "Erp:Secret", Keys = "Adobe:Keys", Client = "Adobe:Client" }, "Consumer 'erp' (etc/event_consumers.xml): ", Problems);

    internal SignatureVerifier? Ingestion(string header) =>
        _verifiers.Of(new IngestionDescriptor("/in", "hmac", "etc/event_consumers.xml") { Secret = "Erp:Secret", Header = header }, "Ingestion /in: ", Problems);

    /// <summary>Changes a value and says so, as a file that was saved does.</summary>
    public void Configure(string key, string? value)
    {
        Configuration[key] = value;
        Configuration.Reload();
    }

    internal static HeaderDictionary Headers(params (string Name, string Value)[] headers)
    {
        var all = new HeaderDictionary();
        foreach (var (name, value) in headers)
            all.Append(name, value);
        return all;
    }

    public void Dispose()
    {
        _verifiers.Dispose();
        _loggers.Dispose();
    }
}
