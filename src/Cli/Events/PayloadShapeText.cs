using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Declarative.Cli.Events;

/// <summary>
/// The shape of a payload as JSON has it, to a depth: an object for an object, an array with one element for a list, the name of its type for
/// everything else, and for what lies deeper.
/// </summary>
internal static class PayloadShapeText
{
    public static JsonNode Of(JsonTypeInfo contract, int depth) => contract.Kind switch
    {
        JsonTypeInfoKind.Enumerable when depth > 0 && contract.ElementType is { } element => new JsonArray(OfElement(contract.Options.GetTypeInfo(element), depth)),
        JsonTypeInfoKind.Dictionary when depth > 0 && contract.ElementType is { } element => new JsonObject { ["*"] = OfElement(contract.Options.GetTypeInfo(element), depth) },
        JsonTypeInfoKind.Object when depth > 0 => new JsonObject(contract.Properties.Where(static property => property.Get is not null)
            .Select(property => KeyValuePair.Create(property.Name, (JsonNode?)Of(contract.Options.GetTypeInfo(property.PropertyType), depth - 1)))),
        _ => JsonValue.Create(NameOf(contract.Type)),
    };

    /// <summary>A list of objects is no deeper than an object; lists in lists are, since a type may be a list of itself.</summary>
    private static JsonNode OfElement(JsonTypeInfo element, int depth) => Of(element, element.Kind is JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary ? depth - 1 : depth);

    /// <summary>The shape as lines, deeper fields further in.</summary>
    public static IEnumerable<string> Lines(JsonNode shape, string indent = "  ")
    {
        switch (shape)
        {
            case JsonObject fields:
                var width = fields.Where(static field => Innermost(field.Value!).Node is JsonValue).Select(static field => Name(field).Length).DefaultIfEmpty().Max();
                foreach (var field in fields)
                {
                    var (inner, _) = Innermost(field.Value!);
                    yield return inner is JsonValue ? $"{indent}{Name(field).PadRight(width)}  {inner}" : indent + Name(field);
                    if (inner is JsonObject)
                    {
                        foreach (var line in Lines(inner, indent + "  "))
                            yield return line;
                    }
                }

                break;
            default:
                var (node, lists) = Innermost(shape);
                yield return $"{indent}{node as JsonValue}{lists}".TrimEnd();
                if (node is JsonObject)
                {
                    foreach (var line in Lines(node, indent + "  "))
                        yield return line;
                }

                break;
        }
    }

    private static string Name(KeyValuePair<string, JsonNode?> field) => field.Key + Innermost(field.Value!).Lists;

    private static (JsonNode Node, string Lists) Innermost(JsonNode node)
    {
        var lists = "";
        for (; node is JsonArray list; node = list[0]!)
            lists += "[]";
        return (node, lists);
    }

    private static string NameOf(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
            return NameOf(value) + "?";
        if (type.IsEnum)
            return type.Name;
        if (type.IsGenericType)
            return $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>";
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => "bool",
            TypeCode.Int32 => "int",
            TypeCode.Int64 => "long",
            TypeCode.Int16 => "short",
            TypeCode.Byte => "byte",
            TypeCode.Single => "float",
            TypeCode.Object when type == typeof(object) => "object",
            TypeCode.Object or TypeCode.DateTime => type.Name,
            _ => type.Name.ToLowerInvariant(),
        };
    }
}
