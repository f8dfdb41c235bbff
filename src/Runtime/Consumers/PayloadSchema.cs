using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Declarative.Consumers;

/// <summary>Writes a payload's shape as JSON Schema 2020-12.</summary>
internal static class PayloadSchema
{
    // The schema is read by people and tools, never put into a page unescaped.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(PayloadField root)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            WriteMembers(json, root);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteMembers(Utf8JsonWriter json, PayloadField field)
    {
        WriteType(json, field);
        if (FormatOf(field.Kind) is { } format)
            json.WriteString("format", format);
        if (field.Kind == FieldKind.Enum)
            WriteValues(json, field);
        if (field.MinLength is { } least)
            json.WriteNumber(field.Kind == FieldKind.List ? "minItems" : "minLength", least);
        if (field.MaxLength is { } most)
            json.WriteNumber(field.Kind == FieldKind.List ? "maxItems" : "maxLength", most);
        if (field.Pattern is { } pattern)
            json.WriteString("pattern", pattern);
        if (field.Minimum is { } minimum)
            json.WriteNumber("minimum", minimum);
        if (field.Maximum is { } maximum)
            json.WriteNumber("maximum", maximum);
        if (field is { Kind: FieldKind.Object, Shape: { } shape })
            WriteFields(json, shape);
        if (field is { Kind: FieldKind.List, Element: { } element })
        {
            json.WriteStartObject("items");
            WriteMembers(json, element);
            json.WriteEndObject();
        }
    }

    private static void WriteType(Utf8JsonWriter json, PayloadField field)
    {
        var type = field.Kind switch
        {
            FieldKind.Int or FieldKind.Long => "integer",
            FieldKind.Decimal or FieldKind.Double => "number",
            FieldKind.Bool => "boolean",
            FieldKind.Object => "object",
            FieldKind.List => "array",
            _ => "string",
        };
        if (!field.IsNullable)
        {
            json.WriteString("type", type);
            return;
        }

        json.WriteStartArray("type");
        json.WriteStringValue(type);
        json.WriteStringValue("null");
        json.WriteEndArray();
    }

    private static string? FormatOf(FieldKind kind) => kind switch
    {
        FieldKind.Int => "int32",
        FieldKind.Long => "int64",
        FieldKind.Date => "date",
        FieldKind.DateTime => "date-time",
        FieldKind.Uuid => "uuid",
        _ => null,
    };

    private static void WriteValues(Utf8JsonWriter json, PayloadField field)
    {
        json.WriteStartArray("enum");
        foreach (var value in field.Values)
            json.WriteStringValue(value);
        if (field.IsNullable)
            json.WriteNullValue();
        json.WriteEndArray();
    }

    private static void WriteFields(Utf8JsonWriter json, PayloadShape shape)
    {
        json.WriteStartObject("properties");
        foreach (var field in shape.Fields)
        {
            json.WriteStartObject(field.Name);
            WriteMembers(json, field);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        if (shape.Fields.Any(static field => field.IsRequired))
        {
            json.WriteStartArray("required");
            foreach (var field in shape.Fields.Where(static field => field.IsRequired))
                json.WriteStringValue(field.Name);
            json.WriteEndArray();
        }

        if (shape.RefusesOthers)
            json.WriteBoolean("additionalProperties", value: false);
    }
}
