using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
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

    /// <summary>The URI of a RabbitMQ that events go through; null for none.</summary>
    public string? Broker { get; init; }

    /// <summary>The retry schedule of the subscriptions.</summary>
    public string Retry { get; init; } = "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1";

    /// <summary>Where the events go: one subscription each.</summary>
    public IReadOnlyList<string> Receivers { get; init; } = [];

    public int First { get; init; }

    /// <summary>How many numbers to publish; none to deliver only.</summary>
    public int Count { get; init; }

    /// <summary>How many publishes at once.</summary>
    public int Publishers { get; init; } = 32;

    /// <summary>How many to publish in a second; 0 for as many as can be.</summary>
    public int PerSecond { get; init; }

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
        await FaultHost.SubscribeAsync(app.Services, orders.Receivers, orders.Retry);
        Console.WriteLine("url " + app.Urls.First());
        Console.WriteLine("ready");
        var publisher = app.Services.GetRequiredService<ILedgerEntryPublisher>();
        await Parallel.ForEachAsync(NumbersAsync(orders, app.Lifetime.ApplicationStopping), new ParallelOptions { MaxDegreeOfParallelism = orders.Publishers }, async (number, cancellationToken) =>
        {
            if (orders.Sabotage == "acknowledge")
                Say("ack", number);
            try
            {
                await publisher.PublishAsync(number, cancellationToken: cancellationToken);
                if (orders.Sabotage != "acknowledge")
                    Say("ack", number);
            }
            catch (Exception exception) when (exception is StoreException || app.Lifetime.ApplicationStopping.IsCancellationRequested)
            {
                Say("nack", number);

                // As a client would that was told to come again.
                await Task.Delay(20, CancellationToken.None);
            }
        });
        Console.WriteLine("published");
        await app.WaitForShutdownAsync();
        Console.WriteLine("ended");
        return 0;
    }

    private static async IAsyncEnumerable<int> NumbersAsync(VictimOrders orders, [EnumeratorCancellation] CancellationToken stopping)
    {
        var started = Stopwatch.StartNew();
        for (var i = 0; i < orders.Count && !stopping.IsCancellationRequested; i++)
        {
            if (orders.PerSecond > 0 && TimeSpan.FromSeconds((double)i / orders.PerSecond) - started.Elapsed is { Ticks: > 0 } early)
                await Task.Delay(early, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            yield return orders.First + i;
        }
    }

    private static void Say(string what, int number) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {number}"));
}
