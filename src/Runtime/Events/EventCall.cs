using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Declarative.Modules;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Events;

/// <summary>
/// One call of an event's service method by the worker: the named JSON arguments of a message bound to the method's
/// parameters, the services to call it on, and the way back from its result to the payload's bytes.
/// </summary>
/// <remarks>
/// Binding follows the originals: a key is the parameter's name in camelCase or snake_case, unknown keys are ignored, a
/// parameter with a default (or one that may be null) can be left out, and all that is missing is reported at once.
/// </remarks>
public sealed class EventCall
{
    private readonly AsyncEventDescriptor _descriptor;
    private readonly IServiceProvider _services;
    private readonly ReadOnlyMemory<byte> _json;
    private readonly JsonSerializerOptions _options;
    private readonly (int Start, int Length)[] _values;

    /// <summary>Binds the message's arguments.</summary>
    /// <exception cref="EventArgumentsException">The JSON is no object, names a key twice, or lacks required arguments.</exception>
    internal EventCall(AsyncEventDescriptor descriptor, IServiceProvider services, ReadOnlyMemory<byte> json, JsonSerializerOptions options, CancellationToken cancellationToken)
    {
        _descriptor = descriptor;
        _services = services;
        _json = json;
        _options = options;
        _values = descriptor.Parameters.Count == 0 ? [] : new (int, int)[descriptor.Parameters.Count];
        CancellationToken = cancellationToken;
        Bind();
    }

    /// <summary>Signalled when the call's time is over or the worker stops.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The service to call, from the call's own scope.</summary>
    /// <typeparam name="T">The declared service class.</typeparam>
    public T Service<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>The argument at <paramref name="index"/>; the type's default value if the message leaves it out.</summary>
    /// <typeparam name="T">The parameter's type.</typeparam>
    /// <param name="index">Position among the descriptor's parameters.</param>
    /// <exception cref="EventArgumentsException">The JSON value can't be read as the type.</exception>
    public T Argument<T>(int index) => Argument<T>(index, default!);

    /// <summary>The argument at <paramref name="index"/>; <paramref name="defaultValue"/> if the message leaves it out.</summary>
    /// <typeparam name="T">The parameter's type.</typeparam>
    /// <param name="index">Position among the descriptor's parameters.</param>
    /// <param name="defaultValue">The parameter's own default.</param>
    /// <exception cref="EventArgumentsException">The JSON value can't be read as the type.</exception>
    public T Argument<T>(int index, T defaultValue)
    {
        var (start, length) = _values[index];
        if (length == 0)
            return defaultValue;
        try
        {
            return JsonSerializer.Deserialize(_json.Span.Slice(start, length), (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T)))!;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new EventArgumentsException(_descriptor.Name, [$"'{_descriptor.Parameters[index].Name}' can't be read as {typeof(T)}: {exception.Message}"], exception);
        }
    }

    /// <summary>The payload's bytes for a result of the service method; null if there is nothing to deliver.</summary>
    /// <typeparam name="T">The service method's result type.</typeparam>
    /// <param name="value">The result.</param>
    public byte[]? Result<T>(T value) =>
        value is null ? null : JsonSerializer.SerializeToUtf8Bytes(value, (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T)));

    private void Bind()
    {
        var parameters = _descriptor.Parameters;
        try
        {
            var reader = new Utf8JsonReader(_json.Span, new JsonReaderOptions { MaxDepth = _options.MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw new EventArgumentsException(_descriptor.Name, ["the arguments are not a JSON object"]);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var index = IndexOf(parameters, ref reader);
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (index < 0)
                    continue;
                if (_values[index].Length != 0)
                    throw new EventArgumentsException(_descriptor.Name, [$"'{parameters[index].Name}' is given twice"]);
                _values[index] = (start, (int)reader.BytesConsumed - start);
            }

            // What follows the object is an error of the JSON, which only reading on finds.
            reader.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new EventArgumentsException(_descriptor.Name, [exception.Message], exception);
        }

        List<string>? missing = null;
        for (var i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].IsRequired && _values[i].Length == 0)
                (missing ??= []).Add($"'{parameters[i].Name}' is missing");
        }

        if (missing is not null)
            throw new EventArgumentsException(_descriptor.Name, missing);
    }

    private static int IndexOf(IReadOnlyList<ServiceParameter> parameters, ref Utf8JsonReader reader)
    {
        for (var i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].IsNamedBy(ref reader))
                return i;
        }

        return -1;
    }
}
