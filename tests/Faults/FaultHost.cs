using Declarative.Subscriptions;

namespace Declarative.Faults;

/// <summary>An application with one event, as victims and cases run it.</summary>
internal static class FaultHost
{
    private const string Password = "a password of nobody 1";

    /// <summary>Where nodes share a store a lost one's work waits for the lease's end: the shortest that the times below allow.</summary>
    private static readonly Dictionary<string, string?> ShortLeases = new(StringComparer.Ordinal)
    {
        ["Declarative:Delivery:ConnectTimeout"] = "00:00:02",
        ["Declarative:Delivery:AttemptTimeout"] = "00:00:05",
        ["Declarative:Delivery:LeaseDuration"] = "00:00:15",
        ["Declarative:Publishing:ResolveTimeout"] = "00:00:07",
    };

    public static WebApplication Build(VictimOrders orders, Action<WebApplicationBuilder>? configure = null, Action<DeclarativeBuilder>? declare = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddSimpleConsole(static console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Configuration["Declarative:Delivery:AllowedNetworks:0"] = "127.0.0.0/8";
        builder.Configuration["Declarative:Secrets:Key"] = Convert.ToBase64String(new byte[32]);
        builder.Configuration["Declarative:Admin:Username"] = "faults";
        builder.Configuration["Declarative:Admin:Password"] = Password;
        if (orders.Store == "postgresql")
            builder.Configuration.AddInMemoryCollection(ShortLeases);
        builder.Configuration.AddInMemoryCollection(orders.Settings);
        builder.Services.AddSingleton<ILedgerEntries, LedgerEntries>();
        configure?.Invoke(builder);
        builder.AddDeclarative(declarative =>
        {
            _ = orders.Store == "postgresql" ? declarative.UsePostgreSql(orders.Connection) : declarative.UseSqlite(orders.Connection);
            if (orders.Broker is not null)
                declarative.UseRabbitMq(orders.Broker);
            declare?.Invoke(declarative);
        });
        if (orders.Sabotage == "lease")
            UncheckedLeases.BuildIn(builder.Services);
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
    public static async Task<HttpClient> SignInAsync(string url)
    {
        var client = new HttpClient { BaseAddress = new Uri(url) };
        using var answer = await client.PostAsJsonAsync("/rest/V1/integration/admin/token", new { username = "faults", password = Password });
        answer.EnsureSuccessStatusCode();
        client.DefaultRequestHeaders.Authorization = new("Bearer", await answer.Content.ReadFromJsonAsync<string>());
        return client;
    }
}

/// <summary>What an event tells of.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Text">What fills it.</param>
public sealed record LedgerEntry(int Number, string? Text = null);

/// <summary>Where the payloads come from.</summary>
public interface ILedgerEntries
{
    /// <summary>An entry by its number.</summary>
    LedgerEntry? Get(int number);
}

internal sealed class LedgerEntries : ILedgerEntries
{
    public LedgerEntry? Get(int number) => new(number);
}
