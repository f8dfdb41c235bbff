using Declarative.History;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Declarative.Admin.Overviews;

/// <summary>Overview: whether events flow.</summary>
internal sealed class OverviewPages(Overview overview)
{
    public const string Resource = "Declarative_Runtime::overview";

    public static void Map(RouteGroupBuilder pages) =>
        pages.MapGet("/overview", Pages.With<OverviewPages>(static (page, context) => page.ShowAsync(context))).RequirePage(Resource);

    private async Task ShowAsync(HttpContext context) => await Pages.RenderAsync<OverviewPage>(context, new()
    {
        [nameof(OverviewPage.Report)] = await overview.GetAsync(context.RequestAborted).ConfigureAwait(false),
    }).ConfigureAwait(false);
}
