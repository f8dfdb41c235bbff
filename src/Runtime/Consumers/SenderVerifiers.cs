using System.Collections.Concurrent;
using Declarative.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Declarative.Consumers;

/// <summary>Makes what verifies senders, as consumers and ingestion routes declare it. Keys that several of them name are read once.</summary>
internal sealed class SenderVerifiers(IConfiguration configuration, TimeProvider time, ILogger<SenderVerifiers> logger) : IDisposable
{
    public const string AdobeIo = "adobe-io";
    public const string None = "none";
    public const string Magento = "x-magento-signature";
    public const string Standard = "standard-webhooks";

    private readonly ConcurrentDictionary<string, ConfiguredKeys<SigningKey>> _typed = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, ConfiguredKeys<SigningKey>> _standard = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, ConfiguredKeys<AdobeKey>> _public = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, ConfiguredKeys<string>> _clients = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What verifies a consumer's senders; null if the declaration is wrong.</summary>
    /// <param name="consumer">The declaration.</param>
    /// <param name="where">Begins a problem's text.</param>
    /// <param name="problems">What is wrong is added.</param>
    public SignatureVerifier? Of(ConsumerDescriptor consumer, string where, List<string> problems)
    {
        switch (consumer.Signature)
        {
            case null:
                return null;
            case None:
                return SignatureVerifier.Anybody;
            case Magento:
                return Keys(_typed, "secret", consumer.Secret, ReadTyped, where, problems) is { } typed ? new MagentoVerifier(Magento, typed) : null;
            case Standard:
                return Keys(_standard, "secret", consumer.Secret, ReadStandard, where, problems) is { } standard ? new StandardVerifier(standard, time) : null;
            case AdobeIo:
                var keys = Keys(_public, "keys", consumer.Keys, AdobeKey.Read, where, problems);
                var clients = Keys(_clients, "client", consumer.Client, ReadText, where, problems);
                return keys is not null && clients is not null ? new AdobeVerifier(keys, clients) : null;
            default:
                problems.Add($"{where}'{consumer.Signature}' is no signature known here; take {Magento}, {Standard}, {AdobeIo} or {None}.");
                return null;
        }
    }

    /// <summary>What verifies the callers of an ingestion route with <c>hmac</c>.</summary>
    public SignatureVerifier? Of(IngestionDescriptor ingestion, string where, List<string> problems) =>
        Keys(_typed, "secret", ingestion.Secret, ReadTyped, where, problems) is { } keys ? new MagentoVerifier(ingestion.Header, keys) : null;

    public void Dispose()
    {
        foreach (var keys in _typed.Values.Concat<IDisposable>(_standard.Values).Concat(_public.Values).Concat(_clients.Values))
            keys.Dispose();
    }

    private ConfiguredKeys<T>? Keys<T>(ConcurrentDictionary<string, ConfiguredKeys<T>> known, string attribute, string? path, ConfiguredKeys<T>.ReadKey read, string where, List<string> problems)
    {
        if (path is null)
        {
            problems.Add($"{where}no module states its '{attribute}', which this signature needs.");
            return null;
        }

        var keys = known.GetOrAdd(path, path => new ConfiguredKeys<T>(configuration, path, read, logger));
        if (keys.Problem is { } problem)
            problems.Add(where + problem);
        return keys;
    }

    private static string? ReadTyped(string name, string value, out SigningKey? key)
    {
        key = new SigningKey(value);
        return null;
    }

    private static string? ReadStandard(string name, string value, out SigningKey? key)
    {
        key = new SigningKey(value);
        return SigningKey.ProblemOf(value) is null ? null : "begins with whsec_, but doesn't go on with the base64 form of at least one byte";
    }

    private static string? ReadText(string name, string value, out string? key)
    {
        key = value;
        return null;
    }
}
