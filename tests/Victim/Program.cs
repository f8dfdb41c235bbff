using System.Globalization;
using Declarative.Delivery;
using Declarative.Subscriptions;
using Declarative.Victim;

// A process to be killed. It publishes numbers as fast as it may and prints each one that was acknowledged; what it says is
// read by the process that kills it. Arguments: database, receiver's URL, first number, how many (0: only deliver), and
// "sabotage" to print a number before it is acknowledged, which a fair test must find out.
var (database, receiver, first, count) = (args[0], args[1], int.Parse(args[2], CultureInfo.InvariantCulture), int.Parse(args[3], CultureInfo.InvariantCulture));
var isSabotaged = args.Length > 4 && args[4] == "sabotage";

var builder = WebApplication.CreateBuilder();
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Configuration["Declarative:Delivery:AllowedNetworks:0"] = "127.0.0.0/8";
builder.Services.AddSingleton<Ledger>();
builder.AddDeclarative(declarative => declarative.UseSqlite($"Data Source={database}"));
var app = builder.Build();
app.MapDeclarative();
await app.StartAsync();
await app.Services.GetRequiredService<ISubscriptionStore>().CreateAsync(new NewSubscription
{
    EventName = "ledger.entry",
    Recipient = receiver,
    VerificationToken = "secret",
    Retry = "1,1,1,1,1,1,1,1,1,1",
});
Console.WriteLine("ready");

var publisher = app.Services.GetRequiredService<ILedgerEntryPublisher>();
await Parallel.ForEachAsync(Enumerable.Range(first, count), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (number, cancellationToken) =>
{
    if (isSabotaged)
        Say(number);
    await publisher.PublishAsync(number, cancellationToken: cancellationToken);
    if (!isSabotaged)
        Say(number);
});
Console.WriteLine("published");
await app.WaitForShutdownAsync();
Console.WriteLine("ended");

static void Say(int number) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ack {number}"));

namespace Declarative.Victim
{
    public sealed record Entry(int Number);

    public sealed class Ledger
    {
        public Entry Get(int number) => new(number);
    }
}
