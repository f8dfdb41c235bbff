namespace Declarative.Tests.Fixtures;

/// <summary>The real clock, set wrong.</summary>
public sealed class WrongTime(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
}
