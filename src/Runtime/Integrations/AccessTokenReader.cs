using Declarative.Acl;
using Declarative.OAuth;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Declarative.Integrations;

/// <summary>Reads an integration's access token in <c>Authorization: Bearer</c>, where the host has that switched on.</summary>
internal sealed class AccessTokenReader(IntegrationCache integrations, IOptions<OAuthOptions> options) : ICredentialReader
{
    private readonly bool _isOn = options.Value.AccessTokenAsBearer;

    public ValueTask<CallerIdentity?> ReadAsync(HttpContext context)
    {
        var token = _isOn ? BearerReader.TokenOf(context.Request) : [];
        return token.IsEmpty ? default : FindAsync(token.ToString(), context.RequestAborted);
    }

    private async ValueTask<CallerIdentity?> FindAsync(string token, CancellationToken cancellationToken)
    {
        await integrations.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return integrations.FindToken(token) is { IsActive: true } integration ? integration.Identity() : null;
    }
}
