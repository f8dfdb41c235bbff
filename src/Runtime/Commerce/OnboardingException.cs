using System.Text.Json.Nodes;

namespace Declarative.Commerce;

/// <summary>Onboarding ended early. Labels are spelled as the starter kit's.</summary>
/// <param name="label">What failed, for programs.</param>
/// <param name="reason">What failed, for people.</param>
/// <param name="payload">What it is about.</param>
internal sealed class OnboardingException(string label, string reason, JsonNode payload) : Exception(reason)
{
    public const string Settings = "INVALID_ENV_VARS";
    public const string EventSpec = "MALFORMED_EVENT_SPEC";
    public const string Missing = "MISSING_REGISTRATIONS";
    public const string Provider = "PROVIDER_CREATION_FAILED";
    public const string Existing = "GET_EXISTING_PROVIDERS_FAILED";
    public const string Configuration = "CONFIGURE_EVENTING_FAILED";
    public const string Subscription = "CREATE_EVENT_SUBSCRIPTION_FAILED";
    public const string Registration = "CREATE_EVENT_REGISTRATION_FAILED";

    public string Label => label;

    public JsonNode Payload => payload;

    /// <summary>Whether the commerce side didn't answer, so that the same may work later.</summary>
    public bool IsUnreachable { get; init; }

    /// <summary>Of several things that are wrong.</summary>
    public static OnboardingException Of(string label, string reason, IEnumerable<string> problems) =>
        new(label, reason, new JsonArray([.. problems.Select(static one => JsonValue.Create(one))]));
}
