using Declarative.Merging;

namespace Declarative.Generator.Declarations;

/// <summary>One <c>resource</c> element of an <c>acl.xml</c>.</summary>
/// <param name="Id">Its id as written.</param>
/// <param name="IsIdValid">False if the id breaks the pattern; such a resource is not emitted.</param>
/// <param name="ParentId">The id of the element around it; null for a root, empty if that element has no id.</param>
/// <param name="Title">Its title; null where the file doesn't state one.</param>
/// <param name="SortOrder">Its place among its siblings; null where the file doesn't say.</param>
/// <param name="IsDisabled">Whether it is switched off; null where the file doesn't say.</param>
internal sealed record AclResourceDeclaration(Positioned Id, bool IsIdValid, string? ParentId, string? Title, int? SortOrder, bool? IsDisabled)
{
    /// <summary>Where the parent is named, if an attribute names it; in a file it stands around the resource, and so is declared.</summary>
    public SourcePosition? ParentPosition { get; init; }

    public AclStatement Statement => new(Id.Value, ParentId, Title, SortOrder, IsDisabled);
}
