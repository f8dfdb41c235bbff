using System.Globalization;
using Declarative.Delivery;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>Receivers that ask to be left alone: for a while, until a date, for ages, for a time that makes no sense.</summary>
internal sealed class RetryAfter() : FaultCase("F21", "429 and 503 with Retry-After: seconds, dates, negative, huge, garbage", "what makes sense is kept to, up to a day; the schedule is never shortened")
{
    private const int Schedule = 10;

    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        var now = TimeProvider.System.GetUtcNow();
        (string Value, double Seconds)[] asked =
        [
            ("60", 60), ("3600", 3_600), ("1", Schedule), ("0", Schedule), ("-5", Schedule), ("1000000000", 86_400), ("99999999999999999999", Schedule), ("soon", Schedule), ("", Schedule), ("1.5", Schedule),
            (now.AddSeconds(300).ToString("R", CultureInfo.InvariantCulture), 300), (now.AddSeconds(-300).ToString("R", CultureInfo.InvariantCulture), Schedule), (now.AddDays(400).ToString("R", CultureInfo.InvariantCulture), 86_400), ("31 Feb 2026", Schedule),
        ];
        await using var host = await CaseHost.StartAsync(run);
        var (kept, worst) = (0, 0d);
        foreach (var status in new[] { StatusCodes.Status429TooManyRequests, StatusCodes.Status503ServiceUnavailable })
        {
            foreach (var (value, seconds) in asked)
            {
                await using var receiver = await Ledger.StartAsync();
                receiver.Answer = context =>
                {
                    context.Response.Headers.RetryAfter = value;
                    return Task.FromResult(status);
                };
                await host.SubscribeAsync(receiver.Url + "/", retry: Schedule.ToString(CultureInfo.InvariantCulture));
                var published = await host.PublishAsync(kept);
                await Eventually.True(async () => (await host.DeliveriesAsync(published)).Any(one => one.Recipient == receiver.Url + "/" && one.NextDue is not null && one.Attempts.Count == 1));
                var delivery = (await host.DeliveriesAsync(published)).Single(one => one.Recipient == receiver.Url + "/");
                var attempt = delivery.Attempts[0];
                var pause = (delivery.NextDue!.Value - (attempt.StartedAt + attempt.Duration)).TotalSeconds;
                worst = Math.Max(worst, Math.Abs(pause - seconds));
                run.Hold(Math.Abs(pause - seconds) < 20, $"{status} with Retry-After '{value}': the next attempt is due in {pause:0} s instead of {seconds}");
                await host.Subscriptions.DeleteAsync(delivery.SubscriptionId);
                kept++;
            }
        }

        run.Figure("answers", $"{kept}, furthest from what was due {worst:0.0} s");
    }
}
