namespace Declarative.Generator.Declarations;

/// <summary>One <c>[AsyncEvent]</c> in C#, known by the documentation id of what it stands on; no symbol is kept.</summary>
/// <param name="Name">The event's name as written.</param>
/// <param name="TargetId">Documentation comment id of the method or type.</param>
/// <param name="DeclaredIn">The method or type for people, e.g. <c>Shop.Sales.IOrders.Get</c>.</param>
/// <param name="Resources">ACL resource ids.</param>
internal sealed record AttributeDeclaration(string Name, string TargetId, string DeclaredIn, EquatableArray<string> Resources);

/// <summary>
/// All attributes of the project, without their places; compares by reference like <see cref="FileDeclarations"/>, so that
/// moving a method does not bind its event anew.
/// </summary>
internal sealed class AttributeDeclarations(EquatableArray<AttributeDeclaration> events)
{
    public EquatableArray<AttributeDeclaration> Events { get; } = events;
}
