namespace Declarative.Acl;

/// <summary>An admin user: who may manage what the role says.</summary>
/// <param name="Name">The user name, unique ignoring case.</param>
/// <param name="Role">The role's name.</param>
/// <param name="IsActive">Whether the user may log in.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ModifiedAt">When it was last changed.</param>
public sealed record AdminUser(string Name, string Role, bool IsActive, DateTimeOffset CreatedAt, DateTimeOffset ModifiedAt);

/// <summary>A role: what its admin users may do.</summary>
/// <param name="Name">Its name, unique ignoring case.</param>
/// <param name="ResourceIds">The ids of the ACL resources that it holds; <c>Magento_Backend::all</c> holds everything.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ModifiedAt">When it was last changed.</param>
public sealed record AdminRole(string Name, IReadOnlyList<string> ResourceIds, DateTimeOffset CreatedAt, DateTimeOffset ModifiedAt);
