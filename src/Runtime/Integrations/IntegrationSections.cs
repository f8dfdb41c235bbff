using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Declarative.Integrations;

/// <summary>Binds the options of any integration by its name: which ones there are is known only when the modules are merged.</summary>
internal sealed class IntegrationSections(IConfiguration configuration) : IConfigureNamedOptions<IntegrationOptions>
{
    public void Configure(string? name, IntegrationOptions options)
    {
        if (string.IsNullOrEmpty(name))
            return;
        var section = configuration.GetSection(IntegrationOptions.Section(name));
        options.Email = section[nameof(IntegrationOptions.Email)] ?? options.Email;
        options.EndpointUrl = section[nameof(IntegrationOptions.EndpointUrl)] ?? options.EndpointUrl;
        options.IdentityLinkUrl = section[nameof(IntegrationOptions.IdentityLinkUrl)] ?? options.IdentityLinkUrl;
    }

    public void Configure(IntegrationOptions options)
    {
    }
}
