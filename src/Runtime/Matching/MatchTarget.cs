using Declarative.Subscriptions;

namespace Declarative.Matching;

/// <summary>What matching needs to know of a subscription.</summary>
/// <param name="SubscriptionId">Its id; for messages only.</param>
/// <param name="Name">Its name, or the event's if it has none.</param>
/// <param name="StoreId">Whose events it gets; 0 for those of all stores.</param>
/// <param name="Fields">What it gets; empty for the payload unchanged.</param>
/// <param name="Rules">All of them must hold.</param>
/// <param name="Processors">What its data goes through, in order of declaration.</param>
/// <param name="IsHipaaAuditRequired">Whether messages of exceptions, which may hold data, are kept from logs and reasons.</param>
internal sealed record MatchTarget(
    long SubscriptionId,
    string Name,
    int StoreId,
    IReadOnlyList<SubscriptionField> Fields,
    IReadOnlyList<SubscriptionRule> Rules,
    IReadOnlyList<SubscriptionProcessor> Processors,
    bool IsHipaaAuditRequired = false);

/// <summary>What became of an event and a subscription; those that simply don't match are not reported.</summary>
internal enum MatchEnd
{
    /// <summary>It is to be delivered.</summary>
    Deliver,

    /// <summary>A rule could not be decided. It counts as not matched, and somebody should read why.</summary>
    RuleError,

    /// <summary>It matches, but what it should get can't be made.</summary>
    Failed,
}

/// <summary>One subscription's outcome.</summary>
/// <param name="Target">Its index among the plan's targets.</param>
/// <param name="End">What became of it.</param>
/// <param name="Payload">What it gets; null for the payload unchanged. Equal projections are the same array.</param>
/// <param name="Failure">Why nothing is delivered.</param>
internal readonly record struct Matched(int Target, MatchEnd End, byte[]? Payload, string? Failure);
