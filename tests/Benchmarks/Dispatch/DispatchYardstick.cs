using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Declarative.Benchmarks.Engine;

namespace Declarative.Benchmarks.Dispatch;

/// <summary>What one would write for a few events: a dictionary of names and code that reads the argument itself.</summary>
internal sealed class DispatchYardstick
{
    private readonly Dictionary<string, Func<IServiceProvider, ReadOnlyMemory<byte>, byte[]?>> _events = new(StringComparer.OrdinalIgnoreCase);
    private readonly JsonTypeInfo<Order> _order;
    private readonly JsonTypeInfo<int> _int;

    public DispatchYardstick(IEnumerable<string> names, JsonSerializerOptions json)
    {
        _order = (JsonTypeInfo<Order>)json.GetTypeInfo(typeof(Order));
        _int = (JsonTypeInfo<int>)json.GetTypeInfo(typeof(int));
        foreach (var name in names)
            _events.Add(name, Get);
    }

    public bool Knows(string name) => _events.ContainsKey(name);

    public byte[]? Call(string name, IServiceProvider services, ReadOnlyMemory<byte> json) => _events[name](services, json);

    private byte[]? Get(IServiceProvider services, ReadOnlyMemory<byte> json)
    {
        int? id = null;
        var reader = new Utf8JsonReader(json.Span);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("no object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("id"u8);
            reader.Read();
            if (isId)
                id = JsonSerializer.Deserialize(ref reader, _int);
            else
                reader.Skip();
        }

        var order = services.GetRequiredService<IOrderReader>().Get(id ?? throw new JsonException("'id' is missing"));
        return order is null ? null : JsonSerializer.SerializeToUtf8Bytes(order, _order);
    }
}
