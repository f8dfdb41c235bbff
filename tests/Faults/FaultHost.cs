using Declarative.Storage;
using Declarative.Subscriptions;

namespace Declarative.Faults;

/// <summary>An application with one event, as victims and cases run it.</summary>
internal static class FaultHost
{
    private const string Password = "a password of nobody 1";

    public static WebApplication Build(VictimOrders orders, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddSimpleConsole(static console => console.SingleLine = true).SetMinimumLevel(LogLevel.Error);
        builder.Configuration["Declarative:Delivery:AllowedNetworks:0"] = "127.0.0.0/8";
        builder.Configuration["Declarative:Secrets:Key"] = Convert.ToBase64String(new byte[32]);
        builder.Configuration["Declarative:Admin:Username"] = "faults";
        builder.Configuration["Declarative:Admin:Password"] = Password;
        builder.Configuration.AddInMemoryCollection(orders.Settings);
        builder.Services.AddSingleton<ILedgerEntries, LedgerEntries>();
        builder.AddDeclarative(declarative => _ = orders.Store switch
        {
            "sqlite" => declarative.UseSqlite(orders.Connection),
            _ => throw new NotSupportedException($"There is no store '{orders.Store}'."),
        });
        if (orders.Sabotage == "lease")
            Sabotage(builder.Services);
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapDeclarative();
        return app;
    }

    public static async Task SubscribeAsync(IServiceProvider services, IEnumerable<string> receivers, string retry = "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1")
    {
        foreach (var receiver in receivers)
        {
            await services.GetRequiredService<ISubscriptionStore>().CreateAsync(new NewSubscription
            {
                EventName = "ledger.entry",
                Recipient = receiver,
                VerificationToken = "secret",
                Retry = retry,
            });
        }
    }

    /// <summary>A client of the host's REST routes that may do everything.</summary>
    public static async Task<HttpClient> SignInAsync(WebApplication app)
    {
        var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        using var answer = await client.PostAsJsonAsync("/rest/V1/integration/admin/token", new { username = "faults", password = Password });
        answer.EnsureSuccessStatusCode();
        client.DefaultRequestHeaders.Authorization = new("Bearer", await answer.Content.ReadFromJsonAsync<string>());
        return client;
    }

    /// <summary>One token for all leases: whoever had one once may still complete.</summary>
    private static void Sabotage(IServiceCollection services)
    {
        var messages = services.Single(static service => service.ServiceType == typeof(IMessageStore));
        services.Remove(messages);
        services.AddSingleton<IMessageStore>(provider => new UncheckedMessages((IMessageStore)ActivatorUtilities.CreateInstance(provider, messages.ImplementationType!)));
    }

    private sealed class UncheckedMessages(IMessageStore store) : IMessageStore
    {
        public Task<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken) => store.AppendAsync(messages, cancellationToken);

        public Task<Claimed<ClaimedMessage>> ClaimAsync(Claim<string> claim, CancellationToken cancellationToken) => store.ClaimAsync(claim with { LeaseToken = 1 }, cancellationToken);

        public Task<int> CompleteAsync(IReadOnlyList<MessageOutcome> outcomes, DateTimeOffset now, CancellationToken cancellationToken) => store.CompleteAsync(outcomes, now, cancellationToken);
    }
}

/// <summary>What an event tells of.</summary>
/// <param name="Number">Its number.</param>
public sealed record LedgerEntry(int Number);

/// <summary>Where the payloads come from.</summary>
public interface ILedgerEntries
{
    /// <summary>An entry by its number.</summary>
    LedgerEntry Get(int number);
}

internal sealed class LedgerEntries : ILedgerEntries
{
    public LedgerEntry Get(int number) => new(number);
}
