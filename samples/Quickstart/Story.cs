using System.Diagnostics;
using Declarative.Delivery;

namespace Quickstart;

/// <summary>Tells on the console what happens: each publish, each attempt as it ends, then the trace and the sum.</summary>
public sealed class Story : IDeliveryObserver, IDisposable
{
    private readonly Stopwatch _watch = new();
    private readonly Lock _console = new();
    private readonly bool _hasColours = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
    private readonly Dictionary<Guid, string> _published = [];
    private readonly List<DeliveryAttempt> _ended = [];
    private readonly SemaphoreSlim _progress = new(0);

    public void Begin()
    {
        _watch.Start();
        Line(null, "time", "what", "event", "to", "result");
    }

    public void Published(string eventName, string what, Guid id)
    {
        lock (_console)
            _published[id] = eventName;
        Line(ConsoleColor.Cyan, Time(), "publish", eventName, "the queue", $"{what} stored as {Short(id)}");
    }

    public void AttemptFinished(DeliveryAttempt attempt)
    {
        var (colour, result) = attempt.State switch
        {
            DeliveryState.Done => (ConsoleColor.Green, "delivered"),
            DeliveryState.Dead => (ConsoleColor.Red, "dead letter"),
            _ => (ConsoleColor.Yellow, $"again in {(attempt.NextDue - attempt.Attempt.StartedAt - attempt.Attempt.Duration)?.TotalSeconds:0.0} s"),
        };
        var status = attempt.Attempt.Status?.ToString() ?? attempt.Attempt.Reason ?? "ok";
        Line(colour, Time(), $"attempt {attempt.Attempt.Number}", attempt.EventName, To(attempt.Recipient), $"{status,-4} {attempt.Attempt.Duration.TotalMilliseconds,4:0} ms  {result}");
        if (attempt.State is DeliveryState.Done or DeliveryState.Dead)
        {
            lock (_console)
                _ended.Add(attempt);
            _progress.Release();
        }
    }

    /// <summary>Waits until all deliveries have ended, tells the trace and the sum, and says whether all went as it should.</summary>
    public async Task<bool> EndAsync(int deliveries, IDeliveryLog log, Receiver receiver, string file)
    {
        for (var i = 0; i < deliveries; i++)
        {
            if (!await _progress.WaitAsync(TimeSpan.FromSeconds(30)))
            {
                Line(ConsoleColor.Red, Time(), "stopped", "", "", $"only {i} of {deliveries} deliveries ended");
                return false;
            }
        }

        var retried = _ended.Find(attempt => attempt is { State: DeliveryState.Done, Attempt.Number: > 1 });
        if (retried is not null)
        {
            var trace = (await log.TraceAsync(retried.Uuid)).Single();
            Console.WriteLine($"\nTrace of {trace.Uuid} ({trace.EventName} to {To(trace.Recipient)}), from the log:");
            foreach (var attempt in trace.Attempts)
                Console.WriteLine($"  attempt {attempt.Number}  {attempt.StartedAt:HH:mm:ss.fff}  {attempt.Status,3}  {attempt.Response}");
        }

        var dead = await log.DeadLettersAsync();
        Console.WriteLine("\nDead letters:");
        foreach (var letter in dead)
            Console.WriteLine($"  {letter.EventName} after {letter.Attempts} attempts: {letter.Reason} {letter.Status}, uuid {letter.Id}");

        var delivered = _ended.Count(attempt => attempt.State == DeliveryState.Done);
        var lines = File.Exists(file) ? (await File.ReadAllLinesAsync(file)).Length : 0;
        Console.WriteLine($"\n{_published.Count} published, {delivered} delivered, {dead.Count} dead, both signatures verified on {receiver.Verified} of {receiver.Verified + receiver.Refused} requests, {lines} line written by the file notifier, {_watch.Elapsed.TotalSeconds:0.0} s.");

        var isAsExpected = (_published.Count, delivered, dead.Count, lines) == (4, 4, 1, 1)
            && retried?.Attempt.Number == 3 && receiver is { Refused: 0, Verified: 9 };
        Line(isAsExpected ? ConsoleColor.Green : ConsoleColor.Red, isAsExpected ? "Everything went as it should." : "Something did not go as it should.");
        return isAsExpected;
    }

    public void Dispose() => _progress.Dispose();

    private string Time() => $"{_watch.Elapsed.TotalSeconds:0.00} s";

    private static string Short(Guid id) => "…" + id.ToString("N")[^8..];

    private static string To(string recipient) => recipient[(recipient.LastIndexOf('/') + 1)..];

    private void Line(ConsoleColor? colour, string time, string what, string eventName, string to, string result) =>
        Line(colour, $"{time,8}  {what,-10} {eventName,-24} {to,-11} {result}");

    private void Line(ConsoleColor? colour, string text)
    {
        lock (_console)
        {
            if (_hasColours && colour is { } one)
                Console.ForegroundColor = one;
            Console.WriteLine(text);
            if (_hasColours)
                Console.ResetColor();
        }
    }
}
