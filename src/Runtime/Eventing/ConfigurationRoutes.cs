using Declarative.History;
using Declarative.Rest;

namespace Declarative.Eventing;

/// <summary><c>updateConfiguration</c>: eventing's settings, each optional. All given ones are checked before the first is stored.</summary>
internal sealed class ConfigurationRoutes(EventingState state, AuditLog audit)
{
    public async Task<bool> Update(ConfigurationInput config, CancellationToken cancellationToken)
    {
        Check(EventingFormats.ProblemOfId("merchant_id", config.MerchantId));
        Check(EventingFormats.ProblemOfId("environment_id", config.EnvironmentId));
        Check(EventingFormats.ProblemOfInstance("instance_id", config.InstanceId));
        if (config.WorkspaceConfiguration is { } workspace && !EventingFormats.IsMask(workspace))
        {
            var parsed = EventingFormats.ParseWorkspace(workspace, out var problem)
                ?? throw new InputException("workspace_configuration is no JSON: %problem", ("problem", problem));
            if (!EventingFormats.HasCredentials(parsed))
                throw new InputException("workspace_configuration lacks project.workspace.details.credentials.");
        }

        await state.SaveAsync(config, cancellationToken).ConfigureAwait(false);
        await audit.WriteAsync("eventing.configure", "eventing", string.Join(", ", Named(config)), CancellationToken.None).ConfigureAwait(false);
        return true;
    }

    private static IEnumerable<string> Named(ConfigurationInput config)
    {
        if (config.Enabled is { } enabled)
            yield return enabled ? "enabled" : "disabled";
        if (config.MerchantId is not null)
            yield return "merchant_id";
        if (config.EnvironmentId is not null)
            yield return "environment_id";
        if (config.ProviderId is not null)
            yield return "provider_id";
        if (config.InstanceId is not null)
            yield return "instance_id";
        if (config.WorkspaceConfiguration is not null)
            yield return "workspace_configuration";
    }

    private static void Check(string? problem)
    {
        if (problem is not null)
            throw new InputException(problem);
    }
}

/// <summary>Settings as callers send them; null for those that stay. A class, so that no <c>ToString</c> shows the workspace.</summary>
internal sealed class ConfigurationInput
{
    public bool? Enabled { get; init; }

    public string? MerchantId { get; init; }

    public string? EnvironmentId { get; init; }

    public string? ProviderId { get; init; }

    public string? InstanceId { get; init; }

    public string? WorkspaceConfiguration { get; init; }
}
