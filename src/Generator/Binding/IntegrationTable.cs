using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Merging;

namespace Declarative.Generator.Binding;

/// <summary>The integrations that one output is made of.</summary>
/// <param name="Source">The file.</param>
/// <param name="Rows">Its statements.</param>
internal sealed record IntegrationTable(string Source, EquatableArray<IntegrationModel> Rows)
{
    /// <summary>The classes that this output declares.</summary>
    public EquatableArray<IntegrationClass> Classes { get; init; } = EquatableArray<IntegrationClass>.Empty;

    public static IntegrationTable Of(FileDeclarations file) =>
        new(file.LogicalPath, file.Content.Integrations.Where(integration => integration.IsNameValid).Select(IntegrationModel.Of).ToEquatableArray());

    /// <summary>The table with its share of the assembly's classes.</summary>
    public IntegrationTable With(EquatableArray<IntegrationClass> classes) => this with { Classes = classes.Where(one => one.Source == Source).ToEquatableArray() };
}

/// <summary>One statement of an integration: no position, so that moving it emits nothing anew.</summary>
internal sealed record IntegrationModel(string Name, string? Email, string? EndpointUrl, string? IdentityLinkUrl, EquatableArray<string> Resources, bool IsConsolidated)
{
    public static IntegrationModel Of(IntegrationDeclaration declaration) => new(
        declaration.Name.Value,
        declaration.Email,
        declaration.EndpointUrl,
        declaration.IdentityLinkUrl,
        declaration.Resources.Select(id => id.Value).ToEquatableArray(),
        declaration.IsConsolidated);

    public IntegrationStatement Statement(string declaredIn) => new(Name, declaredIn)
    {
        Email = Email,
        EndpointUrl = EndpointUrl,
        IdentityLinkUrl = IdentityLinkUrl,
        Resources = Resources,
        IsConsolidated = IsConsolidated,
    };
}
