using System.Diagnostics;
using System.Globalization;
using Declarative.Faults.Cases;
using Declarative.Faults.Harness;

namespace Declarative.Faults;

/// <summary>One case on one store: its figures, and what did not hold.</summary>
internal sealed class FaultRun(FaultCase fault, string store, FaultOptions options)
{
    private readonly List<(string Name, string Value)> _figures = [];

    public string Store => store;

    public bool IsLong => options.IsLong;

    public string? Sabotage => options.Sabotage;

    public Random Random { get; } = new(options.Seed);

    public List<string> Failures { get; } = [];

    /// <summary>So many times in a short run, as many as it takes in a long one.</summary>
    public int Times(int few, int many) => IsLong ? many : few;

    public void Figure(string name, FormattableString value) => _figures.Add((name, value.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Says what must hold; what doesn't is a failure, and the case goes on.</summary>
    public void Hold(bool holds, FormattableString otherwise)
    {
        if (!holds)
            Failures.Add(otherwise.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>As above for times and memory, which a short run beside other work can't be held to.</summary>
    public void HoldInLongRuns(bool holds, FormattableString otherwise) => Hold(holds || !IsLong, otherwise);

    /// <summary>Waits for a condition; the case fails if it does not come true within the time.</summary>
    public static async Task UntilAsync(Func<bool> condition, TimeSpan limit, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > limit)
                throw new TimeoutException($"Not within {limit}: {what}");
            await Task.Delay(2);
        }
    }

    /// <summary>What every case that publishes says: nothing acknowledged is lost, and no publish became two deliveries.</summary>
    public void Audit(Ledger ledger, int subscriptions = 1)
    {
        var (lost, repeated, split) = ledger.Audit(subscriptions);
        Figure("acknowledged", $"{ledger.Acknowledged:N0}");
        Figure("delivered", $"{ledger.Delivered:N0}");
        Figure("duplicated", $"{repeated:N0}");
        Figure("lost", $"{lost:N0}");
        Hold(ledger.Acknowledged > 0, $"nothing was acknowledged, so this proves nothing");
        Hold(lost == 0, $"{lost} acknowledged events were lost");
        Hold(split == 0, $"{split} events were fanned out more than once");
    }

    public async Task RunAsync()
    {
        var started = Stopwatch.GetTimestamp();

        // The kernel's peak of this process begins anew.
        await File.WriteAllTextAsync("/proc/self/clear_refs", "5");
        try
        {
            await fault.RunAsync(this);
        }
        catch (Exception exception)
        {
            Failures.Add(exception.ToString());
        }

        Figure("took", $"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        Figure("peak memory", $"{PeakMemory() / 1024 / 1024} MB");
    }

    /// <summary>The most that this process, in which most cases have their host, ever had in memory.</summary>
    private static long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    public void Print(TextWriter writer)
    {
        writer.WriteLine($"{fault.Id} on {store}: {fault.Title}{(Sabotage is null ? "" : ", sabotaged: " + Sabotage)}");
        writer.WriteLine("    " + string.Join("   ", _figures.Select(static figure => $"{figure.Name} {figure.Value}")));
        foreach (var failure in Failures)
            writer.WriteLine("    DOES NOT HOLD: " + failure);
    }
}
