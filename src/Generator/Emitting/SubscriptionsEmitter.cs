using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Declarative.Generator.Binding;
using Declarative.Merging;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Emitting;

/// <summary>
/// One output for one <c>io_events.xml</c>: a row per event
/// <code>
/// module.AddSubscription(new("sales.order.paid", File) { Parent = "sales.order.saved", Fields = [new("id"), new("total") { Converter = module.AddConverter&lt;Cents&gt;() }], Rules = [new("state", "equal", "paid")] });
/// </code>
/// with an assembly attribute by which other assemblies' generators know it.
/// </summary>
internal static class SubscriptionsEmitter
{
    public static SourceText Emit(SubscriptionTable table, ProjectModel project)
    {
        var code = new CodeWriter();
        if (!project.IsHost)
        {
            code.Line($"using DeclaredSubscription = global::{Manifest.SubscriptionAttribute};");
            code.Line();
            foreach (var model in table.Models)
                code.Line(Attribute(model, table.Source));
            code.Line();
        }

        TableEmitter.Emit(code, table.Source, project, table.Models.Select(Row));
        return code.ToSource();
    }

    private static string Row(SubscriptionModel model) =>
        $"module.AddSubscription(new({CodeWriter.Literal(model.Name)}, {TableEmitter.File}) {{ {string.Join(", ", Stated(model))} }});";

    /// <summary>What the file says.</summary>
    private static IEnumerable<string> Stated(SubscriptionModel model)
    {
        if (model.Parent is { } parent)
            yield return $"Parent = {CodeWriter.Literal(parent)}";
        if (model.Destination is { } destination)
            yield return $"Destination = {CodeWriter.Literal(destination)}";
        if (model.ProviderId is { } providerId)
            yield return $"ProviderId = {CodeWriter.Literal(providerId)}";
        if (model.IsPriority is { } isPriority)
            yield return $"IsPriority = {(isPriority ? "true" : "false")}";
        if (model.IsHipaaAuditRequired is { } isHipaaAuditRequired)
            yield return $"IsHipaaAuditRequired = {(isHipaaAuditRequired ? "true" : "false")}";
        yield return $"Fields = [{string.Join(", ", model.Fields.Select(Field))}]";
        if (model.Rules.Count > 0)
            yield return $"Rules = [{string.Join(", ", model.Rules.Select(rule => $"new({CodeWriter.Literal(rule.Field)}, {CodeWriter.Literal(rule.Operator)}, {CodeWriter.Literal(rule.Value)})"))}]";
        if (model.Processors.Count > 0)
            yield return $"Processors = [{string.Join(", ", model.Processors.Select(processor => $"new(module.AddProcessor<{processor.Type}>(){(processor.Priority is { } priority ? ", " + priority.ToString(CultureInfo.InvariantCulture) : "")})"))}]";
    }

    private static string Field(FieldModel field)
    {
        var stated = new List<string>();
        if (field.Source is { } source)
            stated.Add($"Source = {CodeWriter.Literal(source)}");
        if (field.Converter is { } converter)
            stated.Add($"Converter = module.AddConverter<{converter}>()");
        return $"new({CodeWriter.Literal(field.Name)}){(stated.Count > 0 ? $" {{ {string.Join(", ", stated)} }}" : "")}";
    }

    private static string Attribute(SubscriptionModel model, string source)
    {
        var attribute = new StringBuilder($"[assembly: DeclaredSubscription({CodeWriter.Literal(model.Name)}, {CodeWriter.Literal(source)}");
        if (model.Parent is { } parent)
            attribute.Append($", Parent = {CodeWriter.Literal(parent)}");
        var paths = model.Fields.Select(field => field.Source ?? field.Name).Where(path => path != FieldPath.All).ToList();
        if (paths.Count > 0)
            attribute.Append($", Fields = {CodeWriter.Literals(paths)}");
        if (model.Rules.Count > 0)
            attribute.Append($", RuleFields = {CodeWriter.Literals(model.Rules.Select(rule => rule.Field))}, RuleOperators = {CodeWriter.Literals(model.Rules.Select(rule => rule.Operator))}");
        return attribute.Append(")]").ToString();
    }
}
