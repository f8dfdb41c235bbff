using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Merging;

namespace Declarative.Generator.Binding;

/// <summary>
/// What an assembly says in C# must agree with what it says of the same thing elsewhere, in XML or in C#: no order tells which of the two counts. Files among
/// themselves merge, as the originals' do.
/// </summary>
internal static class AgreementRules
{
    public static EquatableArray<DiagnosticInfo> Check(IEnumerable<FileDeclarations> files)
    {
        var diagnostics = new List<DiagnosticInfo>();
        foreach (var statements in files.SelectMany(Statements).GroupBy(one => one.Key, StringComparer.Ordinal))
        {
            // The file is what the attribute is measured against; of attributes alone, the first.
            var ordered = statements.OrderBy(one => one.File.IsOfAttributes).ThenBy(one => one.File.LogicalPath, StringComparer.Ordinal).ToList();
            foreach (var later in ordered.Skip(1).Where(one => one.File.IsOfAttributes))
            {
                if (ordered[0].Says.Zip(later.Says, (there, here) => (there, here)).FirstOrDefault(pair => pair.there.Value != pair.here.Value) is { there.Name: not null } different)
                    diagnostics.Add(DiagnosticInfo.Create(Descriptors.Disagreement, later.Position, later.Display, ordered[0].Where, $"{different.there.Name} is {different.there.Value} there"));
            }
        }

        return diagnostics.ToEquatableArray();
    }

    private static IEnumerable<Statement> Statements(FileDeclarations file) =>
        (file.Content.Module is { } module ? [Of(file, module)] : Enumerable.Empty<Statement>())
            .Concat(file.Content.AclResources.Where(one => one.Title is not null || one.ParentPosition is not null).Select(one => Of(file, one)))
            .Concat(file.Content.Routes.Where(one => one.IsValid).Select(one => Of(file, one)))
            .Concat(file.Content.Subscriptions.Where(one => one.IsValid).Select(one => Of(file, one)))
            .Concat(file.Content.Integrations.Where(one => one.IsNameValid).Select(one => Of(file, one)));

    private static Statement Of(FileDeclarations file, ModuleDeclaration one) => new(file, "module", $"The module '{one.Name.Value}'", one.Name.Position,
    [
        ("its name", one.Name.Value),
        ("what it comes after", Set(one.Sequence.Select(before => before.Value))),
    ]);

    private static Statement Of(FileDeclarations file, AclResourceDeclaration one) => new(file, "acl " + AclTree.Canonical(one.Id.Value), $"The resource '{one.Id.Value}'", one.Id.Position,
    [
        ("its title", Text(one.Title)),
        ("its sort order", (one.SortOrder ?? 0).ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("its switch 'disabled'", Text(one.IsDisabled ?? false)),
    ]);

    private static Statement Of(FileDeclarations file, RouteDeclaration one) => new(file, "route " + one.Key.ToUpperInvariant(), $"The route '{one.Key}'", one.Url.Position,
    [
        ("its service", one.Service is { } service ? $"{ClassName.Of(service.Class.Value)}.{MethodName(service.Method.Value)}" : "none"),
        ("what a caller needs", Set(one.Resources.Select(id => id.Value))),
        ("its switch 'secure'", Text(one.IsSecure ?? false)),
        ("its limit of elements", one.InputArraySizeLimit?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"),
        ("what it gives by itself", Set(one.Data.Select(data => $"{data.Name.Value}={data.Value}{(data.IsForced == true ? " (forced)" : "")}"))),
    ]);

    private static Statement Of(FileDeclarations file, SubscriptionDeclaration one) => new(file, "subscription " + EventName.Key(one.Name.Value), $"The subscription '{EventName.Stored(one.Name.Value)}'", one.Name.Position,
    [
        ("its parent", one.Parent is null ? "none" : EventName.Stored(one.Parent.Value)),
        ("its destination", one.Destination ?? "the default one"),
        ("its provider", one.ProviderId ?? "none"),
        ("its priority", Text(one.IsPriority ?? false)),
        ("its switch 'hipaaAuditRequired'", Text(one.IsHipaaAuditRequired ?? false)),
        ("what it sends", Set(one.Fields.Select(field => $"{field.Name.Value}{(field.Source is { } source ? $" from {source.Value}" : "")}{(field.Converter is { } converter ? $" by {ClassName.Of(converter.Value)}" : "")}"))),
        ("its rules", Set(one.Rules.Select(rule => $"{rule.Field.Value} {rule.Operator.Value} {rule.Value.Value}"))),
        ("its processors", Set(one.Processors.Select(processor => $"{ClassName.Of(processor.Class.Value)} ({processor.Priority ?? 0})"))),
    ]);

    private static Statement Of(FileDeclarations file, IntegrationDeclaration one) => new(file, "integration " + one.Name.Value.ToUpperInvariant(), $"The integration '{one.Name.Value}'", one.Name.Position,
    [
        ("its e-mail address", Text(one.Email)),
        ("its endpoint URL", Text(one.EndpointUrl)),
        ("its identity link URL", Text(one.IdentityLinkUrl)),
        ("what it may do", Set(one.Resources.Select(id => AclTree.Canonical(id.Value)))),
    ]);

    private static string Text(string? value) => value is null ? "not stated" : $"'{value}'";

    private static string Text(bool value) => value ? "true" : "false";

    private static string Set(IEnumerable<string> values) => string.Join(", ", values.OrderBy(value => value, StringComparer.Ordinal)) is { Length: > 0 } text ? text : "nothing";

    /// <summary>The method by its name as far as a file may write it otherwise.</summary>
    private static string MethodName(string method)
    {
        const string Suffix = "Async";
        var open = method.IndexOf('(');
        var name = (open < 0 ? method : method.Substring(0, open)).Trim();
        return (name.EndsWith(Suffix, StringComparison.Ordinal) ? name.Substring(0, name.Length - Suffix.Length) : name).ToUpperInvariant();
    }

    /// <summary>What is said of something, with names for people, in an order of its kind.</summary>
    private sealed record Statement(FileDeclarations File, string Key, string Display, SourcePosition Position, IReadOnlyList<(string Name, string Value)> Says)
    {
        public string Where => File.IsOfAttributes ? File.LogicalPath : Position.In(File.LogicalPath);
    }
}
