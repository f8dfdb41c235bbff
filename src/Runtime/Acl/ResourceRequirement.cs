using Declarative.Merging;
using Microsoft.AspNetCore.Authorization;

namespace Declarative.Acl;

/// <summary>
/// The caller must hold an ACL resource: the id itself, or <c>Magento_Backend::all</c>. An id that no module declares, or that
/// is disabled, is held by the latter only.
/// </summary>
/// <param name="Id">The resource's id.</param>
public sealed record ResourceRequirement(string Id) : IAuthorizationRequirement
{
    /// <summary>The resource's id; <c>Aligent_AsyncEvents::</c>, the former name of a module, is read as <c>MageOS_AsyncEvents::</c>.</summary>
    public string Id { get; } = AclTree.Canonical(Id);
}

/// <summary>The caller must be a customer: <c>self</c> in <c>webapi.xml</c>.</summary>
public sealed record CustomerRequirement : IAuthorizationRequirement;
