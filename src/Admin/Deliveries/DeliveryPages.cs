using System.Text;
using Declarative.Admin.Layout;
using Declarative.Delivery;
using Declarative.Events;
using Declarative.History;
using Declarative.Rest;
using Declarative.Subscriptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Declarative.Admin.Deliveries;

/// <summary>Deliveries: the list, as CSV too, and all that happened under one uuid.</summary>
internal sealed class DeliveryPages(DeliveryHistory history, DeliveryReplays replays, SubscriptionService subscriptions, Forms forms)
{
    public const string ListResource = "MageOS_AsyncEvents::async_events_logs_list";
    public const string TraceResource = "MageOS_AsyncEvents::async_events_logs_trace";
    public const string ReplayResource = "MageOS_AsyncEvents::async_events_logs_replay";
    public const int PageSize = 50;

    /// <summary>A page waits no longer for rows that are hard to find; the next one goes on.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(30);

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet("/deliveries", Pages.With<DeliveryPages>(static (page, context) => page.ListAsync(context))).RequirePage(ListResource);
        pages.MapGet("/deliveries.csv", Pages.With<DeliveryPages>(static (page, context) => page.ExportAsync(context))).RequirePage(ListResource);
        pages.MapGet("/deliveries/{uuid:guid}", Pages.With<DeliveryPages>(static (page, context) => page.TraceAsync(context, null))).RequirePage(TraceResource);
        pages.MapPost("/deliveries/{uuid:guid}/replay", Pages.With<DeliveryPages>(static (page, context) => page.ReplayAsync(context))).RequirePage(ReplayResource);
    }

    private async Task ListAsync(HttpContext context)
    {
        var filter = DeliveryFilter.From(context.Request.Query);
        var (found, problem) = await FindAsync(filter, context.RequestAborted).ConfigureAwait(false);
        await Pages.RenderAsync<ListPage>(
            context,
            new()
            {
                [nameof(ListPage.Filter)] = filter,
                [nameof(ListPage.Found)] = found,
                [nameof(ListPage.SearchesValues)] = history.SearchesValues,
                [nameof(ListPage.Subscriptions)] = subscriptions.List(),
            },
            problem).ConfigureAwait(false);
    }

    private async Task<(FoundDeliveries Found, string? Problem)> FindAsync(DeliveryFilter filter, CancellationToken cancellationToken)
    {
        try
        {
            return (await history.FindAsync(filter.Selection, filter.Search, filter.Before, PageSize, Patience, cancellationToken).ConfigureAwait(false), null);
        }
        catch (InputException exception)
        {
            return (new FoundDeliveries([], null), Words.Of(exception));
        }
    }

    /// <summary>A thousand at a time, each sent before the next is read: a browser gets a million rows in the memory of a page.</summary>
    private async Task ExportAsync(HttpContext context)
    {
        const int AtOnce = 1_000;
        var filter = DeliveryFilter.From(context.Request.Query);
        FoundDeliveries found;
        try
        {
            found = await history.FindAsync(filter.Selection, filter.Search, filter.Before, AtOnce, cancellationToken: context.RequestAborted).ConfigureAwait(false);
        }
        catch (InputException)
        {
            await ListAsync(context).ConfigureAwait(false);
            return;
        }

        PageHeaders.Add(context.Response);
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = "attachment; filename=\"deliveries.csv\"";
        var text = new StringBuilder(CsvWriter.Head);
        while (true)
        {
            foreach (var one in found.Items)
                CsvWriter.Append(text, one);
            await context.Response.WriteAsync(text.ToString(), context.RequestAborted).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            text.Clear();
            if (found.NextBefore is not { } before)
                return;
            found = await history.FindAsync(filter.Selection, filter.Search, before, AtOnce, cancellationToken: context.RequestAborted).ConfigureAwait(false);
        }
    }

    private async Task TraceAsync(HttpContext context, string? problem)
    {
        var uuid = Uuid(context);
        if (await history.TraceAsync(uuid, context.RequestAborted).ConfigureAwait(false) is not { } story)
        {
            await Pages.NotFoundAsync(context, "No such delivery", $"There is no delivery {uuid}. It may be older than the log is kept.", "/deliveries", "All deliveries").ConfigureAwait(false);
            return;
        }

        await Pages.RenderAsync<TracePage>(
            context,
            new() { [nameof(TracePage.Story)] = story, [nameof(TracePage.IsReplayed)] = context.Request.Query["done"] == "replay" },
            problem).ConfigureAwait(false);
    }

    private Task ReplayAsync(HttpContext context) => forms.PostAsync(
        context,
        async _ =>
        {
            var uuid = Uuid(context);
            await replays.ReplayAsync(uuid, context.RequestAborted).ConfigureAwait(false);
            return $"/deliveries/{uuid}?done=replay";
        },
        (_, problem) => TraceAsync(context, problem));

    private static Guid Uuid(HttpContext context) => Guid.Parse((string)context.GetRouteValue("uuid")!);
}
