namespace Declarative.History;

/// <summary>What a search asks for, as a tree that a store turns into its own query.</summary>
public abstract record SearchExpression
{
    private SearchExpression()
    {
    }

    /// <summary>Whether it asks for values of payloads.</summary>
    internal static bool LooksAtValues(SearchExpression expression) => expression switch
    {
        Value => true,
        Not not => LooksAtValues(not.Part),
        Several several => several.Parts.Any(LooksAtValues),
        _ => false,
    };

    /// <summary>The paths of the values that it asks for.</summary>
    internal static IEnumerable<string> PathsOf(SearchExpression expression) => expression switch
    {
        Value value => [value.Path],
        Not not => PathsOf(not.Part),
        Several several => several.Parts.SelectMany(PathsOf),
        _ => [],
    };

    /// <summary>Whether only deliveries of one uuid can meet it.</summary>
    internal static bool HasUuid(SearchExpression? expression) => expression is Uuid || (expression is Several { IsAll: true } all && all.Parts.Any(HasUuid));

    /// <summary>All, or one, of several.</summary>
    /// <param name="Parts">At least two.</param>
    /// <param name="IsAll">True for all, false for one.</param>
    public sealed record Several(IReadOnlyList<SearchExpression> Parts, bool IsAll) : SearchExpression;

    /// <summary>The opposite.</summary>
    /// <param name="Part">What must not hold.</param>
    public sealed record Not(SearchExpression Part) : SearchExpression;

    /// <summary>The delivery's uuid.</summary>
    /// <param name="Id">The uuid.</param>
    public sealed record Uuid(Guid Id) : SearchExpression;

    /// <summary>The delivery's subscription.</summary>
    /// <param name="Id">The subscription's id.</param>
    public sealed record Subscription(long Id) : SearchExpression;

    /// <summary>Whether the receiver has accepted it; false for those whose last attempt failed.</summary>
    /// <param name="IsAccepted">Accepted or failed.</param>
    public sealed record Success(bool IsAccepted) : SearchExpression;

    /// <summary>The event's name.</summary>
    /// <param name="Pattern">The name in lower case, <c>*</c> for any characters.</param>
    public sealed record EventName(string Pattern) : SearchExpression;

    /// <summary>A value of the payload.</summary>
    /// <param name="Path">Its path, <c>customer.email</c>; elements of lists have the list's path.</param>
    /// <param name="Text">The value in lower case, as indexed.</param>
    /// <param name="IsPrefix">Whether the value only begins so.</param>
    public sealed record Value(string Path, string Text, bool IsPrefix) : SearchExpression;
}
