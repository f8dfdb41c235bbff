using System.Text.Json.Nodes;
using Declarative.Consumers;
using Declarative.Eventing;
using Declarative.Merging;
using Microsoft.Extensions.Configuration;

namespace Declarative.Commerce;

/// <summary>What is to be at the commerce side, checked before anything is asked there. A class, so that no <c>ToString</c> shows a token or secret.</summary>
internal sealed class OnboardingPlan
{
    private const string Section = "Declarative:Onboarding";

    private OnboardingPlan(OnboardingOptions options, Uri store, string token, IReadOnlyList<JsonObject> events, IReadOnlyList<PlannedRegistration> registrations) =>
        (Options, Store, Token, Events, Registrations) = (options, store, token, events, registrations);

    public OnboardingOptions Options { get; }

    /// <summary>The commerce side's address, with a slash at its end.</summary>
    public Uri Store { get; }

    public string Token { get; }

    /// <summary>Events to subscribe to by name, as <c>eventSubscribe</c> takes them.</summary>
    public IReadOnlyList<JsonObject> Events { get; }

    /// <summary>Events of consumers, to be sent to these.</summary>
    public IReadOnlyList<PlannedRegistration> Registrations { get; }

    /// <param name="configuration">The application's configuration.</param>
    /// <param name="consumers">The application's consumers.</param>
    /// <param name="folder">What the file of events is relative to.</param>
    /// <param name="url">The commerce side's address, if it isn't the configured one.</param>
    /// <param name="token">The token, if it isn't the configured one.</param>
    /// <exception cref="OnboardingException">Something is missing or malformed; all of its kind is told.</exception>
    public static OnboardingPlan Of(IConfiguration configuration, IReadOnlyList<Consumer> consumers, string folder, string? url, string? token)
    {
        var options = configuration.GetSection(Section).Get<OnboardingOptions>() ?? new OnboardingOptions();
        var store = url ?? configuration["Declarative:Commerce:BaseUrl"];
        token ??= options.Token;
        var chosen = consumers.Where(one => options.Consumers.Contains(one.Name, StringComparer.OrdinalIgnoreCase)).ToList();
        var problems = new List<string>();
        CheckUrl("Declarative:Commerce:BaseUrl (or --url)", store, "the commerce side's address", problems);
        if (string.IsNullOrWhiteSpace(token))
            problems.Add($"{Section}:Token (or --token) is missing: an access token of an administrator or integration of the commerce side");
        else if (token.Any(static character => character is <= ' ' or > '~'))
            problems.Add($"{Section}:Token (or --token) has characters that no token has");
        if (options.Consumers.Count > 0)
            CheckUrl($"{Section}:BaseUrl", options.BaseUrl, "the address at which the commerce side reaches this application", problems);
        problems.AddRange(options.Providers.SelectMany(static (one, place) => Problems(one, $"{Section}:Providers:{place}")));
        problems.AddRange(new[]
        {
            EventingFormats.ProblemOfInstance($"{Section}:InstanceId", options.InstanceId),
            EventingFormats.ProblemOfId($"{Section}:MerchantId", options.MerchantId),
            EventingFormats.ProblemOfId($"{Section}:EnvironmentId", options.EnvironmentId),
        }.OfType<string>().Select(static one => one.TrimEnd('.')));
        problems.AddRange(chosen.Where(static one => one.Descriptor.Secret is not null).Select(one => one.Descriptor.Secret!).Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(key => SecretAt(configuration, key) is null).Select(static key => $"{key} is missing: the secret that the commerce side is to sign with"));
        if (problems.Count > 0)
            throw OnboardingException.Of(OnboardingException.Settings, "Settings are missing or malformed", problems);

        var prefix = configuration["Declarative:Consumers:EventPrefix"];
        var events = options.Events is { Length: > 0 } file ? EventSpec.Read(Path.Combine(folder, file), prefix, options) : [];
        CheckConsumers(options, consumers, chosen);
        if (events.Count + chosen.Count + options.Providers.Count == 0)
            throw OnboardingException.Of(OnboardingException.Missing, "There is nothing to set up", [$"state {Section}:Consumers, {Section}:Events or {Section}:Providers"]);
        return new OnboardingPlan(options, new Uri(store!.TrimEnd('/') + "/"), token!, events, [.. chosen.SelectMany(one => RegistrationsOf(one, options.BaseUrl!, one.Descriptor.Prefix ?? prefix, SecretAt(configuration, one.Descriptor.Secret!)!))]);
    }

