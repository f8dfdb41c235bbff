using System.Runtime.InteropServices;
using System.Text.Json;
using Declarative.Json;

namespace Declarative.Events;

/// <summary>Publishing by name: what the compiler checks for a typed publisher is checked here before anything is accepted.</summary>
internal sealed class EventPublisher(EventQueue queue, EventRegistry registry, WireJson eventJson) : IEventPublisher
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = WireJson.MaxDepth, AllowDuplicateProperties = false };

    public Task<Guid> PublishAsync(string name, JsonElement json, PublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        var descriptor = registry.Require(name);
        if (json.ValueKind == JsonValueKind.Undefined)
            throw new EventArgumentsException(descriptor.Name, ["there is no JSON"]);
        return PublishAsync(descriptor, JsonMarshal.GetRawUtf8Value(json).ToArray(), options, cancellationToken);
    }

    /// <summary>Publishes JSON that came as bytes.</summary>
    /// <exception cref="EventArgumentsException">The JSON doesn't fit the event.</exception>
    internal Task<Guid> PublishAsync(AsyncEventDescriptor descriptor, byte[] json, PublishOptions? options, CancellationToken cancellationToken)
    {
        Check(descriptor, json);
        return queue.EnqueueAsync(descriptor, json, options, cancellationToken);
    }

    private void Check(AsyncEventDescriptor descriptor, byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, Strict);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new EventArgumentsException(descriptor.Name, [exception.Message], exception);
        }

        if (!descriptor.CarriesPayload)
            _ = new EventCall(descriptor, NoServices.Instance, bytes, eventJson.Options, CancellationToken.None);
    }

    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
