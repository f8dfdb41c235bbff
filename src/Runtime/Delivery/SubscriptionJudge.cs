using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Telemetry;
using Declarative.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Delivery;

/// <summary>Looks every few minutes at how the subscriptions' attempts of late went, and tells which became unstable, recovered or were switched off.</summary>
internal sealed class SubscriptionJudge(
    IDeliveryStore store,
    SubscriptionCache subscriptions,
    SubscriptionNews news,
    IOptions<DeliveryOptions> options,
    TimeProvider time,
    ILogger<SubscriptionJudge> logger) : Sweeper("subscriptions' failures", Period, time, logger)
{
    /// <summary>Adobe I/O Events' figures.</summary>
    public static readonly FailureRule Adobe = new(TimeSpan.FromHours(24), 10, 0.8, TimeSpan.FromHours(24));

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    protected override async Task<bool> SweepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!options.Value.DisableFailing)
            return false;
        var verdicts = await store.JudgeAsync(Adobe, now, cancellationToken).ConfigureAwait(false);
        if (verdicts.Any(static verdict => verdict.Health == SubscriptionHealth.Disabled))
            await subscriptions.ReloadAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var verdict in verdicts)
            await news.TellAsync(verdict.SubscriptionId, StatusOf(verdict.Health), verdict.Reason).ConfigureAwait(false);
        return false;
    }

    private static string StatusOf(SubscriptionHealth health) => health switch
    {
        SubscriptionHealth.Unstable => "unstable",
        SubscriptionHealth.Recovered => "recovered",
        _ => "disabled",
    };
}
