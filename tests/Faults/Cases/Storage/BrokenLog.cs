using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>The log's target is gone: its provider throws at each line, the hostile receiver and a locked store see to it that there are lines.</summary>
internal sealed class BrokenLog() : FaultCase("F45", "log target down: each line throws", "deliveries, retries and the recovery of a failed store go on as ever")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        await using var refusing = await Ledger.StartAsync();
        var thrower = new Throwing();
        await using var host = await CaseHost.StartAsync(run, configure: builder => builder.Logging.AddProvider(thrower));
        var requests = 0;
        ledger.Answer = _ => Task.FromResult(Interlocked.Increment(ref requests) % 3 == 0 ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK);
        refusing.Answer = static _ => Task.FromResult(StatusCodes.Status400BadRequest);
        await host.SubscribeAsync(ledger.Url + "/", retry: "0,0,0,0,0,0,0,0,0,0,0,0");
        await host.SubscribeAsync(refusing.Url + "/", retry: "0");
        thrower.IsDown = true;
        var events = run.Times(500, 10_000);
        await Publishing.PublishAsync(host.Services, 0, events, ledger);
        await ledger.SettledAsync();
        await Eventually.True(async () => await host.Database.ScalarAsync("SELECT count(*) FROM delivery WHERE state = 3") == events);

        // The store fails for a while: the loops' lines about it throw too.
        await host.Database.ExecuteAsync("ALTER TABLE delivery RENAME TO delivery_away");
        await Task.Delay(TimeSpan.FromSeconds(1));
        await host.Database.ExecuteAsync("ALTER TABLE delivery_away RENAME TO delivery");
        await Publishing.PublishAsync(host.Services, events, events, ledger);
        await ledger.SettledAsync();
        await Eventually.True(async () => await host.Database.ScalarAsync("SELECT count(*) FROM delivery WHERE state IN (0, 1)") == 0);
        run.Figure("lines that threw", $"{thrower.Lines:N0}");
        run.Hold(thrower.Lines > events, $"only {thrower.Lines} lines were logged");
        run.Audit(ledger);
    }

    private sealed class Throwing : ILoggerProvider, ILogger
    {
        private int _lines;

        public bool IsDown { get; set; }

        public int Lines => _lines;

        public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("Declarative", StringComparison.Ordinal) ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsDown)
                return;
            Interlocked.Increment(ref _lines);
            throw new IOException("the log's target is down");
        }

        public void Dispose()
        {
        }
    }
}
