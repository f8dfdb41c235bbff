using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Delivery;

/// <summary>A notifier's key, known to DI beside the keyed service.</summary>
/// <param name="Key">The key that subscriptions name.</param>
internal sealed record NotifierRegistration(string Key);

/// <summary>The notifiers by key. Keys are case-sensitive, as in the original systems.</summary>
internal sealed class NotifierTable(IServiceProvider services, IEnumerable<NotifierRegistration> registrations)
{
    private readonly string[] _keys = [.. registrations.Select(one => one.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    private readonly Lazy<Dictionary<string, INotifier>> _notifiers = new(() => registrations
        .Select(one => one.Key)
        .Distinct(StringComparer.Ordinal)
        .ToDictionary(key => key, key => services.GetRequiredKeyedService<INotifier>(key), StringComparer.Ordinal));

    public IReadOnlyList<string> Keys => _keys;

    public INotifier? Find(string key) => _notifiers.Value.GetValueOrDefault(key);

    /// <summary>What is wrong with the registered notifiers: each is made once here, at start, not at its first delivery.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var key in _keys)
        {
            string? problem = null;
            try
            {
                services.GetRequiredKeyedService<INotifier>(key);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                problem = $"The notifier '{key}' can't be made: {exception.Message}";
            }

            if (problem is not null)
                yield return problem;
        }
    }
}
