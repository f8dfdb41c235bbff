using System.Globalization;
using Declarative.Admin.Layout;
using Declarative.History;
using Declarative.Rest;
using Declarative.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace Declarative.Admin.Audit;

/// <summary>Who changed what and when, and the erasure of data, which leaves nothing but that.</summary>
internal sealed class AuditPages(AuditLog audit, DataErasure erasure, Forms forms)
{
    public const string Resource = "Declarative_Runtime::audit";
    public const string EraseResource = "Declarative_Runtime::erase";
    private const int PageSize = 50;

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet("/audit", Pages.With<AuditPages>(static (page, context) => page.ListAsync(context))).RequirePage(Resource);
        pages.MapGet("/erase", Pages.With<AuditPages>(static (_, context) => FormAsync(context, FormCollection.Empty, null))).RequirePage(EraseResource);
        pages.MapPost("/erase", Pages.With<AuditPages>(static (page, context) => page.AskAsync(context))).RequirePage(EraseResource);
        pages.MapPost("/erase/now", Pages.With<AuditPages>(static (page, context) => page.EraseAsync(context))).RequirePage(EraseResource);
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var selection = new AuditSelection(Text(query["actor"]), Text(query["action"]), Text(query["subject"]));
        long? before = long.TryParse(query["before"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        var entries = await audit.ListAsync(selection, before, PageSize, context.RequestAborted).ConfigureAwait(false);
        await Pages.RenderAsync<AuditPage>(context, new()
        {
            [nameof(AuditPage.Selection)] = selection,
            [nameof(AuditPage.Entries)] = entries,
            [nameof(AuditPage.Next)] = entries.Count < PageSize ? null : QueryHelpers.AddQueryString("/audit", new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["actor"] = selection.Actor,
                ["action"] = selection.Action,
                ["subject"] = selection.Subject,
                ["before"] = entries[^1].Number.ToString(CultureInfo.InvariantCulture),
            }),
        }).ConfigureAwait(false);
    }

    private static Task FormAsync(HttpContext context, IFormCollection values, string? problem) => Pages.RenderAsync<ErasePage>(
        context,
        new() { [nameof(ErasePage.Values)] = values, [nameof(ErasePage.Erased)] = context.Request.Query["erased"].ToString() },
        problem);

    private async Task AskAsync(HttpContext context)
    {
        var (values, isOurs) = await forms.ReadAsync(context).ConfigureAwait(false);
        var (id, field, value) = (values["id"].ToString().Trim(), values["field"].ToString().Trim(), values["value"].ToString());
        var problem = isOurs ? ProblemOf(id, field, value) : Forms.TooOld;
        if (problem is not null)
        {
            await FormAsync(context, values, problem).ConfigureAwait(false);
            return;
        }

        await Pages.RenderAsync<AskPage>(context, new()
        {
            [nameof(AskPage.Title)] = "Erase this data?",
            [nameof(AskPage.Text)] = (id.Length > 0 ? $"The data of the event with the id {id}" : $"The data of all events in which {field} is {value}")
                + " is erased: what was published and sent, and what receivers answered. What is still to be delivered of it is not. That there was an event stays in the log. This can't be undone.",
            [nameof(AskPage.Verb)] = "Erase",
            [nameof(AskPage.Action)] = "/erase/now",
            [nameof(AskPage.Back)] = "/erase",
            [nameof(AskPage.Values)] = (IReadOnlyList<(string, string)>)[("id", id), ("field", field), ("value", value)],
        }).ConfigureAwait(false);
    }

    private Task EraseAsync(HttpContext context) => forms.PostAsync(
        context,
        async values =>
        {
            var (id, field, value) = (values["id"].ToString(), values["field"].ToString(), values["value"].ToString());
            if (ProblemOf(id, field, value) is { } problem)
                throw new InputException(problem);
            var erased = id.Length > 0
                ? await erasure.EraseAsync(Guid.Parse(id), context.RequestAborted).ConfigureAwait(false)
                : await erasure.EraseAsync(field, value, context.RequestAborted).ConfigureAwait(false);
            return string.Create(CultureInfo.InvariantCulture, $"/erase?erased={erased}");
        },
        (values, problem) => FormAsync(context, values, problem));

    private static string? ProblemOf(string id, string field, string value) => (id.Length > 0, field.Length > 0 && value.Length > 0) switch
    {
        (true, false) when field.Length + value.Length == 0 => Guid.TryParse(id, out _) ? null : "That is no id: 32 hexadecimal digits with dashes between.",
        (false, true) => null,
        _ => "Give either an id, or a field and its value.",
    };

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
