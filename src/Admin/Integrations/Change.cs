using Declarative.Integrations;

namespace Declarative.Admin.Integrations;

/// <summary>Something that takes access away; it is asked first, and needs no password.</summary>
public sealed class Change
{
    private Change()
    {
    }

    /// <summary>Its name in addresses.</summary>
    public required string Name { get; init; }

    /// <summary>What the button says.</summary>
    public required string Verb { get; init; }

    /// <summary>What it leads to.</summary>
    public required Func<Integration, string> Consequence { get; init; }

    internal Func<IntegrationService, long, CancellationToken, Task> Apply { get; private init; } = null!;

    internal static Change Deactivate { get; } = new()
    {
        Name = "deactivate",
        Verb = "Deactivate",
        Consequence = static one => "Each further call of it is refused, beginning now. "
            + (one.ExchangesTokens ? "Activating it again begins a new exchange of tokens with the third party." : "Its tokens are kept: they work again once it is activated."),
        Apply = static (integrations, id, cancellation) => integrations.DeactivateAsync(id, cancellation),
    };

    internal static Change Revoke { get; } = new()
    {
        Name = "revoke",
        Verb = "Revoke tokens",
        Consequence = static _ => "It becomes inactive and its tokens are removed for good. The third party gets new ones once it is activated.",
        Apply = static (integrations, id, cancellation) => integrations.RevokeAsync(id, cancellation),
    };

    internal static Change Delete { get; } = new()
    {
        Name = "delete",
        Verb = "Delete",
        Consequence = static _ => "It is removed with its permissions, its consumer key and its tokens. This can't be undone.",
        Apply = static (integrations, id, cancellation) => integrations.DeleteAsync(id, cancellation),
    };

    internal static IReadOnlyList<Change> All { get; } = [Deactivate, Revoke, Delete];
}
