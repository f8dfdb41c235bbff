using System.Text.Json.Nodes;
using Declarative.Json;

namespace Declarative.Rest.AsyncApi;

/// <summary>The forms in which a payload travels, as AsyncAPI messages; <c>Delivery/Envelope</c> writes them.</summary>
internal static class EventMessages
{
    public const string DeliveryHeaders = "delivery";

    private const string Json = "application/json";

    /// <summary>One message for each form in which a subscription may ask for the event.</summary>
    /// <param name="name">The event.</param>
    /// <param name="payload">Makes the schema of its payload.</param>
    public static IEnumerable<(string Form, JsonObject Message)> Of(string name, Func<JsonObject> payload)
    {
        yield return ("data", Message(name, "The payload as {\"data\": …}: what subscriptions get that don't ask for another form.", Json, JsonSchemas.OfFields([("data", payload(), true)])));
        yield return ("standard", Message(name, "The payload in the object that Standard Webhooks recommends.", Json, JsonSchemas.OfFields([
            ("type", Text("The event's name."), true),
            ("timestamp", Moment("When the event was published."), true),
            ("data", payload(), true),
        ])));
        yield return ("cloudevents", Message(name, "A CloudEvent 1.0.2 in structured mode.", "application/cloudevents+json", JsonSchemas.OfFields([
            ("specversion", new JsonObject { ["const"] = "1.0" }, true),
            ("id", Text("The same as webhook-id."), true),
            ("type", Text("The event's name."), true),
            ("source", Text("The store's id, or the provider as urn:uuid: for subscriptions of eventing."), true),
            ("time", Moment("When the event was published."), true),
            ("datacontenttype", new JsonObject { ["const"] = Json }, true),
            ("data", payload(), true),
        ])));
        var binary = Message(name, "A CloudEvent 1.0.2 in binary mode: the payload alone, its attributes as headers.", Json, payload());
        binary["headers"] = JsonSchemas.OfFields([
            ("ce-specversion", new JsonObject { ["const"] = "1.0" }, true),
            ("ce-id", Text("The same as webhook-id."), true),
            ("ce-type", Text("The event's name."), true),
            ("ce-source", Text("As source in structured mode."), true),
            ("ce-time", Moment("When the event was published."), true),
        ]);
        yield return ("cloudevents-binary", binary);
    }

    /// <summary>What every delivery has as headers.</summary>
    public static JsonObject Headers() => JsonSchemas.OfFields([
        ("x-event-name", Text("The event's name."), true),
        ("x-attempt", Text("1, 2, … of this delivery.", "^[1-9][0-9]*$"), true),
        ("webhook-id", Text("The delivery's id: the same for all attempts, so that a receiver tells repeats by it."), true),
        ("webhook-timestamp", Text("When this attempt was made, in seconds since 1970.", "^[0-9]+$"), true),
        ("webhook-signature", Text("Standard Webhooks 1.0.0: v1, and the base64 HMAC-SHA256 of webhook-id.webhook-timestamp.body; several, separated by spaces, while a token is changed.", "^v1,"), false),
        ("x-magento-signature", Text("The lower-case hex HMAC-SHA256 of the body.", "^[0-9a-f]{64}$"), false),
        ("traceparent", Text("W3C trace context of the attempt, where the host traces.", "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"), false),
        ("tracestate", Text("W3C trace state, where there is one."), false),
    ]);

    /// <summary>What a consumer takes.</summary>
    public static JsonObject Incoming(string name, JsonObject payload)
    {
        var message = Message(name, "Also taken: a CloudEvent 1.0.2 with these data, structured, batched or binary, and {\"data\": …} with the header x-event-name.", Json, JsonSchemas.OfFields([
            ("type", Text("The event's name."), true),
            ("data", payload, true),
        ]));
        message.Remove("traits");
        return message;
    }

    private static JsonObject Message(string name, string summary, string contentType, JsonObject payload) => new()
    {
        ["name"] = name,
        ["title"] = name,
        ["summary"] = summary,
        ["contentType"] = contentType,
        ["traits"] = new JsonArray(EventDocument.Reference("components", "messageTraits", DeliveryHeaders)),
        ["payload"] = payload,
    };

    private static JsonObject Moment(string description) => new() { ["type"] = "string", ["format"] = "date-time", ["description"] = description };

    private static JsonObject Text(string description, string? pattern = null)
    {
        var text = new JsonObject { ["type"] = "string", ["description"] = description };
        if (pattern is not null)
            text["pattern"] = pattern;
        return text;
    }
}
