using System.Text;
using System.Text.Json.Nodes;
using Declarative.Consumers;
using Declarative.Events;
using Declarative.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Declarative.Rest.AsyncApi;

/// <summary>The AsyncAPI 3.1 document of what this host delivers (<c>send</c>) and what its consumers take (<c>receive</c>), and the JSON Schemas of its events.</summary>
internal sealed class EventDocument(EventRegistry registry, ConsumerTable consumers, EventCatalog catalog, WireJson json, IHostEnvironment environment)
{
    private const string Magento = "magentoSignature";
    private const string Standard = "standardWebhooks";
    private const string Adobe = "adobeIo";

    private const string Description =
        "Deliveries are POSTs to the URL of each subscription, in the form that it asks for, signed with its token. A subscription of eventing that chooses fields gets these "
        + "instead of the whole payload, under the name com.adobe.commerce. and its own; as CloudEvents its data are {\"key\", \"source\", \"_metadata\", \"value\"}.";

    private volatile Made? _made;

    /// <summary>A reference to something in the document.</summary>
    public static JsonObject Reference(params ReadOnlySpan<string> path)
    {
        var pointer = new StringBuilder("#");
        foreach (var segment in path)
            pointer.Append('/').Append(segment.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        return new JsonObject { ["$ref"] = pointer.ToString() };
    }

    /// <summary>Answers with the document.</summary>
    public Task WriteAsync(HttpContext context)
    {
        // After a hot reload the lists are others.
        var (events, taking) = (registry.Events, consumers.Consumers);
        var made = _made;
        if (made is null || made.Events != events || made.Consumers != taking)
            _made = made = new Made(events, taking, Encoding.UTF8.GetBytes(Make(events, taking).ToJsonString()));
        return WriteAsync(context, "application/json; charset=utf-8", made.Json);
    }

    /// <summary>Answers with the schema of the event in the route.</summary>
    public Task WriteSchemaAsync(HttpContext context)
    {
        var name = (string)context.Request.RouteValues["event"]!;
        if (registry.Find(name) is null)
            throw new NoSuchEntityException(registry.ExplainUnknown(name));
        return WriteAsync(context, "application/schema+json; charset=utf-8", Encoding.UTF8.GetBytes(catalog.Schema(name)));
    }

    private static async Task WriteAsync(HttpContext context, string type, byte[] body)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private JsonObject Make(IReadOnlyList<AsyncEventDescriptor> events, IReadOnlyList<Consumer> taking)
    {
        var (channels, operations, messages, schemas) = (new JsonObject(), new JsonObject(), new JsonObject(), new JsonObject());
        var written = new JsonSchemas(json.Schema, "#/components/schemas/", schemas);
        var read = new JsonSchemas(json.Schema, "#/components/schemas/", schemas, isInput: true);
        foreach (var one in events)
        {
            var forms = new JsonObject();
            foreach (var (form, message) in EventMessages.Of(one.Name, () => EventCatalog.PayloadOf(one, written)))
                forms[form] = Add(messages, $"{one.Name}.{form}", message);

            // Where it goes, each subscription says.
            channels[one.Name] = new JsonObject
            {
                ["address"] = null,
                ["title"] = one.Name,
                ["description"] = $"The payload's JSON Schema: {EventCatalog.UrlOf(one)}. " + (one.Resources.Count > 0 ? $"Subscribers need {string.Join(", ", one.Resources)}." : "Anybody may subscribe who may make subscriptions."),
                ["messages"] = forms,
            };
            operations["send." + Key(one.Name)] = Operation("send", one.Name, $"Delivers {one.Name}.", [Magento, Standard]);
        }

        foreach (var one in taking)
        {
            var taken = new JsonObject();
            foreach (var route in one.Router.All)
                taken[Key(route.Name)] = Add(messages, $"{one.Name}.{route.Name}", EventMessages.Incoming(route.Name, PayloadOf(route, read)));
            channels[one.Path] = new JsonObject { ["address"] = one.Path, ["title"] = one.Name, ["messages"] = taken };
            operations["receive." + Key(one.Name)] = Operation("receive", one.Path, $"Takes events for the consumer {one.Name}.", one.Signature switch
            {
                SenderVerifiers.Magento => [Magento],
                SenderVerifiers.Standard => [Standard],
                SenderVerifiers.AdobeIo => [Adobe],
                _ => [],
            });
        }

        return new JsonObject
        {
            ["asyncapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = environment.ApplicationName, ["version"] = "V1", ["description"] = Description },
            ["defaultContentType"] = "application/json",
            ["channels"] = channels,
            ["operations"] = operations,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas,
                ["messages"] = messages,
                ["messageTraits"] = new JsonObject { [EventMessages.DeliveryHeaders] = new JsonObject { ["headers"] = EventMessages.Headers() } },
                ["securitySchemes"] = new JsonObject
                {
                    [Magento] = Scheme("x-magento-signature", "The lower-case hex HMAC-SHA256 of the body's bytes, the subscription's token being the key as it is typed."),
                    [Standard] = Scheme("webhook-signature", "Standard Webhooks 1.0.0: v1, and the base64 HMAC-SHA256 of webhook-id, a dot, webhook-timestamp, a dot and the body's bytes."),
                    [Adobe] = Scheme("x-adobe-digital-signature-1", "Adobe I/O Events: RSA-SHA256 of the body's bytes; a second signature stands in x-adobe-digital-signature-2."),
                },
            },
        };
    }

    private static JsonObject PayloadOf(ConsumerRoute route, JsonSchemas types)
    {
        var shapes = route.Rows.Select(row => row.JsonSchema is { } shape ? WithoutDialect(JsonNode.Parse(shape)!.AsObject()) : types.Of(row.Payload)).ToArray();
        return shapes is [var only] ? only : new JsonObject { ["anyOf"] = new JsonArray(shapes) };
    }

    private static JsonObject WithoutDialect(JsonObject schema)
    {
        schema.Remove("$schema");
        return schema;
    }

    private static JsonObject Add(JsonObject messages, string name, JsonObject message)
    {
        messages[Key(name)] = message;
        return Reference("components", "messages", Key(name));
    }

    private static JsonObject Operation(string action, string channel, string summary, string[] security)
    {
        var operation = new JsonObject
        {
            ["action"] = action,
            ["channel"] = Reference("channels", channel),
            ["summary"] = summary,
            ["bindings"] = new JsonObject { ["http"] = new JsonObject { ["method"] = "POST", ["bindingVersion"] = "0.3.0" } },
        };
        if (security.Length > 0)
            operation["security"] = new JsonArray([.. security.Select(static one => Reference("components", "securitySchemes", one))]);
        return operation;
    }

    private static JsonObject Scheme(string header, string description) => new() { ["type"] = "httpApiKey", ["in"] = "header", ["name"] = header, ["description"] = description };

    /// <summary>Keys of components may have letters, digits, dots, hyphens and underscores.</summary>
    private static string Key(string name) => string.Concat(name.Select(static one => char.IsAsciiLetterOrDigit(one) || one is '.' or '-' or '_' ? one : '_'));

    private sealed record Made(IReadOnlyList<AsyncEventDescriptor> Events, IReadOnlyList<Consumer> Consumers, byte[] Json);
}
