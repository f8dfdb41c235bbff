namespace Declarative.Faults.Cases;

/// <summary>Something that breaks, and what must hold all the same.</summary>
/// <param name="id">F1, F2, ….</param>
/// <param name="title">What breaks.</param>
/// <param name="holds">What must hold.</param>
internal abstract class FaultCase(string id, string title, string holds)
{
    /// <summary>Whatever does not hang on the way a store is made.</summary>
    protected static readonly IReadOnlyList<string> Both = ["sqlite", "postgresql"];

    protected static readonly IReadOnlyList<string> PostgreSqlOnly = ["postgresql"];

    protected static readonly IReadOnlyList<string> RabbitMqOnly = ["rabbitmq"];

    public string Id { get; } = id;

    public string Title { get; } = title;

    public string Holds { get; } = holds;

    /// <summary>The stores on which it makes sense.</summary>
    public virtual IReadOnlyList<string> Stores { get; } = ["sqlite"];

    /// <summary>Why the case can't run on a store here; null if it can.</summary>
    public virtual string? Missing(string store) => Harness.TestServers.Missing(store);

    /// <summary>For cases that mount something.</summary>
    protected static string? MissingRoot => Environment.UserName == "root" ? null : "only root may mount what this case needs.";

    public abstract Task RunAsync(FaultRun run);
}

internal static class FaultCases
{
    public static IReadOnlyList<FaultCase> All { get; } =
    [
        new KilledWhilePublishing(),
        new KilledWhileDelivering(),
        new KilledWhileFanningOut(),
        new KilledDatabase(),
        new KilledBroker(),
        new BrokerAway(),
        new MissingQueue(),
        new LockedDatabase(),
        new FullDisk(),
        new UnusableDatabase(),
        new LongReader(),
        .. HostileReceivers.All,
        new Redirects(),
        new ReboundName(),
        new PrivateAddresses(),
        new BadCertificates(),
        new DeadForHours(),
        new RetryAfter(),
        new Gone(),
        new LateAnswer(),
        new BrokenConnections(),
        new ManySubscriptions(),
        new NoisyEndpoint(),
        new RepeatedKey(),
        new OtherContent(),
        new MalformedArguments(),
        new HostileXml(),
        new FailingService(),
        new UnknownEvent(),
        new TurnedClock(),
        new SkewedNodes(),
        new TwoProcesses(),
        new Terminated(),
        new RollingRestart(),
        new RotatedSecret(),
        new RemovedSubscription(),
        new LargeReplay(),
        new LargeLog(),
        new Soak(),
        new PartialFailure(),
        new ForgedCalls(),
        new BrokenLog(),
        new LostNode(),
        new StoppedNode(),
    ];
}
