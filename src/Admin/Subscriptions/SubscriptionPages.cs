using System.Globalization;
using Declarative.Admin.Deliveries;
using Declarative.Admin.Layout;
using Declarative.History;
using Declarative.Rest;
using Declarative.Subscriptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Declarative.Admin.Subscriptions;

/// <summary>Subscriptions: who gets which event; many switched on or off at once, one made, changed, tried out, deleted.</summary>
internal sealed class SubscriptionPages(SubscriptionService subscriptions, DeliveryReplays replays, Forms forms)
{
    public const string Resource = "MageOS_AsyncEvents::manage";
    private const string List = "/subscriptions";

    public static void Map(RouteGroupBuilder pages)
    {
        var mine = pages.MapGroup(List).RequirePage(Resource);
        mine.MapGet("", Pages.With<SubscriptionPages>(static (page, context) => page.ListAsync(context, null)));
        mine.MapPost("/status", Pages.With<SubscriptionPages>(static (page, context) => page.SetStatusAsync(context)));
        mine.MapGet("/new", Pages.With<SubscriptionPages>(static (_, context) => NewAsync(context, FormCollection.Empty, null)));
        mine.MapPost("/new", Pages.With<SubscriptionPages>(static (page, context) => page.CreateAsync(context)));
        mine.MapGet("/{id:long}", Pages.With<SubscriptionPages>(static (page, context) => page.ShowAsync(context, null, null)));
        mine.MapPost("/{id:long}/token", Pages.With<SubscriptionPages>(static (page, context) => page.ChangeAsync(context, "token", page.RotateAsync)));
        mine.MapPost("/{id:long}/notifier", Pages.With<SubscriptionPages>(static (page, context) => page.ChangeAsync(context, "notifier", page.SetNotifierAsync)));
        mine.MapPost("/{id:long}/status", Pages.With<SubscriptionPages>(static (page, context) => page.ChangeAsync(context, "status", page.SetOneStatusAsync)));
        mine.MapPost("/{id:long}/test", Pages.With<SubscriptionPages>(static (page, context) => page.TestAsync(context)));
        mine.MapPost("/{id:long}/replay", Pages.With<SubscriptionPages>(static (page, context) => page.ReplayAsync(context))).RequirePage(DeliveryPages.ReplayResource);
        mine.MapGet("/{id:long}/delete", Pages.With<SubscriptionPages>(static (page, context) => page.AskAsync(context, null)));
        mine.MapPost("/{id:long}/delete", Pages.With<SubscriptionPages>(static (page, context) => page.DeleteAsync(context)));
    }

    private Task ListAsync(HttpContext context, string? problem)
    {
        var (text, status) = (context.Request.Query["q"].ToString().Trim(), context.Request.Query["status"].ToString());
        var all = subscriptions.List();
        return Pages.RenderAsync<SubscriptionsPage>(
            context,
            new()
            {
                [nameof(SubscriptionsPage.Found)] = all.Where(one => Matches(one, text, status)).ToList(),
                [nameof(SubscriptionsPage.Total)] = all.Count,
                [nameof(SubscriptionsPage.Text)] = text,
                [nameof(SubscriptionsPage.Status)] = status,
                [nameof(SubscriptionsPage.Done)] = context.Request.Query["done"].ToString(),
            },
            problem);
    }

    private static bool Matches(Subscription one, string text, string status) =>
        (text.Length == 0 || new[] { one.Name, one.EventName, one.Recipient, one.Destination }.Any(value => value?.Contains(text, StringComparison.OrdinalIgnoreCase) == true))
        && status switch { "on" => one.Status == SubscriptionStatus.Active, "off" => one.Status != SubscriptionStatus.Active, _ => true };

    private Task SetStatusAsync(HttpContext context) => forms.PostAsync(
        context,
        async values =>
        {
            var ids = values["id"].Select(static value => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : (long?)null).OfType<long>().ToList();
            if (ids.Count == 0)
                throw new InputException("Tick the subscriptions first.");
            var isOn = values["to"] == "on";
            await subscriptions.SetStatusAsync(ids, isOn, context.RequestAborted).ConfigureAwait(false);
            return List + (isOn ? "?done=on" : "?done=off");
        },
        (_, problem) => ListAsync(context, problem));

    private static Task NewAsync(HttpContext context, IFormCollection values, string? problem) => Pages.RenderAsync<NewSubscriptionPage>(
        context,
        new() { [nameof(NewSubscriptionPage.Values)] = values },
        problem);

    private Task CreateAsync(HttpContext context) => forms.PostAsync(
        context,
        async values =>
        {
            var made = await subscriptions.CreateAsync(
                new NewSubscription
                {
                    EventName = values["event_name"].ToString().Trim(),
                    Recipient = values["recipient_url"].ToString().Trim(),
                    Notifier = values["metadata"].ToString() is { Length: > 0 } notifier ? notifier.Trim() : "http",
                    VerificationToken = values["verification_token"],
                    StoreId = StoreOf(values["store_id"].ToString().Trim()),
                },
                context.RequestAborted).ConfigureAwait(false);
            return Page(made.Id) + "?done=new";
        },
        (values, problem) => NewAsync(context, values, problem));

