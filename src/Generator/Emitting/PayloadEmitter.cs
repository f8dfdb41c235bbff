using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Declarative.Generator.Binding;
using Declarative.Generator.Declarations;

namespace Declarative.Generator.Emitting;

/// <summary>
/// Writes the record of a payload that is declared by fields, what it nests, and what reads it:
/// <code>
/// public sealed record ProductCreatedPayload
/// {
///     [JsonPropertyName("sku")] public required string Sku { get; init; }
///     [JsonPropertyName("price")] public decimal? Price { get; init; }
///     public static PayloadShape&lt;ProductCreatedPayload&gt; Shape { get; } = new(
///         [
///             new("sku", FieldKind.String) { IsRequired = true, MaxLength = 64 },
///             new("price", FieldKind.Decimal) { Minimum = 0m },
///         ],
///         static values => new()
///         {
///             Sku = values.String(0)!,
///             Price = values.Decimal(1),
///         });
/// }
/// </code>
/// </summary>
internal static class PayloadEmitter
{
    private const string Runtime = "global::Declarative.Consumers.";
    private const string List = "global::System.Collections.Generic.IReadOnlyList";

    public static void Emit(CodeWriter code, PayloadModel payload, string eventName, string source)
    {
        if (payload.Namespace.Length > 0)
            code.Open($"namespace {Identifiers.Qualified(payload.Namespace)}");
        EmitRecord(code, payload.Name, $"What the event <c>{CodeWriter.Doc(eventName)}</c> carries, as {CodeWriter.Doc(source)} declares it.", payload.Declaration.Fields, payload.Declaration.RefusesOthers);
        if (payload.Namespace.Length > 0)
            code.Close();
        code.Line();
    }

    private static void EmitRecord(CodeWriter code, string name, string summary, EquatableArray<PayloadFieldDeclaration> fields, bool refusesOthers)
    {
        name = Identifiers.Escape(name);
        code.Line($"/// <summary>{summary}</summary>");
        code.Open($"public sealed record {name}");
        foreach (var field in fields)
            code.Line($"[global::System.Text.Json.Serialization.JsonPropertyName({CodeWriter.Literal(field.Name)})] public {(field.IsRequired ? "required " : "")}{PropertyType(field)} {Identifiers.Escape(field.Property)} {{ get; init; }}");
        foreach (var field in fields.Where(field => field.NestedType.Length > 0))
            EmitNested(code, field);
        code.Line("/// <summary>Reads it from JSON, and checks what is declared of it.</summary>");
        code.Line($"public static {Runtime}PayloadShape<{name}> Shape {{ get; }} = new(");
        code.Lines("    [");
        foreach (var field in fields)
            code.Line($"        new({CodeWriter.Literal(field.Name)}, {Runtime}FieldKind.{field.Kind}){Limits(field)},");
        code.Line("    ],");
        code.Line("    static values => new()");
        code.Line("    {");
        for (var i = 0; i < fields.Count; i++)
            code.Line($"        {Identifiers.Escape(fields[i].Property)} = {Value(fields[i], i.ToString(CultureInfo.InvariantCulture))},");
        code.Line(refusesOthers ? "    }, refusesOthers: true);" : "    });");
        code.Close();
    }

    private static void EmitNested(CodeWriter code, PayloadFieldDeclaration field)
    {
        if (field.Kind != FieldKind.Enum)
        {
            EmitRecord(code, field.NestedType, field.Kind == FieldKind.List ? $"One of <c>{CodeWriter.Doc(field.Name)}</c>." : $"What <c>{CodeWriter.Doc(field.Name)}</c> holds.", field.Fields, field.RefusesOthers);
            return;
        }

        code.Line($"/// <summary>What <c>{CodeWriter.Doc(field.Name)}</c> may be.</summary>");
        code.Open($"public enum {Identifiers.Escape(field.NestedType)}");
        foreach (var value in field.Values)
            code.Line($"/// <summary><c>{CodeWriter.Doc(value.Text)}</c></summary>").Line($"{Identifiers.Escape(value.Member)},");
        code.Close();
    }

    private static string PropertyType(PayloadFieldDeclaration field) =>
        Type(field) + (field is { IsRequired: true, IsNullable: false } ? "" : "?");

    private static string Type(PayloadFieldDeclaration field) => field.Kind switch
    {
        FieldKind.List => $"{List}<{Element(field)}>",
        FieldKind.Enum or FieldKind.Object => Identifiers.Escape(field.NestedType),
        var scalar => Scalar(scalar),
    };

    private static string Element(PayloadFieldDeclaration field) => field.NestedType.Length > 0 ? Identifiers.Escape(field.NestedType) : Scalar(field.Of ?? FieldKind.String);

    /// <summary>The C# type of a scalar.</summary>
    public static string Scalar(FieldKind kind) => kind switch
    {
        FieldKind.Int => "int",
        FieldKind.Long => "long",
        FieldKind.Decimal => "decimal",
        FieldKind.Double => "double",
        FieldKind.Bool => "bool",
        FieldKind.Date => "global::System.DateOnly",
        FieldKind.DateTime => "global::System.DateTimeOffset",
        FieldKind.Uuid => "global::System.Guid",
        _ => "string",
    };

    private static string Value(PayloadFieldDeclaration field, string index)
    {
        var isThere = field is { IsRequired: true, IsNullable: false };
        return field.Kind switch
        {
            FieldKind.String => $"values.String({index})" + (isThere ? "!" : ""),
            FieldKind.Object => $"values.Object<{Type(field)}>({index})" + (isThere ? "!" : ""),
            FieldKind.List => $"values.List<{Element(field)}>({index})" + (isThere ? "!" : ""),
            FieldKind.Enum => isThere ? $"({Type(field)})values.Enum({index})!.Value" : $"({Type(field)}?)values.Enum({index})",
            var scalar => $"values.{scalar}({index})" + (isThere ? "!.Value" : ""),
        };
    }

    /// <summary>What is stated of the field, as an initialiser.</summary>
    private static string Limits(PayloadFieldDeclaration field)
    {
        var stated = Stated(field).ToList();
        return stated.Count > 0 ? $" {{ {string.Join(", ", stated)} }}" : "";
    }

    private static IEnumerable<string> Stated(PayloadFieldDeclaration field)
    {
        if (field.IsRequired)
            yield return "IsRequired = true";
        if (field.IsNullable)
            yield return "IsNullable = true";
        if (field.MinLength is { } minLength)
            yield return $"MinLength = {minLength.ToString(CultureInfo.InvariantCulture)}";
        if (field.MaxLength is { } maxLength)
            yield return $"MaxLength = {maxLength.ToString(CultureInfo.InvariantCulture)}";
        if (field.Pattern is { } pattern)
            yield return $"Pattern = {CodeWriter.Literal(pattern)}";
        if (field.Minimum is { } minimum)
            yield return $"Minimum = {minimum.ToString(CultureInfo.InvariantCulture)}m";
        if (field.Maximum is { } maximum)
            yield return $"Maximum = {maximum.ToString(CultureInfo.InvariantCulture)}m";
        if (field.Values.Count > 0)
            yield return $"Values = {CodeWriter.Literals(field.Values.Select(value => value.Text))}";
        if (field.Kind == FieldKind.Object)
            yield return $"Shape = {Type(field)}.Shape";
        if (field.Kind == FieldKind.List)
            yield return field.NestedType.Length > 0 ? $"Element = new(\"\", {Runtime}FieldKind.Object) {{ Shape = {Element(field)}.Shape }}" : $"Element = new(\"\", {Runtime}FieldKind.{field.Of ?? FieldKind.String})";
    }
}
