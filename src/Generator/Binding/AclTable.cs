using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Merging;

namespace Declarative.Generator.Binding;

/// <summary>The resources that one output is made of: no position, so that moving one emits nothing anew.</summary>
/// <param name="Source">The file.</param>
/// <param name="Rows">Its statements, a parent before its children.</param>
internal sealed record AclTable(string Source, EquatableArray<AclStatement> Rows)
{
    /// <summary>The constants that this output declares.</summary>
    public EquatableArray<AclConstant> Constants { get; init; } = EquatableArray<AclConstant>.Empty;

    public static AclTable Of(FileDeclarations file) =>
        new(file.LogicalPath, file.Content.AclResources.Where(resource => resource.IsIdValid).Select(resource => resource.Statement).ToEquatableArray());

    /// <summary>The table with its share of the assembly's constants.</summary>
    public AclTable With(EquatableArray<AclConstant> constants) => this with { Constants = constants.Where(constant => constant.Source == Source).ToEquatableArray() };
}
