using System.Text.Json.Nodes;
using Declarative.Eventing;
using Declarative.Merging;

namespace Declarative.Commerce;

/// <summary>
/// Brings the commerce side to what a plan says: event providers, eventing's settings, subscriptions by name, and registrations of consumers. What is there
/// already stays, so that the same plan a second time changes nothing.
/// </summary>
/// <param name="plan">The plan.</param>
/// <param name="api">The commerce side.</param>
/// <param name="isDryRun">Whether it is only told what would be done.</param>
internal sealed class OnboardingRun(OnboardingPlan plan, CommerceApi api, bool isDryRun)
{
    private readonly List<OnboardingStep> _steps = [];

    // A provider that is there under another id goes by that.
    private readonly Dictionary<string, string> _providers = new(StringComparer.Ordinal);

    /// <summary>What was done so far, and would be.</summary>
    public IReadOnlyList<OnboardingStep> Steps => _steps;

    /// <exception cref="OnboardingException">The commerce side refuses something, or doesn't answer.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await ProvidersAsync(cancellationToken).ConfigureAwait(false);
        if (plan.Events.Count > 0)
            await SubscribeAsync(cancellationToken).ConfigureAwait(false);
        if (plan.Registrations.Count > 0)
            await RegisterAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task ProvidersAsync(CancellationToken cancellationToken)
    {
        var options = plan.Options;
        var settings = new (string Name, string? Value)[] { ("provider_id", options.ProviderId), ("instance_id", options.InstanceId), ("merchant_id", options.MerchantId), ("environment_id", options.EnvironmentId) }.Where(static one => one.Value is not null).ToList();
        if (options.Providers.Count + settings.Count == 0)
            return;
        var there = (await api.GetAsync("eventing/eventProvider", OnboardingException.Existing, cancellationToken).ConfigureAwait(false) as JsonArray ?? []).OfType<JsonObject>().ToList();
        foreach (var provider in options.Providers)
            await ProviderAsync(provider, there, cancellationToken).ConfigureAwait(false);
        if (settings.Count > 0)
            await ConfigureAsync(settings, there.Find(static one => one["id"] is null), cancellationToken).ConfigureAwait(false);
    }

    private async Task ProviderAsync(OnboardingProvider wanted, List<JsonObject> there, CancellationToken cancellationToken)
    {
        // The default one, which has no row, may be one of the rows too; that knows more.
        var known = there.OrderBy(static one => one["id"] is null).FirstOrDefault(one => one["provider_id"]?.ToString() == wanted.ProviderId)
            ?? there.Find(one => wanted.Label is not null && one["label"]?.ToString() == wanted.Label && one["instance_id"]?.ToString() == wanted.InstanceId);
        if (known is not null)
        {
            var id = known["provider_id"]?.ToString() ?? "";
            _providers[wanted.ProviderId!] = id;
            var isSame = known["instance_id"]?.ToString() == wanted.InstanceId && (wanted.Label is null || known["label"] is null || known["label"]?.ToString() == wanted.Label);
            Add("provider", wanted.ProviderId!, isSame ? Change.Kept : Change.Left, isSame ? id == wanted.ProviderId ? "" : $"as '{id}', by its label" : "is there with another instance or label; change it by PUT eventing/eventProvider");
            return;
        }

        if (!isDryRun)
        {
            var body = new JsonObject { ["eventProvider"] = new JsonObject { ["provider_id"] = wanted.ProviderId, ["instance_id"] = wanted.InstanceId, ["label"] = wanted.Label, ["description"] = wanted.Description } };
            await api.SendAsync(HttpMethod.Post, "eventing/eventProvider", body, OnboardingException.Provider, wanted.ProviderId!, cancellationToken).ConfigureAwait(false);
        }

        Add("provider", wanted.ProviderId!, Change.Created, $"instance {wanted.InstanceId}");
    }

    private async Task ConfigureAsync(List<(string Name, string? Value)> settings, JsonObject? standing, CancellationToken cancellationToken)
    {
        // Merchant and environment are never read back; setting them again changes nothing.
        bool IsReadable(string name) => name is "provider_id" or "instance_id";
        string? ValueOf((string Name, string? Value) setting) => setting.Name == "provider_id" ? ProviderId(setting.Value!) : setting.Value;
        var isSame = settings.TrueForAll(one => !IsReadable(one.Name) || standing?[one.Name]?.ToString() == ValueOf(one));
        var unreadable = settings.Where(one => !IsReadable(one.Name)).Select(static one => one.Name).ToList();
        if (!isDryRun && (!isSame || unreadable.Count > 0))
        {
            var config = new JsonObject([.. settings.Select(one => KeyValuePair.Create<string, JsonNode?>(one.Name, ValueOf(one)))]);
            await api.SendAsync(HttpMethod.Put, "eventing/updateConfiguration", new JsonObject { ["config"] = config }, OnboardingException.Configuration, "eventing/updateConfiguration", cancellationToken).ConfigureAwait(false);
        }

        Add("configuration", "eventing", isSame ? Change.Kept : Change.Updated, isSame && unreadable.Count > 0 ? $"{string.Join(" and ", unreadable)} can't be read back, so set again" : string.Join(", ", settings.Select(one => $"{one.Name} {ValueOf(one)}")));
    }

