using BackOffice;
using Declarative.Storage;
using Samples;

var builder = WebApplication.CreateBuilder(args);
builder.AddTelemetry();
builder.AddDeclarative(declarative => declarative
    .UseSqlite(builder.Configuration.GetConnectionString("Declarative") ?? "Data Source=backoffice.db")
    .AddCommerceClient<ShopClient>());
builder.Services.AddSingleton<Login>().AddSingleton<Ledger>();

var app = builder.Build();

// Sets us up at the Shop: dotnet run -- onboard --dry-run --token …
if (args is ["onboard", .. var options])
    return await app.OnboardAsync(options);

// The consumers and the ingestion route of etc/event_consumers.xml.
app.MapDeclarative();

app.MapHealthChecks("/health/live", new() { Predicate = static check => check.Tags.Contains("live") });
app.MapHealthChecks("/health/ready", new() { Predicate = static check => check.Tags.Contains("ready") });

// The two pages whose URLs Shop.Sales/etc/integration/config.xml declares.
app.MapIntegrationCallback("/integration/callback");
app.MapIdentityLink("/integration/login", app.Services.GetRequiredService<Login>().AskAsync);

app.MapGet("/", async (IIntegrationTokenStore tokens, ShopClient shop, CancellationToken cancellationToken) =>
{
    if (await tokens.FindAsync(cancellationToken) is not { } link)
        return Pages.NotLinked();
    try
    {
        return Pages.Orders(link.Login, await shop.OrdersAsync(cancellationToken));
    }
    catch (HttpRequestException exception)
    {
        return Pages.NoAnswer(exception.Message);
    }
});
app.Run();
return 0;
