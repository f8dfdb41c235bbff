namespace Declarative.Acl;

/// <summary>How callers log in. Bound from <c>Declarative:Callers</c>.</summary>
public sealed class CallerOptions
{
    /// <summary>How long an admin's token is good for, 1 minute to 365 days. 4 hours by default, as in the originals.</summary>
    public TimeSpan AdminTokenLifetime { get; set; } = TimeSpan.FromHours(4);

    /// <summary>How long a customer's token is good for, 1 minute to 365 days. 1 hour by default, as in the originals.</summary>
    public TimeSpan CustomerTokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// After so many wrong passwords within <see cref="LockoutDuration"/> nobody can log in by that user name, not even with the
    /// right one, 1 to 1,000. 6 by default, as in the originals.
    /// </summary>
    public int MaxFailures { get; set; } = 6;

    /// <summary>How long that lasts, and within how long failures add up, 1 second to 7 days. 30 minutes by default, as in the originals.</summary>
    public TimeSpan LockoutDuration { get; set; } = TimeSpan.FromMinutes(30);

    internal TimeSpan LifetimeOf(CallerKind kind) => kind == CallerKind.Admin ? AdminTokenLifetime : CustomerTokenLifetime;

    internal IEnumerable<string> Problems()
    {
        if (!IsLifetime(AdminTokenLifetime))
            yield return "Declarative:Callers:AdminTokenLifetime must be 00:01:00 to 365.00:00:00.";
        if (!IsLifetime(CustomerTokenLifetime))
            yield return "Declarative:Callers:CustomerTokenLifetime must be 00:01:00 to 365.00:00:00.";
        if (MaxFailures is < 1 or > 1000)
            yield return "Declarative:Callers:MaxFailures must be 1 to 1000.";
        if (LockoutDuration < TimeSpan.FromSeconds(1) || LockoutDuration > TimeSpan.FromDays(7))
            yield return "Declarative:Callers:LockoutDuration must be 00:00:01 to 7.00:00:00.";
    }

    private static bool IsLifetime(TimeSpan value) => value >= TimeSpan.FromMinutes(1) && value <= TimeSpan.FromDays(365);
}
