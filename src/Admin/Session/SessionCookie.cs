using Microsoft.AspNetCore.Http;

namespace Declarative.Admin.Session;

/// <summary>
/// The session: an access token of the admin user, in a cookie for the pages alone. What ends the token, a new password, the user
/// switched off, a revocation, ends the session with it.
/// </summary>
internal static class SessionCookie
{
    public const string Name = "declarative-admin";

    public static string? Read(HttpContext context) => context.Request.Cookies[Name];

    public static void Write(HttpContext context, string token) => context.Response.Cookies.Append(Name, token, Options(context));

    public static void Delete(HttpContext context) => context.Response.Cookies.Delete(Name, Options(context));

    // Lax, not Strict: a link to a page in a mail or a chat should not look signed out. No GET of ours changes anything.
    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        Secure = context.Request.IsHttps,
        SameSite = SameSiteMode.Lax,
        Path = AdminMount.Url(context, ""),
        IsEssential = true,
    };
}
