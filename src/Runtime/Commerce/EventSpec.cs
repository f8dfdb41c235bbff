using System.Text.Json;
using System.Text.Json.Nodes;
using Declarative.Merging;

namespace Declarative.Commerce;

/// <summary>
/// The starter kit's list of events to subscribe to: <c>[{"event":{"name":"observer.order_saved","fields":[{"name":"*"}]}}]</c>. With the application's prefix
/// a subscription has a name of its own, and the event's name is its parent.
/// </summary>
internal static class EventSpec
{
    private static readonly string[] Texts = ["parent", "destination", "provider_id"];

    /// <exception cref="OnboardingException">The file can't be read, or isn't such a list.</exception>
    public static IReadOnlyList<JsonObject> Read(string file, string? prefix, OnboardingOptions options)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(File.ReadAllText(file), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw OnboardingException.Of(OnboardingException.EventSpec, "The list of events can't be read", [$"{file}: {exception.Message}"]);
        }

        var problems = new List<string>();
        var events = new List<JsonObject>();
        if (root is not JsonArray list)
            problems.Add("it must be a list, [{\"event\":{\"name\":…,\"fields\":[…]}}]");
        else
            events.AddRange(list.Select((one, place) => Event(one, $"[{place}]", problems)).OfType<JsonObject>());
        if (problems.Count > 0)
            throw OnboardingException.Of(OnboardingException.EventSpec, "The list of events is not as it must be", problems.Select(one => $"{file}: {one}"));
        return [.. events.Select(one => Named(one, prefix, options))];
    }

    private static JsonObject? Event(JsonNode? item, string place, List<string> problems)
    {
        if ((item as JsonObject)?["event"] is not JsonObject one)
        {
            problems.Add($"{place} must be an object with an object 'event'");
            return null;
        }

        if (Text(one["name"]) is null)
            problems.Add($"{place}.event.name is missing");
        if (one["fields"] is not JsonArray { Count: > 0 } fields || fields.Any(static field => Text((field as JsonObject)?["name"]) is null))
            problems.Add($"{place}.event.fields must be a list of at least one {{\"name\":…}}; * stands for all");
        foreach (var name in Texts.Where(name => one[name] is not null && Text(one[name]) is null))
            problems.Add($"{place}.event.{name} must be a text");
        if (one["rules"] is not (null or JsonArray))
            problems.Add($"{place}.event.rules must be a list");
        return one;
    }

    private static JsonObject Named(JsonObject one, string? prefix, OnboardingOptions options)
    {
        var made = (JsonObject)one.DeepClone();
        var name = EventName.Stored(Text(one["name"])!);
        made["name"] = name;
        if (prefix is { Length: > 0 } && !name.StartsWith(prefix + ".", StringComparison.OrdinalIgnoreCase))
        {
            made["parent"] ??= name;
            made["name"] = EventName.Stored($"{prefix}.{name}");
        }

        made["destination"] ??= options.Destination;
        made["provider_id"] ??= options.ProviderId;
        return made;
    }

    /// <summary>The text; null if it is none, or empty.</summary>
    public static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) && !string.IsNullOrWhiteSpace(text) ? text : null;
}
