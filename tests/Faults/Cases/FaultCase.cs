namespace Declarative.Faults.Cases;

/// <summary>Something that breaks, and what must hold all the same.</summary>
/// <param name="id">F1, F2, ….</param>
/// <param name="title">What breaks.</param>
/// <param name="holds">What must hold.</param>
internal abstract class FaultCase(string id, string title, string holds)
{
    protected static readonly IReadOnlyList<string> Both = ["sqlite"];

    public string Id { get; } = id;

    public string Title { get; } = title;

    public string Holds { get; } = holds;

    /// <summary>The stores on which it makes sense.</summary>
    public virtual IReadOnlyList<string> Stores { get; } = ["sqlite"];

    public abstract Task RunAsync(FaultRun run);
}

internal static class FaultCases
{
    public static IReadOnlyList<FaultCase> All { get; } =
    [
        new KilledWhilePublishing(),
        new KilledWhileDelivering(),
        new KilledWhileFanningOut(),
        new LockedDatabase(),
        new FullDisk(),
        new UnusableDatabase(),
        new HostileReceivers(),
        new DeadForHours(),
        new ManySubscriptions(),
        new NoisyEndpoint(),
        new RepeatedKey(),
        new TwoProcesses(),
        new Terminated(),
        new LargeReplay(),
    ];
}
