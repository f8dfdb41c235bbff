using System.Collections.Frozen;
using System.Security.Claims;
using Declarative.Storage;

namespace Declarative.Acl;

/// <summary>
/// A caller known by a token. An admin's resources are not copied into claims, hundreds for each request, but stay the role's
/// own set, and <see cref="HasClaim(string, string)"/> answers from it. A serialised identity does not carry them.
/// </summary>
internal sealed class CallerIdentity : ClaimsIdentity
{
    private readonly FrozenSet<string> _resources;

    public CallerIdentity(TokenOwner owner, FrozenSet<string> resources)
        : base(CallerDefaults.AuthenticationScheme)
    {
        _resources = resources;
        Kind = owner.Kind;
        Add(ClaimTypes.NameIdentifier, owner.Owner);
        Add(ClaimTypes.Name, owner.Name);
        if (owner.Kind == CallerKind.Customer)
            Add(CallerClaims.Customer, owner.Owner);
    }

    private CallerIdentity(CallerIdentity other)
        : base(other) => (_resources, Kind) = (other._resources, other.Kind);

    public CallerKind Kind { get; }

    public override bool HasClaim(string type, string value) =>
        (_resources.Contains(value) && string.Equals(type, CallerClaims.Resource, StringComparison.OrdinalIgnoreCase)) || base.HasClaim(type, value);

    public override ClaimsIdentity Clone() => new CallerIdentity(this);

    /// <summary>A claim that names no subject would be copied when it is added.</summary>
    private void Add(string type, string value) => AddClaim(new Claim(type, value, ClaimValueTypes.String, DefaultIssuer, DefaultIssuer, this));
}
