using Declarative.Acl;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Declarative.Admin.Permissions;

/// <summary>Permissions: the tree, and who holds what.</summary>
internal sealed class PermissionPages(PermissionHolders holders)
{
    public const string Resource = "Declarative_Runtime::permissions";

    public static void Map(RouteGroupBuilder pages) =>
        pages.MapGet("/permissions", Pages.With<PermissionPages>(static (page, context) => page.ShowAsync(context))).RequirePage(Resource);

    private async Task ShowAsync(HttpContext context) => await Pages.RenderAsync<PermissionsPage>(context, new()
    {
        [nameof(PermissionsPage.Roots)] = await holders.ListAsync(context.RequestAborted).ConfigureAwait(false),
    }).ConfigureAwait(false);
}
