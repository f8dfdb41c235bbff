using System.Globalization;
using Declarative.Admin.Layout;
using Declarative.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Declarative.Admin.Events;

/// <summary>Events: what is declared, and what the payload of each holds.</summary>
internal sealed class EventPages(EventCatalog catalog)
{
    public const string Resource = "Declarative_Runtime::events";
    private const int DefaultDepth = 3;
    private const int MaxDepth = 64;

    public static void Map(RouteGroupBuilder pages)
    {
        var mine = pages.MapGroup("/events").RequirePage(Resource);
        mine.MapGet("", Pages.With<EventPages>(static (page, context) => page.ListAsync(context)));
        mine.MapGet("/{name}", Pages.With<EventPages>(static (page, context) => page.ShowAsync(context)));
    }

    private Task ListAsync(HttpContext context)
    {
        var text = context.Request.Query["q"].ToString().Trim();
        var all = catalog.Names;
        return Pages.RenderAsync<EventsPage>(context, new()
        {
            [nameof(EventsPage.Events)] = all.Where(name => name.Contains(text, StringComparison.OrdinalIgnoreCase)).Select(name => catalog.Describe(name, 1)).ToList(),
            [nameof(EventsPage.Total)] = all.Count,
            [nameof(EventsPage.Text)] = text,
        });
    }

    private Task ShowAsync(HttpContext context)
    {
        var name = (string)context.GetRouteValue("name")!;
        var depth = int.TryParse(context.Request.Query["depth"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, MaxDepth) : DefaultDepth;
        try
        {
            return Pages.RenderAsync<EventPage>(context, new()
            {
                [nameof(EventPage.Event)] = catalog.Describe(name, depth),
                [nameof(EventPage.Schema)] = catalog.Schema(name),
                [nameof(EventPage.Depth)] = depth,
            });
        }
        catch (UnknownEventException exception)
        {
            return Pages.NotFoundAsync(context, "No such event", exception.Message, "/events", "All events");
        }
    }
}
