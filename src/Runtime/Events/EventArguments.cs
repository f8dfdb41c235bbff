using System.Buffers;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Declarative.Events;

/// <summary>The named arguments of one publish, written as JSON by a generated publisher and handed to the queue once.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[SuppressMessage("Design", "CA1001", Justification = "The writer writes to memory of ours; there is nothing to release, and instances are pooled.")]
public sealed class EventArguments
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);
    private readonly Utf8JsonWriter _writer;
    private readonly JsonSerializerOptions _json;

    internal EventArguments(JsonSerializerOptions json)
    {
        _json = json;
        _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = json.Encoder, MaxDepth = json.MaxDepth });
    }

    /// <summary>The event that is published.</summary>
    internal AsyncEventDescriptor Event { get; private set; } = null!;

    /// <summary>Adds one argument.</summary>
    /// <typeparam name="T">The parameter's type.</typeparam>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">The argument.</param>
    public EventArguments Add<T>(string name, T value)
    {
        _writer.WritePropertyName(name);
        JsonSerializer.Serialize(_writer, value, (JsonTypeInfo<T>)_json.GetTypeInfo(typeof(T)));
        return this;
    }

    internal void Start(AsyncEventDescriptor descriptor)
    {
        Event = descriptor;
        _buffer.ResetWrittenCount();
        _writer.Reset(_buffer);
        _writer.WriteStartObject();
    }

    /// <summary>How much the buffer has grown to, in bytes; a large one is not pooled.</summary>
    internal int Capacity => _buffer.Capacity;

    internal byte[] Finish()
    {
        _writer.WriteEndObject();
        _writer.Flush();
        return _buffer.WrittenSpan.ToArray();
    }
}