    private async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        var there = (await api.GetAsync("eventing/getEventSubscriptions", OnboardingException.Subscription, cancellationToken).ConfigureAwait(false) as JsonArray ?? []).OfType<JsonObject>().ToList();
        foreach (var planned in plan.Events)
        {
            var wanted = (JsonObject)planned.DeepClone();
            if (wanted["provider_id"]?.ToString() is { } provider)
                wanted["provider_id"] = ProviderId(provider);
            var name = (string)wanted["name"]!;
            var known = there.Find(one => one["name"]?.ToString() == name);
            var where = $"to the destination {wanted["destination"]?.ToString() ?? DestinationTable.Default}";
            if (known is not null && IsSame(wanted, known))
            {
                Add("subscription", name, Change.Kept, where);
                continue;
            }

            // A plugin event's subscription that is on can't be replaced, and switching it off for a moment would lose events.
            if (known is not null && EventName.IsPlugin(wanted["parent"]?.ToString() ?? name))
            {
                Add("subscription", name, Change.Left, "is there otherwise; unsubscribe it first");
                continue;
            }

            if (!isDryRun)
                await api.SendAsync(HttpMethod.Post, "eventing/eventSubscribe", new JsonObject { ["event"] = wanted }, OnboardingException.Subscription, name, cancellationToken).ConfigureAwait(false);
            Add("subscription", name, known is null ? Change.Created : Change.Updated, where);
        }
    }

    private async Task RegisterAsync(CancellationToken cancellationToken)
    {
        var answer = await api.GetAsync("async_events", OnboardingException.Registration, cancellationToken).ConfigureAwait(false);
        var there = ((answer as JsonObject)?["items"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        foreach (var one in plan.Registrations)
        {
            if (one.IsLeft)
            {
                Add("registration", one.EventName, Change.Left, "comes under the application's prefix; name it in the list of events, with a destination that leads to " + one.Url);
                continue;
            }

            var known = there.Find(other => EventName.Key(other["event_name"]?.ToString() ?? "") == EventName.Key(one.EventName) && other["recipient_url"]?.ToString() == one.Url && other["store_id"]?.ToString() == "0");

            // Also for one that is there: it is refused if its secret is another one.
            if (!isDryRun)
            {
                var body = new JsonObject { ["asyncEvent"] = new JsonObject { ["event_name"] = one.EventName, ["recipient_url"] = one.Url, ["verification_token"] = one.Secret, ["metadata"] = "http" } };
                await api.SendAsync(HttpMethod.Post, "async_event", body, OnboardingException.Registration, one.EventName, cancellationToken).ConfigureAwait(false);
            }

            Add("registration", one.EventName, known is null ? Change.Created : known["status"]?.ToString() == "true" ? Change.Kept : Change.Updated, "to " + one.Url);
        }
    }

    /// <summary>Whether the subscription is as wanted; what isn't stated may be anything.</summary>
    private static bool IsSame(JsonObject wanted, JsonObject known) =>
        EventName.Stored(wanted["parent"]?.ToString() ?? "") == (known["parent"]?.ToString() ?? "")
        && (wanted["destination"]?.ToString() ?? DestinationTable.Default) == known["destination"]?.ToString()
        && (wanted["provider_id"] is null || wanted["provider_id"]?.ToString() == known["provider_id"]?.ToString())
        && (wanted["priority"]?.ToString() ?? "false") == (known["priority"]?.ToString() ?? "false")
        && (wanted["hipaa_audit_required"] is null || wanted["hipaa_audit_required"]!.ToString() == known["hipaa_audit_required"]?.ToString())
        && Texts(wanted["fields"], "name", "converter", "source").SequenceEqual(Texts(known["fields"], "name", "converter", "source"), StringComparer.Ordinal)
        && Texts(wanted["rules"], "field", "operator", "value").SequenceEqual(Texts(known["rules"], "field", "operator", "value"), StringComparer.Ordinal);

    private static IEnumerable<string> Texts(JsonNode? list, params string[] names) =>
        (list as JsonArray ?? []).SelectMany(one => names.Select(name => (one as JsonObject)?[name]?.ToString() ?? ""));

    private string ProviderId(string stated) => _providers.GetValueOrDefault(stated, stated);

    private void Add(string kind, string name, Change change, string detail) => _steps.Add(new OnboardingStep(kind, name, change, detail));
}

/// <summary>What became of a thing.</summary>
internal enum Change
{
    /// <summary>It was made.</summary>
    Created,

    /// <summary>It was there otherwise, and was changed.</summary>
    Updated,

    /// <summary>It is there already.</summary>
    Kept,

    /// <summary>It is not as the plan says, and somebody else must change it.</summary>
    Left,
}

/// <summary>One thing of a plan.</summary>
/// <param name="Kind"><c>provider</c>, <c>configuration</c>, <c>subscription</c> or <c>registration</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Change">What became of it.</param>
/// <param name="Detail">More, for people.</param>
internal sealed record OnboardingStep(string Kind, string Name, Change Change, string Detail);
