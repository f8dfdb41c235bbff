using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Declarative.Json;

namespace Declarative.Rest;

/// <summary>
/// What a query says of one parameter with names in brackets (<c>criteria[filters][0][field]=sku</c>), and the JSON that it
/// stands for, told by the parameter's contract: only that says whether <c>[0]</c> is a place in a list or a key.
/// </summary>
internal sealed class QueryTree
{
    private readonly Dictionary<string, QueryTree> _children = new(StringComparer.Ordinal);
    private readonly List<string> _values = [];
    private int _lastIndex = -1;

    /// <summary>Adds what a query key says below the parameter's name.</summary>
    /// <param name="path">The rest of the key: empty, or <c>[a][b]</c>.</param>
    /// <param name="value">The value.</param>
    /// <returns>False if the key is malformed or too deep.</returns>
    public bool Add(ReadOnlySpan<char> path, string value)
    {
        var node = this;
        for (var depth = 0; path.Length > 0; depth++)
        {
            var end = path.IndexOf(']');
            if (path[0] != '[' || end < 0 || depth >= WireJson.MaxDepth - 1)
                return false;
            var name = path[1..end];

            // As in PHP, empty brackets append.
            var key = name.Length == 0 ? (node._lastIndex + 1).ToString(CultureInfo.InvariantCulture) : name.ToString();
            if (int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < int.MaxValue)
                node._lastIndex = Math.Max(node._lastIndex, index);
            if (!node._children.TryGetValue(key, out var child))
                node._children.Add(key, child = new QueryTree());
            node = child;
            path = path[(end + 1)..];
        }

        node._values.Add(value);
        return true;
    }

    /// <summary>The JSON that the query stands for.</summary>
    /// <param name="contract">What is wanted.</param>
    public ReadOnlyMemory<byte> ToJson(JsonTypeInfo contract)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(output))
            Write(writer, contract);
        return output.WrittenMemory;
    }

    private void Write(Utf8JsonWriter writer, JsonTypeInfo contract)
    {
        switch (contract.Kind)
        {
            case JsonTypeInfoKind.Enumerable:
                WriteArray(writer, contract.Options.GetTypeInfo(contract.ElementType!));
                break;
            case JsonTypeInfoKind.Dictionary:
                WriteDictionary(writer, contract.Options.GetTypeInfo(contract.ElementType!));
                break;
            case JsonTypeInfoKind.Object when _children.Count > 0 || IsEmpty:
                WriteObject(writer, contract);
                break;
            default:
                WriteScalar(writer, contract.Type);
                break;
        }
    }

    private bool IsEmpty => _values.TrueForAll(static value => value.Length == 0);

    private void WriteArray(Utf8JsonWriter writer, JsonTypeInfo element)
    {
        writer.WriteStartArray();
        foreach (var child in _children.Values)
            child.Write(writer, element);
        if (_children.Count == 0 && !IsEmpty)
        {
            foreach (var value in _values)
                Of(value).Write(writer, element);
        }

        writer.WriteEndArray();
    }

    private void WriteDictionary(Utf8JsonWriter writer, JsonTypeInfo element)
    {
        writer.WriteStartObject();
        foreach (var (name, child) in _children)
        {
            writer.WritePropertyName(name);
            child.Write(writer, element);
        }

        writer.WriteEndObject();
    }

    private void WriteObject(Utf8JsonWriter writer, JsonTypeInfo contract)
    {
        writer.WriteStartObject();
        foreach (var (name, child) in _children)
        {
            if (JsonNames.Find(contract, name) is not { } property)
                continue;
            writer.WritePropertyName(property.Name);
            child.Write(writer, contract.Options.GetTypeInfo(property.PropertyType));
        }

        writer.WriteEndObject();
    }

    private void WriteScalar(Utf8JsonWriter writer, Type type)
    {
        if (_children.Count > 0)
        {
            // More than a scalar can hold: what reads it says so.
            writer.WriteStartObject();
            writer.WriteEndObject();
            return;
        }

        RouteScalar.Write(writer, _values.Count == 0 ? "" : _values[^1], type);
    }

    private static QueryTree Of(string value)
    {
        var tree = new QueryTree();
        tree._values.Add(value);
        return tree;
    }
}
