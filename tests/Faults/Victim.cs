using System.Globalization;
using System.Text.Json;
using Declarative.Storage;
using Declarative.Subscriptions;

namespace Declarative.Faults;

/// <summary>What a victim is to do; it comes to it as JSON in its environment.</summary>
internal sealed record VictimOrders
{
    public const string Variable = "FAULTS_ORDERS";

    /// <summary><c>sqlite</c> or <c>postgresql</c>.</summary>
    public required string Store { get; init; }

    public required string Connection { get; init; }

    /// <summary>Where the events go: one subscription each.</summary>
    public IReadOnlyList<string> Receivers { get; init; } = [];

    public int First { get; init; }

    /// <summary>How many numbers to publish; none to deliver only.</summary>
    public int Count { get; init; }

    /// <summary>How many publishes at once.</summary>
    public int Publishers { get; init; } = 32;

    public string? Sabotage { get; init; }

    /// <summary>Settings besides, by key.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);
}

/// <summary>
/// A process to be broken. It publishes numbers as fast as it may and prints each one that was acknowledged (<c>ack</c>) or refused (<c>nack</c>); what it says is
/// read by the process that breaks it.
/// </summary>
internal static class Victim
{
    public static async Task<int> RunAsync()
    {
        var orders = JsonSerializer.Deserialize<VictimOrders>(Environment.GetEnvironmentVariable(VictimOrders.Variable)!)!;
        var app = FaultHost.Build(orders);
        await app.StartAsync();
        await FaultHost.SubscribeAsync(app.Services, orders.Receivers);
        Console.WriteLine("ready");
        var publisher = app.Services.GetRequiredService<ILedgerEntryPublisher>();
        await Parallel.ForEachAsync(Enumerable.Range(orders.First, orders.Count), new ParallelOptions { MaxDegreeOfParallelism = orders.Publishers }, async (number, cancellationToken) =>
        {
            if (orders.Sabotage == "acknowledge")
                Say("ack", number);
            try
            {
                await publisher.PublishAsync(number, cancellationToken: cancellationToken);
                if (orders.Sabotage != "acknowledge")
                    Say("ack", number);
            }
            catch (StoreException)
            {
                Say("nack", number);
            }
        });
        Console.WriteLine("published");
        await app.WaitForShutdownAsync();
        Console.WriteLine("ended");
        return 0;
    }

    private static void Say(string what, int number) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {number}"));
}
