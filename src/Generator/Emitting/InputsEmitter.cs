using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Declarative.Generator.Binding;
using Declarative.Generator.Declarations;

namespace Declarative.Generator.Emitting;

/// <summary>
/// Writes the record of what a handler takes from the configuration, and what reads it:
/// <code>
/// public sealed record ProductSavedInputs
/// {
///     public required string ErpUrl { get; init; }
///     public required int Retries { get; init; }
///     public override string ToString() => "ProductSavedInputs";
///     public static HandlerInputs&lt;ProductSavedInputs&gt; Declared { get; } = new(
///         [
///             new("BackOffice:ErpUrl", FieldKind.String) { IsRequired = true },
///             new("BackOffice:Retries", FieldKind.Int) { Default = "3" },
///         ],
///         static values => new()
///         {
///             ErpUrl = values.String(0)!,
///             Retries = values.Int(1)!.Value,
///         });
/// }
/// </code>
/// </summary>
internal static class InputsEmitter
{
    private const string Runtime = "global::Declarative.Consumers.";

    public static void Emit(CodeWriter code, InputsModel model, string handler, string source)
    {
        var name = Identifiers.Escape(model.Name);
        if (model.Namespace.Length > 0)
            code.Open($"namespace {Identifiers.Qualified(model.Namespace)}");
        code.Line($"/// <summary>What <c>{CodeWriter.Doc(handler)}</c> takes from the configuration, as {CodeWriter.Doc(source)} declares it.</summary>");
        code.Open($"public sealed record {name}");
        foreach (var input in model.Inputs)
        {
            code.Line($"/// <summary><c>{CodeWriter.Doc(input.Key)}</c></summary>");
            code.Line($"public {(IsThere(input) ? "required " : "")}{PayloadEmitter.Scalar(input.Kind)}{(IsThere(input) ? "" : "?")} {Identifiers.Escape(input.Property)} {{ get; init; }}");
        }

        code.Line("/// <summary>The name alone: a value may be a secret.</summary>");
        code.Line($"public override string ToString() => {CodeWriter.Literal(model.Name)};");
        code.Line("/// <summary>Reads it from the configuration.</summary>");
        code.Line($"public static {Runtime}HandlerInputs<{name}> Declared {{ get; }} = new(");
        code.Lines("    [");
        foreach (var input in model.Inputs)
            code.Line($"        new({CodeWriter.Literal(input.Key)}, {Runtime}FieldKind.{input.Kind}){Stated(input)},");
        code.Line("    ],");
        code.Line("    static values => new()");
        code.Line("    {");
        for (var i = 0; i < model.Inputs.Count; i++)
            code.Line($"        {Identifiers.Escape(model.Inputs[i].Property)} = {Value(model.Inputs[i], i.ToString(CultureInfo.InvariantCulture))},");
        code.Line("    });");
        code.Close();
        if (model.Namespace.Length > 0)
            code.Close();
        code.Line();
    }

    /// <summary>Whether there is a value whatever the configuration says.</summary>
    private static bool IsThere(InputDeclaration input) => input.IsRequired || input.Default is not null;

    private static string Value(InputDeclaration input, string index) =>
        $"values.{input.Kind}({index})" + (!IsThere(input) ? "" : input.Kind == FieldKind.String ? "!" : "!.Value");

    private static string Stated(InputDeclaration input)
    {
        var stated = new[] { input.IsRequired ? "IsRequired = true" : null, input.Default is { } text ? $"Default = {CodeWriter.Literal(text)}" : null }.OfType<string>().ToList();
        return stated.Count > 0 ? $" {{ {string.Join(", ", stated)} }}" : "";
    }
}
