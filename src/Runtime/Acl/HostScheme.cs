using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Declarative.Acl;

/// <summary>
/// ASP.NET Core takes the only registered scheme as the default. With ours beside it the host's only scheme would lose that,
/// and its endpoints would fail; so it is named as the default that it was.
/// </summary>
internal sealed class HostScheme : IPostConfigureOptions<AuthenticationOptions>
{
    private const string Off = "Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme";

    public void PostConfigure(string? name, AuthenticationOptions options)
    {
        if (options.DefaultScheme is not null || (AppContext.TryGetSwitch(Off, out var isOff) && isOff))
            return;
        var others = options.Schemes.Where(static scheme => scheme.Name != CallerDefaults.AuthenticationScheme).Take(2).ToList();
        if (others.Count == 1)
            options.DefaultScheme = others[0].Name;
    }
}
