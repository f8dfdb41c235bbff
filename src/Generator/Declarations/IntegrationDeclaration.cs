using System.Linq;
using Declarative.Merging;

namespace Declarative.Generator.Declarations;

/// <summary>One <c>integration</c> element of a <c>config.xml</c>, <c>api.xml</c> or <c>integration.xml</c>. What is empty or malformed is left out.</summary>
/// <param name="Name">Its name as written.</param>
/// <param name="IsNameValid">False if the name is malformed; such a one is not emitted.</param>
/// <param name="IsConsolidated">Whether it stands in an <c>integration.xml</c>.</param>
internal sealed record IntegrationDeclaration(Positioned Name, bool IsNameValid, bool IsConsolidated)
{
    public string? Email { get; init; }

    /// <summary>Whether there is an <c>email</c>, be it empty or malformed, which was reported.</summary>
    public bool StatesEmail { get; init; }

    public string? EndpointUrl { get; init; }

    public string? IdentityLinkUrl { get; init; }

    public EquatableArray<Positioned> Resources { get; init; } = EquatableArray<Positioned>.Empty;

    public IntegrationStatement Statement(string declaredIn) => new(Name.Value, declaredIn)
    {
        Email = Email,
        EndpointUrl = EndpointUrl,
        IdentityLinkUrl = IdentityLinkUrl,
        Resources = Resources.Select(id => id.Value).ToList(),
        IsConsolidated = IsConsolidated,
    };
}
