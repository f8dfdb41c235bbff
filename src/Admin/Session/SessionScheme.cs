using Declarative.Acl;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Declarative.Admin.Session;

/// <summary>
/// Adds the pages' scheme after all others are known, and so that no default changes: without it ASP.NET Core would no longer take
/// a scheme that was alone as the default.
/// </summary>
internal sealed class SessionScheme : IPostConfigureOptions<AuthenticationOptions>
{
    /// <summary>The scheme that reads the cookie of the pages, nothing else and nowhere else.</summary>
    public const string Name = "Declarative.Admin";

    private const string Off = "Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme";

    public void PostConfigure(string? name, AuthenticationOptions options)
    {
        var isOff = AppContext.TryGetSwitch(Off, out var value) && value;
        if (options.DefaultScheme is null && !isOff && options.Schemes.Take(2).ToList() is [{ Name: CallerDefaults.AuthenticationScheme }])
            options.DefaultScheme = CallerDefaults.AuthenticationScheme;
        options.AddScheme<SessionHandler>(Name, displayName: null);
    }
}
