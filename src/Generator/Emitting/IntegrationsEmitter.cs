using System.Collections.Generic;
using System.Linq;
using System.Text;
using Declarative.Generator.Binding;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Emitting;

/// <summary>
/// One output for one <c>config.xml</c>, <c>api.xml</c> or <c>integration.xml</c>: a class for each integration that no
/// earlier file states
/// <code>
/// public static partial class Integrations
/// {
///     public static class Warehouse
///     {
///         public const string Name = "Warehouse";
///         public const string Section = "Declarative:Integrations:Warehouse";
///         public static string? EndpointUrl => "https://warehouse.example/callback";
///         public static IReadOnlyList&lt;string&gt; Resources => ["Shop_Sales::orders"];
///         public static IServiceCollection Configure(IServiceCollection services, Action&lt;IntegrationOptions&gt; configure) => …;
///     }
/// }
/// </code>
/// and a row per statement
/// <code>module.AddIntegration(new("Warehouse", File) { Resources = ["Shop_Sales::orders"] });</code>
/// with an assembly attribute by which other assemblies' generators know it. What a file may change is a property: an edit
/// of a constant can't be applied to a running process.
/// </summary>
internal static class IntegrationsEmitter
{
    private const string Services = "global::Microsoft.Extensions.DependencyInjection.IServiceCollection";

    public static SourceText Emit(IntegrationTable table, ProjectModel project)
    {
        var code = new CodeWriter();
        if (!project.IsHost)
        {
            code.Line($"using DeclaredIntegration = global::{Manifest.IntegrationAttribute};");
            code.Line();
            foreach (var model in table.Rows)
                code.Line(Attribute(model, table.Source));
            code.Line();
        }

        if (table.Classes.Count > 0)
        {
            code.Open($"namespace {project.RootNamespace}");
            code.Line("/// <summary>The integrations that this project declares.</summary>");
            code.Open($"public static partial class {table.Classes[0].Container}");
            foreach (var one in table.Classes)
                EmitClass(code, one);
            code.Close().Close();
            code.Line();
        }

        TableEmitter.Emit(code, table.Source, project, table.Rows.Select(Row));
        return code.ToSource();
    }

    private static void EmitClass(CodeWriter code, IntegrationClass one)
    {
        var model = one.Model;
        code.Line($"/// <summary>The integration <c>{CodeWriter.Doc(model.Name)}</c>, as {CodeWriter.Doc(string.Join(", ", one.Files))} of this project declares it; the configuration may say otherwise.</summary>");
        code.Open($"public static class {Identifiers.Escape(one.Class)}");
        code.Line("/// <summary>Its name, which its options have too.</summary>");
        code.Line($"public const string {IntegrationClass.Name} = {CodeWriter.Literal(model.Name)};");
        code.Line("/// <summary>The section of the configuration for it.</summary>");
        code.Line($"public const string {IntegrationClass.Section} = {CodeWriter.Literal("Declarative:Integrations:" + model.Name)};");
        code.Line("/// <summary>Whom to write to about it; null where no file states it.</summary>");
        code.Line($"public static string? {IntegrationClass.Email} => {Nullable(model.Email)};");
        code.Line("/// <summary>Where OAuth credentials are posted; null where no file states it.</summary>");
        code.Line($"public static string? {IntegrationClass.EndpointUrl} => {Nullable(model.EndpointUrl)};");
        code.Line("/// <summary>Where the administrator is sent to log in to the third party; null where no file states it.</summary>");
        code.Line($"public static string? {IntegrationClass.IdentityLinkUrl} => {Nullable(model.IdentityLinkUrl)};");
        code.Line($"/// <summary>Ids of the resources that it is given{(model.IsConsolidated ? ", with what they stand under as far as this project sees it" : "")}.</summary>");
        code.Line($"public static global::System.Collections.Generic.IReadOnlyList<string> {IntegrationClass.Resources} => {CodeWriter.Literals(model.Resources)};");
        code.Line("/// <summary>Says otherwise than the XML, and than the configuration if it is called after AddDeclarative.</summary>");
        code.Line($"public static {Services} {IntegrationClass.Configure}({Services} services, global::System.Action<global::Declarative.Integrations.IntegrationOptions> configure) => global::Microsoft.Extensions.DependencyInjection.OptionsServiceCollectionExtensions.Configure(services, {IntegrationClass.Name}, configure);");
        code.Close();
    }

    private static string Row(IntegrationModel model)
    {
        var stated = Stated(model).ToList();
        return $"module.AddIntegration(new({CodeWriter.Literal(model.Name)}, {TableEmitter.File}){(stated.Count > 0 ? $" {{ {string.Join(", ", stated)} }}" : "")});";
    }

    /// <summary>What the file says.</summary>
    private static IEnumerable<string> Stated(IntegrationModel model)
    {
        if (model.Email is { } email)
            yield return $"Email = {CodeWriter.Literal(email)}";
        if (model.EndpointUrl is { } endpointUrl)
            yield return $"EndpointUrl = {CodeWriter.Literal(endpointUrl)}";
        if (model.IdentityLinkUrl is { } identityLinkUrl)
            yield return $"IdentityLinkUrl = {CodeWriter.Literal(identityLinkUrl)}";
        if (model.Resources.Count > 0)
            yield return $"Resources = {CodeWriter.Literals(model.Resources)}";
        if (model.IsConsolidated)
            yield return "IsConsolidated = true";
    }

    private static string Attribute(IntegrationModel model, string source)
    {
        var attribute = new StringBuilder($"[assembly: DeclaredIntegration({CodeWriter.Literal(model.Name)}, {CodeWriter.Literal(source)}");
        if (model.Email is not null)
            attribute.Append(", HasEmail = true");
        if (model.Resources.Count > 0)
            attribute.Append($", Resources = {CodeWriter.Literals(model.Resources)}");
        if (model.IsConsolidated)
            attribute.Append(", IsConsolidated = true");
        return attribute.Append(")]").ToString();
    }

    private static string Nullable(string? value) => value is null ? "null" : CodeWriter.Literal(value);
}
