using System.Security.Cryptography;
using System.Text;
using Declarative.Commerce;

namespace BackOffice;

/// <summary>Who may log in: the one user of the configuration. An application of yours has its own users, and locks out who guesses.</summary>
public sealed class Login(IConfiguration configuration)
{
    /// <summary>Gives the user's name once they are logged in; until then shows the form, which posts to the same URL.</summary>
    public async Task<string?> AskAsync(HttpContext context, IdentityLink link)
    {
        var isPosted = HttpMethods.IsPost(context.Request.Method) && context.Request.HasFormContentType;
        if (isPosted)
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            var user = form["user"].ToString();
            if (Is(user, "User") & Is(form["password"].ToString(), "Password"))
                return user;
        }

        await Pages.LogIn(isPosted).ExecuteAsync(context);
        return null;
    }

    /// <summary>Takes the same time wherever they differ.</summary>
    private bool Is(string given, string setting) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(configuration["BackOffice:" + setting] ?? "")))
        && given.Length > 0;
}
