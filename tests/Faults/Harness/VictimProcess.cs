using System.Globalization;
using System.Text.Json;
using Declarative.EndToEnd.Tests.Harness;

namespace Declarative.Faults.Harness;

/// <summary>A victim as a process of its own; what it acknowledges goes into the ledger.</summary>
internal sealed class VictimProcess : IDisposable
{
    private int _acknowledged;
    private int _refused;

    private VictimProcess()
    {
    }

    public Run Run { get; private set; } = null!;

    public int Acknowledged => Volatile.Read(ref _acknowledged);

    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Starts one; with <paramref name="within"/> that program starts it, which gets <c>dotnet …</c> as its last arguments.</summary>
    public static VictimProcess Start(VictimOrders orders, Ledger ledger, IReadOnlyList<string>? within = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var victim = new VictimProcess();
        string[] command = [.. within ?? [], "dotnet", typeof(VictimProcess).Assembly.Location, "victim"];
        victim.Run = Run.Start(
            AppContext.BaseDirectory,
            command[0],
            command[1..],
            new Dictionary<string, string>(environment ?? new Dictionary<string, string>(StringComparer.Ordinal), StringComparer.Ordinal) { [VictimOrders.Variable] = JsonSerializer.Serialize(orders) },
            line => victim.Hear(line, ledger));
        return victim;
    }

    /// <summary>The process after those that were broken: it delivers what is left, and ends in peace.</summary>
    public static async Task FinishAsync(VictimOrders orders, Ledger ledger, TimeSpan? patience = null)
    {
        using var last = Start(orders, ledger);
        await last.ReadyAsync();
        await ledger.SettledAsync(patience);
        await last.Run.TerminateAsync();
    }

    public Task ReadyAsync() => Run.LineAsync(static line => line == "ready");

    /// <summary>Where its routes are.</summary>
    public async Task<string> UrlAsync() => (await Run.LineAsync(static line => line.StartsWith("url ", StringComparison.Ordinal)))[4..];

    public Task PublishedAsync() => Run.LineAsync(static line => line == "published");

    /// <summary>Waits until it has acknowledged so many.</summary>
    public async Task AcknowledgedAsync(int count)
    {
        while (Acknowledged < count)
            await Task.Delay(1);
    }

    public void Dispose() => Run.Dispose();

    private void Hear(string line, Ledger ledger)
    {
        if (line.StartsWith("ack ", StringComparison.Ordinal))
        {
            ledger.Acknowledge(int.Parse(line.AsSpan(4), CultureInfo.InvariantCulture));
            Interlocked.Increment(ref _acknowledged);
        }
        else if (line.StartsWith("nack ", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _refused);
        }
    }
}
