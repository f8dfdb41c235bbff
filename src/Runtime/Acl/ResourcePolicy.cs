using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Acl;

/// <summary>The policy that a list of resources stands for.</summary>
internal static class ResourcePolicy
{
    /// <summary>In place of an id: the caller must be a customer.</summary>
    public const string Self = "self";

    /// <summary>In place of all ids: anybody may call.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>
    /// All of <paramref name="resources"/> are needed. A policy that names schemes is not told of others, and one that names
    /// none is told of the host's default only; so it names both, the host's first, whose challenge then comes first too.
    /// </summary>
    /// <param name="services">The application's services, read once.</param>
    /// <param name="resources">Resource ids and <see cref="Self"/>.</param>
    public static AuthorizationPolicy Build(IServiceProvider services, IReadOnlyList<string> resources) =>
        Schemes(services).AddRequirements([.. resources.Select(Requirement)]).Build();

    /// <summary>A policy of both schemes, still without requirements.</summary>
    public static AuthorizationPolicyBuilder Schemes(IServiceProvider services)
    {
        var schemes = services.GetRequiredService<IAuthenticationSchemeProvider>();
        var policy = new AuthorizationPolicyBuilder();

        // Endpoints are built synchronously; providers answer from memory.
        if (schemes.GetDefaultAuthenticateSchemeAsync().GetAwaiter().GetResult() is { } hosts && hosts.Name != CallerDefaults.AuthenticationScheme)
            policy.AuthenticationSchemes.Add(hosts.Name);
        policy.AuthenticationSchemes.Add(CallerDefaults.AuthenticationScheme);
        return policy;
    }

    /// <summary>What an id or <see cref="Self"/> requires.</summary>
    public static IAuthorizationRequirement Requirement(string resource) =>
        resource == Self ? new CustomerRequirement() : new ResourceRequirement(resource);
}
