using System.Collections.Concurrent;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>A service method that throws, hangs, gives nothing or far too much.</summary>
internal sealed class FailingService() : FaultCase("F31", "a service method throws, hangs, gives null or 50 MB", "what throws or hangs is tried again, null delivers nothing, too much is a dead letter with its reason; no event waits for another's")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        var entries = new Entries();
        await using var host = await CaseHost.StartAsync(
            run,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["Declarative:Publishing:ResolveTimeout"] = "00:00:01" },
            builder => builder.Services.AddSingleton<ILedgerEntries>(entries));
        await host.SubscribeAsync(ledger.Url + "/");
        var each = run.Times(5, 50);
        for (var number = 0; number < each * 5; number++)
        {
            await host.PublishAsync(number);
            if (Kind.Of(number) is Kind.Throws or Kind.Hangs or Kind.Healthy)
                ledger.Acknowledge(number);
        }

        await ledger.SettledAsync();
        await Eventually.True(async () => await host.Database.ScalarAsync("SELECT count(*) FROM message WHERE state IN (0, 1)") == 0);
        var dead = await host.Database.TextsAsync("SELECT reason FROM message WHERE state = 4");
        var attempts = await host.Database.ScalarAsync("SELECT max(attempts) FROM message");
        run.Figure("of each kind", $"{each}");
        run.Figure("dead letters", $"{dead.Count} ({dead.FirstOrDefault()})");
        run.Figure("calls", $"{entries.Calls}, at most {attempts} for one event");
        run.Audit(ledger);
        run.Hold(dead.Count == each && dead.TrueForAll(static reason => reason.Contains("MaxPayloadBytes", StringComparison.Ordinal)), $"{dead.Count} dead letters instead of {each}");
        run.Hold(ledger.Delivered == each * 3, $"{ledger.Delivered} of {each * 3} came");
        run.Hold(attempts == 2, $"an event took {attempts} attempts");
    }

    private static class Kind
    {
        public const int Healthy = 0;
        public const int Throws = 1;
        public const int Hangs = 2;
        public const int Nothing = 3;

        public static int Of(int number) => number % 5;
    }

    private sealed class Entries : ILedgerEntries
    {
        private static readonly string Large = new('x', 50 * 1024 * 1024);

        private readonly ConcurrentDictionary<int, bool> _called = new();
        private int _calls;

        public int Calls => _calls;

        public LedgerEntry? Get(int number)
        {
            Interlocked.Increment(ref _calls);
            var isFirst = _called.TryAdd(number, true);
            using var hung = new ManualResetEventSlim();
            switch (Kind.Of(number))
            {
                case Kind.Throws when isFirst:
                    throw new InvalidOperationException("not yet");
                case Kind.Hangs when isFirst:
                    hung.Wait(TimeSpan.FromSeconds(4));
                    break;
                case Kind.Nothing:
                    return null;
                case > Kind.Nothing:
                    return new LedgerEntry(number, Large);
            }

            return new LedgerEntry(number);
        }
    }
}
