using System;
using System.Globalization;
using System.Linq;
using System.Text;
using Declarative.Generator.Binding;
using Declarative.Merging;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Emitting;

/// <summary>
/// One output for one <c>acl.xml</c>: constants for the resources that it declares
/// <code>
/// public static partial class ShopSalesAcl
/// {
///     /// &lt;summary&gt;Orders&lt;/summary&gt;
///     public const string Orders = "Shop_Sales::orders";
/// }
/// </code>
/// and a row per statement
/// <code>module.AddResource("Shop_Sales::orders", File, parent: "Shop_Sales::sales", title: "Orders", sortOrder: 10);</code>
/// with an assembly attribute by which other assemblies' generators know it.
/// </summary>
internal static class AclEmitter
{
    public static SourceText Emit(AclTable table, ProjectModel project)
    {
        var code = new CodeWriter();
        if (!project.IsHost)
        {
            code.Line($"using DeclaredAclResource = global::{Manifest.AclResourceAttribute};");
            code.Line();
            foreach (var statement in table.Rows)
                code.Line(Attribute(statement, table.Source));
            code.Line();
        }

        if (table.Constants.Count > 0)
        {
            EmitConstants(code, table, project);
            code.Line();
        }

        TableEmitter.Emit(code, table.Source, project, table.Rows.Select(Row));
        return code.ToSource();
    }

    private static void EmitConstants(CodeWriter code, AclTable table, ProjectModel project)
    {
        code.Open($"namespace {project.RootNamespace}");
        foreach (var ofClass in table.Constants.GroupBy(constant => constant.Class, StringComparer.Ordinal))
        {
            code.Line($"/// <summary>Permissions of <c>{CodeWriter.Doc(Permissions.Prefix(ofClass.First().Id))}</c>.</summary>");
            code.Open($"public static partial class {ofClass.Key}");
            foreach (var constant in ofClass)
            {
                code.Line($"/// <summary>{CodeWriter.Doc(constant.Title)}</summary>");
                code.Line($"public const string {Identifiers.Escape(constant.Name)} = {CodeWriter.Literal(constant.Id)};");
            }

            code.Close();
        }

        code.Close();
    }

    private static string Row(AclStatement statement)
    {
        var row = new StringBuilder($"module.AddResource({CodeWriter.Literal(statement.Id)}, {TableEmitter.File}");
        if (statement.ParentId is { Length: > 0 } parent)
            row.Append($", parent: {CodeWriter.Literal(parent)}");
        if (statement.Title is { } title)
            row.Append($", title: {CodeWriter.Literal(title)}");
        if (statement.SortOrder is { } sortOrder)
            row.Append($", sortOrder: {sortOrder.ToString(CultureInfo.InvariantCulture)}");
        if (statement.IsDisabled is { } isDisabled)
            row.Append($", isDisabled: {(isDisabled ? "true" : "false")}");
        return row.Append(");").ToString();
    }

    private static string Attribute(AclStatement statement, string source)
    {
        var attribute = new StringBuilder($"[assembly: DeclaredAclResource({CodeWriter.Literal(statement.Id)}, {CodeWriter.Literal(source)}");
        if (statement.ParentId is { Length: > 0 } parent)
            attribute.Append($", Parent = {CodeWriter.Literal(parent)}");
        if (statement.Title is { } title)
            attribute.Append($", Title = {CodeWriter.Literal(title)}");
        if (statement.IsDisabled is { } isDisabled)
            attribute.Append(isDisabled ? ", IsDisabled = true" : ", IsEnabled = true");
        return attribute.Append(")]").ToString();
    }
}
