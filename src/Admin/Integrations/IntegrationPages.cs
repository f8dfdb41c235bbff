using Declarative.Acl;
using Declarative.Admin.Layout;
using Declarative.Integrations;
using Declarative.Rest;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Declarative.Admin.Integrations;

/// <summary>System › Extensions › Integrations: the list, one integration, the form for those that are made by hand.</summary>
internal sealed class IntegrationPages(IntegrationService integrations, AclResourceTree resources, Grants grants, Forms forms)
{
    /// <summary>The ACL resource of all pages of integrations.</summary>
    public const string Resource = "Magento_Integration::integrations";

    public static void Map(RouteGroupBuilder pages)
    {
        var mine = pages.MapGroup("/integrations").RequirePage(Resource);
        mine.MapGet("", Pages.With<IntegrationPages>(static (page, context) => page.ListAsync(context)));
        mine.MapGet("/new", Pages.With<IntegrationPages>(static (page, context) => page.FormAsync(context, null, new IntegrationDraft(), NoErrors())));
        mine.MapPost("/new", Pages.With<IntegrationPages>(static (page, context) => page.SaveAsync(context, null)));
        mine.MapGet("/{id:long}", Pages.With<IntegrationPages>(static (page, context) => page.WithAsync(context, page.DetailsAsync)));
        mine.MapGet("/{id:long}/edit", Pages.With<IntegrationPages>(static (page, context) => page.WithAsync(context, page.EditAsync)));
        mine.MapPost("/{id:long}/edit", Pages.With<IntegrationPages>(static (page, context) => page.WithAsync(context, page.SaveAsync)));
        foreach (var change in Change.All)
        {
            mine.MapGet($"/{{id:long}}/{change.Name}", Pages.With<IntegrationPages>((page, context) => page.WithAsync(context, (_, one) => ConfirmAsync(context, change, one))));
            mine.MapPost($"/{{id:long}}/{change.Name}", Pages.With<IntegrationPages>((page, context) => page.WithAsync(context, (_, one) => page.ChangeAsync(context, change, one))));
        }
    }

    /// <summary>Handles a request for the integration that its path names; says so where there is none.</summary>
    public async Task WithAsync(HttpContext context, Func<HttpContext, Integration, Task> handle)
    {
        var id = long.Parse((string)context.GetRouteValue("id")!, System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            if (await integrations.FindAsync(id, context.RequestAborted).ConfigureAwait(false) is { } integration)
            {
                await handle(context, integration).ConfigureAwait(false);
                return;
            }
        }
        catch (NoSuchEntityException)
        {
            // Somebody removed it between the two.
        }

        await Pages.RenderAsync<MissingPage>(context, [], StatusCodes.Status404NotFound).ConfigureAwait(false);
    }

    private async Task ListAsync(HttpContext context)
    {
        var all = await integrations.ListAsync(context.RequestAborted).ConfigureAwait(false);
        var query = GridQuery.From(context.Request.Query);
        await Pages.RenderAsync<GridPage>(context, new()
        {
            [nameof(GridPage.Query)] = query,
            [nameof(GridPage.Found)] = query.Apply(all),
            [nameof(GridPage.Total)] = all.Count,
            [nameof(GridPage.IsDeleted)] = context.Request.Query["done"] == Change.Delete.Name,
        }).ConfigureAwait(false);
    }

    private Task DetailsAsync(HttpContext context, Integration integration) => Pages.RenderAsync<DetailsPage>(context, new()
    {
        [nameof(DetailsPage.Integration)] = integration,
        [nameof(DetailsPage.Roots)] = resources.Roots,
        [nameof(DetailsPage.Done)] = context.Request.Query["done"].ToString(),
    });

    private Task EditAsync(HttpContext context, Integration integration) => integration.Type == IntegrationType.Config
        ? AdminMount.RedirectAsync(context, $"/integrations/{integration.Id}")
        : FormAsync(context, integration, IntegrationDraft.From(integration), NoErrors());

    private Task FormAsync(HttpContext context, Integration? integration, IntegrationDraft draft, Dictionary<string, string> errors) =>
        Pages.RenderAsync<FormPage>(
            context,
            new()
            {
                [nameof(FormPage.Integration)] = integration,
                [nameof(FormPage.Draft)] = draft,
                [nameof(FormPage.Errors)] = errors,
                [nameof(FormPage.Roots)] = resources.Roots,
            },
            errors.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    private async Task SaveAsync(HttpContext context, Integration? integration)
    {
        var (values, isOurs) = await forms.ReadAsync(context).ConfigureAwait(false);
        var draft = IntegrationDraft.From(values);
        var errors = NoErrors();
        if (!isOurs)
            errors[FormPage.General] = Forms.TooOld;
        else if (await grants.MissingAsync(context.User, draft.AllResources, draft.Resources).ConfigureAwait(false) is { Count: > 0 } missing)
            errors[FormPage.Permissions] = $"You can only give permissions that your own role holds. It lacks: {string.Join(", ", missing.Select(TitleOf))}.";
        else if ((await integrations.ListAsync(context.RequestAborted).ConfigureAwait(false)).Any(one => one.Id != integration?.Id && one.Name.Equals(draft.Name, StringComparison.OrdinalIgnoreCase)))
            errors["name"] = "Another integration has this name already (capital letters don't count). Choose another.";
        if (errors.Count == 0)
        {
            try
            {
                var saved = integration is null
                    ? await integrations.CreateAsync(draft.ToData(), context.RequestAborted).ConfigureAwait(false)
                    : await integrations.UpdateAsync(integration.Id, draft.ToData(), context.RequestAborted).ConfigureAwait(false);
                await AdminMount.RedirectAsync(context, $"/integrations/{saved.Id}?done=saved").ConfigureAwait(false);
                return;
            }
            catch (InputException exception)
            {
                FormPage.Sort(exception, errors);
            }
        }

        await FormAsync(context, integration, draft, errors).ConfigureAwait(false);
    }

    private static Task ConfirmAsync(HttpContext context, Change change, Integration integration, string? problem = null) =>
        Pages.RenderAsync<ConfirmPage>(
            context,
            new() { [nameof(ConfirmPage.Change)] = change, [nameof(ConfirmPage.Integration)] = integration },
            problem);

    private async Task ChangeAsync(HttpContext context, Change change, Integration integration)
    {
        var problem = (await forms.ReadAsync(context).ConfigureAwait(false)).IsOurs ? null : Forms.TooOld;
        if (problem is null)
        {
            try
            {
                await change.Apply(integrations, integration.Id, context.RequestAborted).ConfigureAwait(false);
                var next = change == Change.Delete ? "/integrations" : $"/integrations/{integration.Id}";
                await AdminMount.RedirectAsync(context, $"{next}?done={change.Name}").ConfigureAwait(false);
                return;
            }
            catch (InputException exception)
            {
                problem = Words.Of(exception);
            }
        }

        await ConfirmAsync(context, change, integration, problem).ConfigureAwait(false);
    }

    private static Dictionary<string, string> NoErrors() => new(StringComparer.Ordinal);

    private string TitleOf(string id) => resources.TitleOf(id) is var title && title == id ? id : $"{title} ({id})";
}
