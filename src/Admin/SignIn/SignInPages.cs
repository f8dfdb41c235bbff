using Declarative.Acl;
using Declarative.Admin.Session;
using Declarative.Rest;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Admin.SignIn;

/// <summary>Signing in and out. The password is checked, counted and throttled by the same code as a log-in over REST.</summary>
internal sealed class SignInPages(Forms forms, IAdminTokenService tokens, AdminUsers users)
{
    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet("/login", static context => Pages.RenderAsync<SignInPage>(context, new()
        {
            [nameof(SignInPage.Return)] = context.Request.Query["return"].ToString(),
            [nameof(SignInPage.IsSignedOut)] = context.Request.Query.ContainsKey("out"),
        })).AllowAnonymous();
        pages.MapPost("/login", Pages.With<SignInPages>(static (page, context) => page.SignInAsync(context))).AllowAnonymous();
        pages.MapPost("/logout", Pages.With<SignInPages>(static (page, context) => page.SignOutAsync(context))).AllowAnonymous();
    }

    private async Task SignInAsync(HttpContext context)
    {
        var (values, isOurs) = await forms.ReadAsync(context).ConfigureAwait(false);
        var (username, password, asked) = (values["username"].ToString(), values["password"].ToString(), values["return"].ToString());
        var page = new PageValues { [nameof(SignInPage.Return)] = asked, [nameof(SignInPage.Username)] = username };
        if (!isOurs)
            page[nameof(SignInPage.Problem)] = Forms.TooOld;
        if (isOurs && username.Length == 0)
            page[nameof(SignInPage.UsernameError)] = "Enter your user name.";
        if (isOurs && password.Length == 0)
            page[nameof(SignInPage.PasswordError)] = "Enter your password.";
        if (page.Count == 2 && await TokenAsync(context, username, password).ConfigureAwait(false) is { } token)
        {
            // Each sign-in is a session of its own; one that was there before ends.
            if (SessionCookie.Read(context) is { } former)
                await users.RevokeTokenAsync(former, context.RequestAborted).ConfigureAwait(false);
            SessionCookie.Write(context, token);
            PageHeaders.Add(context.Response);
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = AdminMount.IsOurs(context, asked) ? asked : AdminMount.Url(context, "");
            return;
        }

        if (page.Count == 2)
            page[nameof(SignInPage.Problem)] = "The user name or the password is wrong, or signing in is not possible for now. Try again later, or ask whoever runs this system.";
        await Pages.RenderAsync<SignInPage>(context, page, StatusCodes.Status400BadRequest).ConfigureAwait(false);
    }

    private async Task<string?> TokenAsync(HttpContext context, string username, string password)
    {
        try
        {
            return await tokens.CreateAdminAccessTokenAsync(username, password, context.RequestAborted).ConfigureAwait(false);
        }
        catch (AuthenticationException)
        {
            return null;
        }
    }

    private async Task SignOutAsync(HttpContext context)
    {
        // Not asked for by the endpoint: who is signed in no more shall not be sent to sign in only to sign out.
        var session = await context.AuthenticateAsync(SessionScheme.Name).ConfigureAwait(false);
        if (session.Succeeded)
        {
            context.User = session.Principal;
            if (!(await forms.ReadAsync(context).ConfigureAwait(false)).IsOurs)
            {
                await Pages.RenderAsync<SignOutPage>(context, [], StatusCodes.Status400BadRequest).ConfigureAwait(false);
                return;
            }

            await users.RevokeTokenAsync(SessionCookie.Read(context)!, context.RequestAborted).ConfigureAwait(false);
        }

        SessionCookie.Delete(context);
        await AdminMount.RedirectAsync(context, "/login?out").ConfigureAwait(false);
    }
}
