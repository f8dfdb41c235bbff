using Declarative.Delivery;
using Declarative.Subscriptions;
using Quickstart;

var folder = Directory.CreateTempSubdirectory("declarative-quickstart-");
var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Services.AddSingleton<IOrders, Orders>().AddSingleton<ICustomers, Customers>().AddSingleton<IProducts, Products>();
builder.Services.AddSingleton<Receiver>().AddSingleton<Story>().AddSingleton<IDeliveryObserver>(services => services.GetRequiredService<Story>());
builder.AddDeclarative(declarative => declarative
    .UseSqlite($"Data Source={Path.Combine(folder.FullName, "shop.db")}")
    .AddNotifier<FileNotifier>("file")
    .AddJsonContext(ShopJson.Default));

var app = builder.Build();
app.MapDeclarative();
app.Services.GetRequiredService<Receiver>().MapTo(app);
await app.StartAsync();

// Who gets what. Usually made over REST or declared; the retry list is short so that the show is.
var subscriptions = app.Services.GetRequiredService<ISubscriptionStore>();
var file = Path.Combine(folder.FullName, "orders.txt");
async Task Subscribe(string eventName, string recipient, string notifier = "http") => await subscriptions.CreateAsync(
    new NewSubscription { EventName = eventName, Recipient = recipient, Notifier = notifier, VerificationToken = Receiver.Token, Retry = "1,1,2" });
var receiver = app.Urls.First() + "/receiver";
await Subscribe("sales.order.created", $"{receiver}/orders");
await Subscribe("sales.order.created", file, "file");
await Subscribe("customer.saved", $"{receiver}/customers");
await Subscribe("catalog.product.updated", $"{receiver}/products");
await Subscribe("sales.order.deleted", $"{receiver}/orders");

// What happens in the shop: the generated publishers take exactly what the service methods take.
var story = app.Services.GetRequiredService<Story>();
story.Begin();
T Publisher<T>() where T : notnull => app.Services.GetRequiredService<T>();
story.Published("sales.order.created", "order 1042", await Publisher<ISalesOrderCreatedPublisher>().PublishAsync(1042));
story.Published("customer.saved", "customer 7", await Publisher<ICustomerSavedPublisher>().PublishAsync(7));
story.Published("catalog.product.updated", "sku teapot", await Publisher<ICatalogProductUpdatedPublisher>().PublishAsync("teapot", withTax: true));
story.Published("sales.order.deleted", "order 1041", await Publisher<ISalesOrderDeletedPublisher>().PublishAsync(new OrderDeleted(1041, "customer asked")));

var isAsExpected = await story.EndAsync(deliveries: 5, app.Services.GetRequiredService<IDeliveryLog>(), app.Services.GetRequiredService<Receiver>(), file);
if (args.Contains("--serve"))
{
    Console.WriteLine($"Serving on {app.Urls.First()}; the database is {folder.FullName}/shop.db. Ctrl+C ends it.");
    await app.WaitForShutdownAsync();
}

await app.StopAsync();
await app.DisposeAsync();
folder.Delete(recursive: true);
return isAsExpected ? 0 : 1;