    private static int StoreOf(string field) => field.Length == 0 ? 0 : int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var store)
        ? store
        : throw new InputException("The store must be a number; 0 for the events of all stores.");

    private Task ShowAsync(HttpContext context, string? problem, TestDelivery? test)
    {
        var id = Id(context);
        if (subscriptions.Find(id) is not { } subscription)
            return MissingAsync(context, id);
        var (hasToken, previousUntil) = subscriptions.TokenOf(id);
        return Pages.RenderAsync<SubscriptionPage>(
            context,
            new()
            {
                [nameof(SubscriptionPage.Subscription)] = subscription,
                [nameof(SubscriptionPage.HasToken)] = hasToken,
                [nameof(SubscriptionPage.PreviousUntil)] = previousUntil,
                [nameof(SubscriptionPage.Test)] = test,
                [nameof(SubscriptionPage.Done)] = context.Request.Query["done"].ToString(),
            },
            problem);
    }

    private Task ChangeAsync(HttpContext context, string what, Func<HttpContext, IFormCollection, Task> change) => forms.PostAsync(
        context,
        async values =>
        {
            await change(context, values).ConfigureAwait(false);
            return $"{Page(Id(context))}?done={what}";
        },
        (_, problem) => ShowAsync(context, problem, null));

    private Task RotateAsync(HttpContext context, IFormCollection values) => double.TryParse(values["overlap"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var hours) && hours <= 24 * 30
        ? subscriptions.RotateTokenAsync(Id(context), values["verification_token"].ToString(), TimeSpan.FromHours(hours), context.RequestAborted)
        : throw new InputException("The overlap must be a number of hours, 0 to 720.");

    private Task SetNotifierAsync(HttpContext context, IFormCollection values) => subscriptions.SetNotifierAsync(Id(context), values["metadata"].ToString().Trim(), context.RequestAborted);

    private Task SetOneStatusAsync(HttpContext context, IFormCollection values) => subscriptions.SetStatusAsync([Id(context)], values["to"] == "on", context.RequestAborted);

    /// <summary>What came of it is shown at once and kept nowhere, so that the page is the answer itself.</summary>
    private async Task TestAsync(HttpContext context)
    {
        if (!(await forms.ReadAsync(context).ConfigureAwait(false)).IsOurs)
        {
            await ShowAsync(context, Forms.TooOld, null).ConfigureAwait(false);
            return;
        }

        try
        {
            await ShowAsync(context, null, await subscriptions.TestAsync(Id(context), context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (RestException exception)
        {
            await ShowAsync(context, Words.Of(exception), null).ConfigureAwait(false);
        }
    }

    private Task ReplayAsync(HttpContext context) => forms.PostAsync(
        context,
        async values =>
        {
            if (DeliveryFilter.Time(values["from"]) is not { } from)
                throw new InputException("Say from when on events are to be matched anew.");
            var to = DeliveryFilter.Time(values["to"]);
            if (to is null && !string.IsNullOrWhiteSpace(values["to"]))
                throw new InputException("The time's end can't be read; leave it empty for now.");
            var replay = await replays.ReplayEventsAsync(Id(context), from, to, context.RequestAborted).ConfigureAwait(false);
            return string.Create(CultureInfo.InvariantCulture, $"/replays/{replay.Id}");
        },
        (_, problem) => ShowAsync(context, problem, null));

    private Task AskAsync(HttpContext context, string? problem)
    {
        var id = Id(context);
        return subscriptions.Find(id) is not { } subscription ? MissingAsync(context, id) : Pages.RenderAsync<AskPage>(
            context,
            new()
            {
                [nameof(AskPage.Title)] = string.Create(CultureInfo.InvariantCulture, $"Delete subscription {id}?"),
                [nameof(AskPage.Text)] = $"{subscription.EventName} is sent to {subscription.Recipient} no more, and what waits for it is cancelled. Its log stays. This can't be undone.",
                [nameof(AskPage.Verb)] = "Delete",
                [nameof(AskPage.Action)] = Page(id) + "/delete",
                [nameof(AskPage.Back)] = Page(id),
                [nameof(AskPage.Crumbs)] = Crumbs(subscription, "Delete"),
            },
            problem);
    }

    private Task DeleteAsync(HttpContext context) => forms.PostAsync(
        context,
        async _ =>
        {
            await subscriptions.DeleteAsync(Id(context), context.RequestAborted).ConfigureAwait(false);
            return List + "?done=deleted";
        },
        (_, problem) => AskAsync(context, problem));

    internal static IReadOnlyList<Crumb> Crumbs(Subscription subscription, string? page = null)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{subscription.Id}: {subscription.Name ?? subscription.EventName}");
        return page is null ? [new("Subscriptions", List), new(name)] : [new("Subscriptions", List), new(name, Page(subscription.Id)), new(page)];
    }

    private static Task MissingAsync(HttpContext context, long id) => Pages.NotFoundAsync(context, "No such subscription", string.Create(CultureInfo.InvariantCulture, $"There is no subscription {id}. Somebody may have deleted it."), List, "All subscriptions");

    private static string Page(long id) => string.Create(CultureInfo.InvariantCulture, $"{List}/{id}");

    private static long Id(HttpContext context) => long.Parse((string)context.GetRouteValue("id")!, CultureInfo.InvariantCulture);
}
