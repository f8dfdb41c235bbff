namespace Declarative.RabbitMq;

/// <summary>Which events go through the broker, as the options name them.</summary>
internal sealed class CarriedEvents
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _beginnings = [];
    private readonly bool _isAll;

    public CarriedEvents(IEnumerable<string> events)
    {
        foreach (var one in events)
        {
            if (one.EndsWith('*'))
                _beginnings.Add(one[..^1]);
            else
                _names.Add(one);
        }

        _isAll = _names.Count + _beginnings.Count == 0 || _beginnings.Contains("", StringComparer.Ordinal);
    }

    public bool Contains(string name)
    {
        if (_isAll || _names.Contains(name))
            return true;
        foreach (var beginning in _beginnings)
        {
            if (name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
