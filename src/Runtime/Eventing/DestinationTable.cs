using Declarative.Delivery;
using Declarative.Secrets;
using Declarative.Storage;
using Declarative.Subscriptions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Declarative.Eventing;

/// <summary>The destinations of the configuration by name.</summary>
internal sealed class DestinationTable(IConfiguration configuration, NotifierTable notifiers, SecretProtector protector, IOptions<DeliveryOptions> delivery)
{
    /// <summary>What a subscription's destination is called if it names none.</summary>
    public const string Default = "default";

    private readonly List<string> _unreadable = [];
    private Dictionary<string, DestinationOptions>? _read;

    private Dictionary<string, DestinationOptions> Destinations => _read ??= Read();

    public IEnumerable<string> Names => Destinations.Keys;

    public bool Has(string name) => Destinations.ContainsKey(name);

    public IEnumerable<string> Problems()
    {
        foreach (var (name, destination) in Destinations)
        {
            var where = $"Declarative:Destinations:{name}:";
            if (notifiers.Find(destination.Notifier) is not { } notifier)
            {
                yield return $"{where}Notifier: no notifier is registered by the key '{destination.Notifier}'. Registered: {string.Join(", ", notifiers.Keys)}.";
                continue;
            }

            if (notifier.Validate(destination.Url) is { } problem)
                yield return $"{where}Url: {problem}";
            if (notifier.RequiresToken && string.IsNullOrEmpty(destination.Secret))
                yield return $"{where}Secret is missing; the notifier '{destination.Notifier}' signs what it sends.";
            if (SigningKey.ProblemOf(destination.Secret) is { } secretProblem)
                yield return $"{where}Secret: {secretProblem}";
            if (destination.FormatOrNull is null)
                yield return $"{where}Format: '{destination.Format}' is none of {string.Join(", ", DestinationOptions.Formats)}.";
            if (destination.RetryOn is { } retryOn && !Enum.IsDefined(retryOn))
                yield return $"{where}RetryOn: '{retryOn}' is neither All nor Adobe.";
            if (destination.Retry is { } retry && !RetrySchedule.TryParse(retry, out _, out var retryProblem))
                yield return $"{where}Retry: {retryProblem}";
        }

        foreach (var problem in _unreadable)
            yield return problem;
    }

    /// <summary>
    /// The subscription with what its destination says today. One whose destination is missing keeps its deliveries at an
    /// endpoint of their own, where each attempt says so.
    /// </summary>
    public SubscriptionRecord Apply(SubscriptionRecord record)
    {
        var name = record.Destination ?? Default;
        if (!Destinations.TryGetValue(name, out var destination))
            return record with { Notifier = "http", Recipient = "", EndpointKey = "destination|" + name, Retry = delivery.Value.DefaultRetry };
        var retry = destination.Retry ?? delivery.Value.DefaultRetry;
        return record with
        {
            Notifier = destination.Notifier,
            Recipient = destination.Url,
            EndpointKey = Endpoint.KeyOf(destination.Notifier, destination.Url),
            Secret = KeepOrProtect(record.Secret, destination.Secret),
            Format = destination.FormatOrNull ?? DeliveryFormat.Aligent,
            Retry = retry,
            RetryOn = destination.RetryOn ?? (RetrySchedule.TryParse(retry, out var schedule, out _) ? schedule.DefaultRetryOn : RetryOn.All),
        };
    }

    /// <summary>A value of the wrong kind is one of the problems of the start, not its only one.</summary>
    private Dictionary<string, DestinationOptions> Read()
    {
        var destinations = new Dictionary<string, DestinationOptions>(StringComparer.OrdinalIgnoreCase);
        foreach (var section in configuration.GetSection("Declarative:Destinations").GetChildren())
        {
            try
            {
                destinations[section.Key] = section.Get<DestinationOptions>() ?? new DestinationOptions();
            }
            catch (InvalidOperationException exception)
            {
                _unreadable.Add($"Declarative:Destinations:{section.Key}: {exception.Message}");
            }
        }

        return destinations;
    }

    /// <summary>Encrypting gives other bytes each time; so a secret that stays is left as it is.</summary>
    private byte[]? KeepOrProtect(byte[]? stored, string? secret)
    {
        if (string.IsNullOrEmpty(secret))
            return null;
        return stored is not null && protector.Unprotect(stored) == secret ? stored : protector.Protect(secret);
    }
}
