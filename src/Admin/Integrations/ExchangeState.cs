using Declarative.Integrations;

namespace Declarative.Admin.Integrations;

/// <summary>How a token exchange stands, as the page shows it and its script asks for it.</summary>
/// <param name="State"><c>none</c>, <c>waiting</c>, <c>late</c> (the third party took too long) or <c>active</c>.</param>
/// <param name="Stage">How many of the three stages are done.</param>
/// <param name="Refusal">Why the third party's last call was refused; null if none was.</param>
public sealed record ExchangeState(string State, int Stage, string? Refusal)
{
    internal const string None = "none";
    internal const string Waiting = "waiting";
    internal const string Late = "late";
    internal const string Active = "active";

    internal static ExchangeState Of(Integration integration, DateTimeOffset now) => integration switch
    {
        { Status: IntegrationStatus.Active } => new(Active, 3, null),
        { Exchange: null } => new(None, 0, null),
        { Exchange: var exchange } => new(exchange.ExpiresAt <= now ? Late : Waiting, (int)exchange.Stage + 1, exchange.LastRefusal),
    };
}
