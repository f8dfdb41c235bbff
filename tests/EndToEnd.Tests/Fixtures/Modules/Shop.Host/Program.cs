using System.Text;
using Declarative.Delivery;
using Declarative.Subscriptions;
using Declarative.Events;
using System.Text.Json;
using Shop.Loyalty;
using Shop.Loyalty.Events;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Services.AddSingleton<Shop.Catalog.Products>().AddSingleton<LoyaltyProducts>();
builder.AddDeclarative(declarative => declarative
    .UseSqlite($"Data Source={Path.Combine(Directory.CreateTempSubdirectory("shop-host-").FullName, "shop.db")}")
    .AddNotifier<ConsoleNotifier>("console"));
var app = builder.Build();
app.MapDeclarative();
await app.StartAsync();

var subscriptions = app.Services.GetRequiredService<ISubscriptionStore>();
await subscriptions.CreateAsync(new NewSubscription { EventName = "catalog.product.updated", Recipient = "here", Notifier = "console" });
await app.Services.GetRequiredService<IEventPublisher>().PublishAsync("catalog.product.updated", JsonDocument.Parse("""{"sku":"teapot"}""").RootElement);
try
{
    await app.Services.GetRequiredService<ILoyaltyPointsEarnedPublisher>().PublishAsync(new PointsEarned(7, 100));
    Console.WriteLine("points published");
}
catch (Exception exception)
{
    Console.WriteLine(exception.Message);
}

await ConsoleNotifier.Delivered.Task;
await app.StopAsync();

public sealed class ConsoleNotifier : INotifier
{
    public static TaskCompletionSource Delivered { get; } = new();

    public string? Validate(string recipient) => null;

    public Task<NotifierResult> NotifyAsync(Notification notification, CancellationToken cancellationToken)
    {
        Console.WriteLine($"delivered {Encoding.UTF8.GetString(notification.Payload.Span)}");
        Delivered.TrySetResult();
        return Task.FromResult(NotifierResult.Success());
    }
}
