using System.Globalization;
using Declarative.Admin.Layout;
using Declarative.History;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Declarative.Admin.Deliveries;

/// <summary>Replays in the background: how far they are, and their end.</summary>
internal sealed class ReplayPages(DeliveryReplays replays, Forms forms)
{
    public static void Map(RouteGroupBuilder pages)
    {
        var mine = pages.MapGroup("/replays").RequirePage(DeliveryPages.ReplayResource);
        mine.MapGet("", Pages.With<ReplayPages>(static (page, context) => page.ListAsync(context)));
        mine.MapGet("/{id:long}", Pages.With<ReplayPages>(static (page, context) => page.ShowAsync(context, null)));
        mine.MapPost("/{id:long}/cancel", Pages.With<ReplayPages>(static (page, context) => page.CancelAsync(context)));
    }

    private async Task ListAsync(HttpContext context) => await Pages.RenderAsync<ReplaysPage>(context, new()
    {
        [nameof(ReplaysPage.Replays)] = await replays.ListReplaysAsync(100, context.RequestAborted).ConfigureAwait(false),
    }).ConfigureAwait(false);

    private async Task ShowAsync(HttpContext context, string? problem)
    {
        var id = Id(context);
        if (await replays.FindReplayAsync(id, context.RequestAborted).ConfigureAwait(false) is not { } replay)
        {
            await Pages.NotFoundAsync(context, "No such replay", string.Create(CultureInfo.InvariantCulture, $"There is no replay {id}."), "/replays", "All replays").ConfigureAwait(false);
            return;
        }

        await Pages.RenderAsync<ReplayPage>(
            context,
            new() { [nameof(ReplayPage.Replay)] = replay },
            problem).ConfigureAwait(false);
    }

    private Task CancelAsync(HttpContext context) => forms.PostAsync(
        context,
        async _ =>
        {
            await replays.CancelReplayAsync(Id(context), context.RequestAborted).ConfigureAwait(false);
            return string.Create(CultureInfo.InvariantCulture, $"/replays/{Id(context)}");
        },
        (_, problem) => ShowAsync(context, problem));

    private static long Id(HttpContext context) => long.Parse((string)context.GetRouteValue("id")!, CultureInfo.InvariantCulture);
}
