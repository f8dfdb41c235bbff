using Declarative.Admin.Layout;
using Declarative.Delivery;
using Declarative.History;
using Declarative.Rest;
using Declarative.Subscriptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Declarative.Admin.Deliveries;

/// <summary>Dead letters: sent again one by one, or all that match in the background; discarded with a reason.</summary>
internal sealed class DeadLetterPages(DeliveryHistory history, DeliveryReplays replays, SubscriptionService subscriptions, Forms forms)
{
    public const string DiscardResource = "Declarative_Runtime::discard";
    private const string List = "/dead-letters";

    private static readonly IReadOnlyList<Crumb> DiscardCrumbs = [new("Dead letters", List), new("Discard")];

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(List, Pages.With<DeadLetterPages>(static (page, context) => page.ListAsync(context, null))).RequirePage(DeliveryPages.ListResource);
        pages.MapPost(List + "/replay", Pages.With<DeadLetterPages>(static (page, context) => page.ReplayAsync(context))).RequirePage(DeliveryPages.ReplayResource);
        pages.MapPost(List + "/replay-all", Pages.With<DeadLetterPages>(static (page, context) => page.ReplayAllAsync(context))).RequirePage(DeliveryPages.ReplayResource);
        pages.MapPost(List + "/ask", Pages.With<DeadLetterPages>(static (page, context) => page.AskAsync(context))).RequirePage(DiscardResource);
        pages.MapPost(List + "/discard", Pages.With<DeadLetterPages>(static (page, context) => page.DiscardAsync(context))).RequirePage(DiscardResource);
    }

    private async Task ListAsync(HttpContext context, string? problem)
    {
        var filter = DeliveryFilter.From(context.Request.Query);
        filter = filter with { Selection = filter.Selection with { State = DeliveryState.Dead }, Search = "" };
        var messages = filter.Before is null && filter.Selection == new DeliverySelection { State = DeliveryState.Dead }
            ? await history.DeadMessagesAsync(DeliveryPages.PageSize, context.RequestAborted).ConfigureAwait(false)
            : [];
        await Pages.RenderAsync<DeadLettersPage>(
            context,
            new()
            {
                [nameof(DeadLettersPage.Filter)] = filter,
                [nameof(DeadLettersPage.Found)] = await history.FindAsync(filter.Selection, null, filter.Before, DeliveryPages.PageSize, DeliveryPages.Patience, context.RequestAborted).ConfigureAwait(false),
                [nameof(DeadLettersPage.Messages)] = messages,
                [nameof(DeadLettersPage.Subscriptions)] = subscriptions.List(),
                [nameof(DeadLettersPage.Done)] = context.Request.Query["done"].ToString(),
            },
            problem).ConfigureAwait(false);
    }

    private Task ReplayAsync(HttpContext context) => forms.PostAsync(
        context,
        async values =>
        {
            var (deliveries, messages) = (Ids(values, "delivery"), Ids(values, "message"));
            if (deliveries.Count + messages.Count == 0)
                throw new InputException("Tick the dead letters first that are to be sent again.");
            var problems = new List<string>();
            foreach (var uuid in deliveries)
                await TryAsync(problems, replays.ReplayAsync(uuid, context.RequestAborted)).ConfigureAwait(false);
            foreach (var id in messages)
                await TryAsync(problems, replays.ReplayMessageAsync(id, context.RequestAborted)).ConfigureAwait(false);
            return problems.Count == 0 ? List + "?done=replay" : throw new InputException("The others are sent again. " + string.Join(' ', problems.Distinct(StringComparer.Ordinal)));
        },
        (_, problem) => ListAsync(context, problem));

    /// <summary>One that can't be sent again must not hold up the others that were ticked.</summary>
    private static async Task TryAsync(List<string> problems, Task replay)
    {
        try
        {
            await replay.ConfigureAwait(false);
        }
        catch (RestException exception)
        {
            problems.Add(Words.Of(exception));
        }
    }

    private Task ReplayAllAsync(HttpContext context) => forms.PostAsync(
        context,
        async _ =>
        {
            var selection = DeliveryFilter.From(context.Request.Query).Selection with { State = DeliveryState.Dead };
            var replay = await replays.ReplayAllAsync(selection, context.RequestAborted).ConfigureAwait(false);
            return $"/replays/{replay.Id}";
        },
        (_, problem) => ListAsync(context, problem));

    private async Task AskAsync(HttpContext context)
    {
        var (values, isOurs) = await forms.ReadAsync(context).ConfigureAwait(false);
        var ids = AllIds(values);
        if (!isOurs || ids.Count == 0)
            await ListAsync(context, isOurs ? "Tick the dead letters first that are to be discarded." : Forms.TooOld).ConfigureAwait(false);
        else
            await AskAsync(context, ids, values["reason"], null).ConfigureAwait(false);
    }

    private static Task AskAsync(HttpContext context, List<Guid> ids, string? reason, string? problem) => Pages.RenderAsync<AskPage>(
        context,
        new()
        {
            [nameof(AskPage.Title)] = $"Discard {Words.Count(ids.Count, "dead letter", "dead letters")}?",
            [nameof(AskPage.Text)] = "They are not sent again with others, and count as dead letters no more. They stay in the log, and each can still be sent again from its own page.",
            [nameof(AskPage.Verb)] = "Discard",
            [nameof(AskPage.Action)] = List + "/discard",
            [nameof(AskPage.Back)] = List,
            [nameof(AskPage.Crumbs)] = DiscardCrumbs,
            [nameof(AskPage.Values)] = ids.ConvertAll(static id => ("id", id.ToString())),
            [nameof(AskPage.ReasonLabel)] = "Reason",
            [nameof(AskPage.Reason)] = reason,
        },
        problem);

    private Task DiscardAsync(HttpContext context) => forms.PostAsync(
        context,
        async values =>
        {
            await replays.DiscardAsync(Ids(values, "id"), values["reason"].ToString(), context.RequestAborted).ConfigureAwait(false);
            return List + "?done=discard";
        },
        (values, problem) => AskAsync(context, Ids(values, "id"), values["reason"], problem));

    private static List<Guid> AllIds(IFormCollection values) => [.. Ids(values, "delivery"), .. Ids(values, "message")];

    private static List<Guid> Ids(IFormCollection values, string name) =>
        [.. values[name].Select(static value => Guid.TryParse(value, out var id) ? id : (Guid?)null).OfType<Guid>().Distinct()];
}