    private static void CheckUrl(string key, string? value, string what, List<string> problems)
    {
        if (string.IsNullOrWhiteSpace(value))
            problems.Add($"{key} is missing: {what}, such as https://shop.example.com");
        else if (!(Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length + url.Query.Length + url.Fragment.Length == 0))
            problems.Add($"{key} must be an absolute http or https URL such as https://shop.example.com, without user and query");
    }

    private static IEnumerable<string> Problems(OnboardingProvider provider, string key)
    {
        if (string.IsNullOrWhiteSpace(provider.ProviderId))
            yield return $"{key}:ProviderId is missing";
        if (string.IsNullOrWhiteSpace(provider.InstanceId))
            yield return $"{key}:InstanceId is missing";
        else if (EventingFormats.ProblemOfInstance($"{key}:InstanceId", provider.InstanceId) is { } problem)
            yield return problem.TrimEnd('.');
    }

    private static void CheckConsumers(OnboardingOptions options, IReadOnlyList<Consumer> consumers, List<Consumer> chosen)
    {
        var problems = options.Consumers.Where(name => !chosen.Exists(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase)))
            .Select(name => $"no consumer '{name}' is declared; " + (NearestName.Find(name, consumers.Select(static one => one.Name)) is { } nearest ? $"did you mean '{nearest}'?" : $"declared are: {string.Join(", ", consumers.Select(static one => one.Name))}"))
            .Concat(chosen.Where(static one => one.Descriptor.Secret is null).Select(static one => $"the consumer '{one.Name}' has signature=\"{one.Descriptor.Signature}\", by which the commerce side doesn't sign; only standard-webhooks and x-magento-signature can be registered"))
            .ToList();
        if (problems.Count > 0)
            throw OnboardingException.Of(OnboardingException.Missing, "Consumers that are to be registered can't be", problems);
    }

    /// <summary>Under a prefix only subscriptions by name tell of what Adobe Commerce itself sends; the rest comes by its plain name.</summary>
    private static IEnumerable<PlannedRegistration> RegistrationsOf(Consumer consumer, string baseUrl, string? prefix, string secret) =>
        consumer.Router.All.Select(route => new PlannedRegistration(route.Name, baseUrl.TrimEnd('/') + consumer.Path, secret)
        {
            IsLeft = prefix is { Length: > 0 } && (route.Name.StartsWith(EventName.ObserverPrefix, StringComparison.Ordinal) || EventName.IsPlugin(route.Name)),
        });

    /// <summary>The first secret at the place, which counts as any other there.</summary>
    private static string? SecretAt(IConfiguration configuration, string key)
    {
        var section = configuration.GetSection(key);
        return section.GetChildren().Prepend(section).Select(static one => one.Value).FirstOrDefault(static value => !string.IsNullOrWhiteSpace(value));
    }
}

/// <summary>An event that is to come to a consumer. A class, so that no <c>ToString</c> shows the secret.</summary>
/// <param name="eventName">The event.</param>
/// <param name="url">The consumer's address.</param>
/// <param name="secret">What deliveries are signed with.</param>
internal sealed class PlannedRegistration(string eventName, string url, string secret)
{
    public string EventName => eventName;

    public string Url => url;

    public string Secret => secret;

    /// <summary>Whether it can come by a subscription under the application's prefix only.</summary>
    public bool IsLeft { get; init; }
}
