using Declarative.Rest;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Declarative.Admin;

/// <summary>Reads what was posted, once it is known to come from a form of ours.</summary>
internal sealed class Forms(IAntiforgery antiforgery)
{
    /// <summary>What a page says instead of doing what was asked.</summary>
    public const string TooOld = "This form is too old, or was not sent from this page. Nothing was changed. Please look it over and send it again.";

    // One checkbox per permission: a large shop has more of them than ASP.NET Core's forms may have values.
    private static readonly FormOptions Limits = new() { ValueCountLimit = 20_000, ValueLengthLimit = 64 * 1024 };

    /// <summary>The values, and whether they may be acted upon. If not, they may only be shown again.</summary>
    /// <param name="context">A POST.</param>
    public async Task<(IFormCollection Values, bool IsOurs)> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
            return (FormCollection.Empty, false);
        try
        {
            var values = await context.Request.ReadFormAsync(Limits, context.RequestAborted).ConfigureAwait(false);
            return (values, await antiforgery.IsRequestValidAsync(context).ConfigureAwait(false));
        }
        catch (InvalidDataException)
        {
            return (FormCollection.Empty, false);
        }
    }

    /// <summary>Does what a form asks for and leads on to the page that it names; where it can't be done, shows why.</summary>
    /// <param name="context">A POST.</param>
    /// <param name="act">Does it, and says which page is next.</param>
    /// <param name="show">Shows the form again, with what is wrong.</param>
    public async Task PostAsync(HttpContext context, Func<IFormCollection, Task<string>> act, Func<IFormCollection, string, Task> show)
    {
        var (values, isOurs) = await ReadAsync(context).ConfigureAwait(false);
        var problem = TooOld;
        if (isOurs)
        {
            try
            {
                await AdminMount.RedirectAsync(context, await act(values).ConfigureAwait(false)).ConfigureAwait(false);
                return;
            }
            catch (RestException exception)
            {
                problem = Words.Of(exception);
            }
        }

        await show(values, problem).ConfigureAwait(false);
    }
}
