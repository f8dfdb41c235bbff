namespace Declarative.Secrets;

/// <summary>A subscription's verification token, and the one before it while a rotation's overlap lasts. Never written to a log: <see cref="ToString"/> hides it.</summary>
public sealed class SubscriptionSecret
{
    private readonly string _token;

    internal SubscriptionSecret(string token, string? previous = null, DateTimeOffset? previousUntil = null)
    {
        _token = token;
        Current = new SigningKey(token);
        Previous = previous is null ? null : new SigningKey(previous);
        PreviousUntil = previousUntil;
    }

    internal SigningKey Current { get; }

    internal SigningKey? Previous { get; }

    internal DateTimeOffset? PreviousUntil { get; }

    /// <summary>The token as typed, for notifiers that sign or authenticate by it.</summary>
    public string Reveal() => _token;

    /// <summary>Not the token.</summary>
    public override string ToString() => "(secret)";
}
