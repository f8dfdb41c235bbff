using Declarative.Admin.Layout;
using Declarative.Eventing;
using Declarative.Rest;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Declarative.Admin.Providers;

/// <summary>Event providers: the list, the form, and deleting one.</summary>
internal sealed class ProviderPages(EventProviders providers, Forms forms)
{
    public const string ListResource = "Magento_AdobeIoEventsClient::event_provider_list";
    public const string EditResource = "Magento_AdobeIoEventsClient::event_provider_edit";
    public const string DeleteResource = "Magento_AdobeIoEventsClient::event_provider_delete";
    private const string List = "/providers";

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(List, Pages.With<ProviderPages>(static (page, context) => page.ListAsync(context))).RequirePage(ListResource);
        pages.MapGet(List + "/new", Pages.With<ProviderPages>(static (_, context) => FormAsync(context, null, FormCollection.Empty, null))).RequirePage(EditResource);
        pages.MapPost(List + "/new", Pages.With<ProviderPages>(static (page, context) => page.SaveAsync(context, null))).RequirePage(EditResource);
        pages.MapGet(List + "/{id}/edit", Pages.With<ProviderPages>(static (page, context) => page.WithAsync(context, one => FormAsync(context, one, FormCollection.Empty, null)))).RequirePage(EditResource);
        pages.MapPost(List + "/{id}/edit", Pages.With<ProviderPages>(static (page, context) => page.WithAsync(context, one => page.SaveAsync(context, one)))).RequirePage(EditResource);
        pages.MapGet(List + "/{id}/delete", Pages.With<ProviderPages>(static (page, context) => page.WithAsync(context, one => AskAsync(context, one, null)))).RequirePage(DeleteResource);
        pages.MapPost(List + "/{id}/delete", Pages.With<ProviderPages>(static (page, context) => page.WithAsync(context, one => page.DeleteAsync(context, one)))).RequirePage(DeleteResource);
    }

    private Task ListAsync(HttpContext context) => Pages.RenderAsync<ProvidersPage>(context, new()
    {
        [nameof(ProvidersPage.Providers)] = providers.List(),
        [nameof(ProvidersPage.Done)] = context.Request.Query["done"].ToString(),
    });

    /// <summary>Rows are named by their number; a provider's own id may hold anything.</summary>
    private Task WithAsync(HttpContext context, Func<EventProvider, Task> handle)
    {
        var id = (string)context.GetRouteValue("id")!;
        return providers.List().FirstOrDefault(one => one.Id == id) is { } provider ? handle(provider) : Pages.NotFoundAsync(context, "No such provider", "There is no event provider at this address. Somebody may have deleted it.", List, "All providers");
    }

    private static Task FormAsync(HttpContext context, EventProvider? provider, IFormCollection values, string? problem) => Pages.RenderAsync<ProviderPage>(
        context,
        new() { [nameof(ProviderPage.Provider)] = provider, [nameof(ProviderPage.Values)] = values },
        problem);

    private Task SaveAsync(HttpContext context, EventProvider? provider) => forms.PostAsync(
        context,
        async values =>
        {
            var data = new EventProviderData
            {
                Id = provider?.Id,
                ProviderId = values["provider_id"].ToString().Trim(),
                InstanceId = values["instance_id"].ToString().Trim(),
                Label = values["label"].ToString().Trim(),
                Description = values["description"].ToString().Trim(),
                WorkspaceConfiguration = values["workspace_configuration"].ToString(),
            };
            await providers.SaveAsync(data, context.RequestAborted).ConfigureAwait(false);
            return List + "?done=saved";
        },
        (values, problem) => FormAsync(context, provider, values, problem));

    private static Task AskAsync(HttpContext context, EventProvider provider, string? problem) => Pages.RenderAsync<AskPage>(
        context,
        new()
        {
            [nameof(AskPage.Title)] = $"Delete the provider {NameOf(provider)}?",
            [nameof(AskPage.Text)] = "Its record and its workspace configuration are removed. This can't be undone.",
            [nameof(AskPage.Verb)] = "Delete",
            [nameof(AskPage.Action)] = $"{List}/{provider.Id}/delete",
            [nameof(AskPage.Back)] = List,
            [nameof(AskPage.Crumbs)] = Crumbs("Delete"),
        },
        problem);

    private Task DeleteAsync(HttpContext context, EventProvider provider) => forms.PostAsync(
        context,
        async _ =>
        {
            await providers.DeleteAsync(provider.ProviderId, context.RequestAborted).ConfigureAwait(false);
            return List + "?done=deleted";
        },
        (_, problem) => AskAsync(context, provider, problem));

    internal static string NameOf(EventProvider provider) => string.IsNullOrEmpty(provider.Label) ? provider.ProviderId : provider.Label;

    internal static IReadOnlyList<Crumb> Crumbs(string page) => [new("Event providers", List), new(page)];
}
