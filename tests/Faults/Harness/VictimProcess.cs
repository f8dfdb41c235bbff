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

    public static VictimProcess Start(VictimOrders orders, Ledger ledger)
    {
        var victim = new VictimProcess();
        victim.Run = Run.Start(
            AppContext.BaseDirectory,
            "dotnet",
            [typeof(VictimProcess).Assembly.Location, "victim"],
            new Dictionary<string, string>(StringComparer.Ordinal) { [VictimOrders.Variable] = JsonSerializer.Serialize(orders) },
            line => victim.Hear(line, ledger));
        return victim;
    }

    public Task ReadyAsync() => Run.LineAsync(static line => line == "ready");

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
