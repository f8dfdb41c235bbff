using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Declarative.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Rest;

/// <summary>
/// Arguments that a declaration gives (<c>data/parameter</c>): forced ones replace what the caller sent, others stand in for
/// what was left out; <c>customer.id</c> is a member of the parameter <c>customer</c>.
/// </summary>
internal static class DeclaredArguments
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = WireJson.MaxDepth, AllowDuplicateProperties = false };

    public static async ValueTask ApplyAsync(Route route, HttpContext context, JsonSerializerOptions json, string?[] texts, ReadOnlyMemory<byte>[] values)
    {
        foreach (var data in route.Descriptor.Data)
        {
            var index = route.IndexOf(data.Parameter);
            var isForced = data.IsForced == true;
            var isWhole = data.Parameter.Length == data.Name.Length;
            var isGiven = texts[index] is not null || !values[index].IsEmpty;
            if (isWhole && isGiven && !isForced)
                continue;
            var value = Placeholder(data.Value) is { } name
                ? await context.RequestServices.GetRequiredKeyedService<IRouteValue>(name).GetAsync(context).ConfigureAwait(false)
                : data.Value;
            if (isWhole)
            {
                // Forced and without a value: what the caller sent must not count either.
                texts[index] = value;
                values[index] = default;
            }
            else
            {
                var contract = json.GetTypeInfo(route.Descriptor.Parameters[index].Type);
                values[index] = SetMember(data, isForced, value, texts[index] is { } text ? AsJson(text) : values[index], contract, route.Descriptor.Parameters[index].SnakeCaseName);
                texts[index] = null;
            }
        }
    }

    /// <summary>The name in <c>%name%</c>; null for a literal.</summary>
    public static string? Placeholder(string? value) => value is { Length: > 2 } && value[0] == '%' && value[^1] == '%' ? value[1..^1] : null;

    private static ReadOnlyMemory<byte> AsJson(string text) => JsonSerializer.SerializeToUtf8Bytes(text, ManagementJson.Default.String);

    private static ReadOnlyMemory<byte> SetMember(RouteData data, bool isForced, string? value, ReadOnlyMemory<byte> given, JsonTypeInfo contract, string parameter)
    {
        try
        {
            var root = given.IsEmpty ? new JsonObject() : JsonNode.Parse(given.Span, documentOptions: Strict);
            if (root is JsonObject instance)
            {
                Set(instance, contract, data.Name.Split('.').AsSpan(1), value, isForced);
                return ToBytes(instance);
            }

            // What is no object has no place for the member; where that is forced, nothing may go past it.
            return isForced ? throw new InputException("%fieldName must be an object.", ("fieldName", parameter)) : given;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A key given twice, or text that is none in Unicode.
            throw JsonProblems.Undecodable(exception);
        }
    }

    private static void Set(JsonObject instance, JsonTypeInfo contract, ReadOnlySpan<string> path, string? value, bool isForced)
    {
        var property = contract.Kind == JsonTypeInfoKind.Object ? JsonNames.Find(contract, path[0]) : null;
        var name = property?.Name ?? path[0];
        if (path.Length > 1)
        {
            if (instance[name] is not JsonObject inner)
            {
                if (!isForced && instance[name] is not null)
                    return;
                instance[name] = inner = [];
            }

            Set(inner, property is null ? contract : contract.Options.GetTypeInfo(property.PropertyType), path[1..], value, isForced);
        }
        else if (isForced || !instance.ContainsKey(name))
        {
            instance.Remove(name);
            if (value is not null)
                instance[name] = Scalar(value, property?.PropertyType ?? typeof(string));
        }
    }

    private static JsonNode? Scalar(string value, Type type)
    {
        var buffer = new ArrayBufferWriter<byte>(value.Length + 2);
        using (var writer = new Utf8JsonWriter(buffer))
            RouteScalar.Write(writer, value, type);
        return JsonNode.Parse(buffer.WrittenSpan);
    }

    private static ReadOnlyMemory<byte> ToBytes(JsonObject instance)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
            instance.WriteTo(writer);
        return buffer.WrittenMemory;
    }
}
