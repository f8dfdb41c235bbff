namespace Declarative.History;

/// <summary>What is kept and what is searched. Bound from <c>Declarative:History</c>.</summary>
public sealed class HistoryOptions
{
    /// <summary>
    /// For how many days finished events stay, with their deliveries and attempts; 0 keeps them for ever. 30 unless set, as in the
    /// async events module. Adobe Commerce keeps 3.
    /// </summary>
    public int RetentionDays { get; set; } = 30;

    /// <summary>Whether payloads can be searched by their values. False unless set: each value of each payload is a row in the index.</summary>
    public bool Search { get; set; }

    internal IEnumerable<string> Problems()
    {
        if (RetentionDays is < 0 or > 36_500)
            yield return "Declarative:History:RetentionDays must be 0 to 36500.";
    }
}
