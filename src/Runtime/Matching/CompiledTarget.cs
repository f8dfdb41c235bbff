namespace Declarative.Matching;

/// <summary>A subscription, ready to be matched.</summary>
/// <param name="Target">What was compiled.</param>
/// <param name="Rules">The numbers of its rules.</param>
/// <param name="Projection">What it gets; null for the payload unchanged.</param>
/// <param name="Processors">What that goes through, in order.</param>
/// <param name="Failure">Why a matching event can't be delivered to it.</param>
internal sealed record CompiledTarget(MatchTarget Target, int[] Rules, Projection? Projection, IEventProcessor[] Processors, string? Failure)
{
    public int StoreId { get; } = Target.StoreId;

    /// <summary>What only shows when the projections are complete.</summary>
    public string? Problem => Failure ?? Projection?.Failure;
}
