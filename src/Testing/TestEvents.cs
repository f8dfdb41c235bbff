using System.Collections;
using System.Text.Json;

namespace Declarative.Testing;

/// <summary>An event as it was published, or as a receiver got it.</summary>
/// <param name="Name">The event's name.</param>
/// <param name="Json">Its JSON: of a published one what the publisher was given, of a received one what it carries.</param>
public record TestEvent(string Name, JsonElement Json)
{
    /// <summary>The JSON as an object, with names as the wire has them: <c>order_id</c> is <c>OrderId</c>.</summary>
    /// <typeparam name="T">The object's type.</typeparam>
    public T As<T>() => Json.Deserialize<T>(Names.Wire) ?? throw new EventExpectationException($"The event '{Name}' carries null.");
}

/// <summary>An event that was published and stored.</summary>
/// <param name="Id">Its message's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Json">The arguments of its service method by name, or its payload.</param>
/// <param name="StoreId">The store that it belongs to.</param>
/// <param name="IdempotencyKey">The key under which it was published.</param>
public sealed record PublishedEvent(Guid Id, string Name, JsonElement Json, int StoreId, string? IdempotencyKey) : TestEvent(Name, Json);

/// <summary>A delivery that a receiver of the test got.</summary>
/// <param name="Name">The event's name.</param>
/// <param name="Json">What it carries, the body's <c>data</c>.</param>
/// <param name="WebhookId">By what the receiver tells repeats.</param>
/// <param name="Headers">The request's headers.</param>
public sealed record ReceivedEvent(string Name, JsonElement Json, string WebhookId, IReadOnlyDictionary<string, string> Headers) : TestEvent(Name, Json);

/// <summary>Events in the order in which they came. Copied when asked for: what comes later is not in it.</summary>
/// <typeparam name="T">Published or received ones.</typeparam>
public sealed class TestEvents<T> : IReadOnlyList<T>
    where T : TestEvent
{
    private readonly IReadOnlyList<T> _events;
    private readonly string _verb;
    private readonly IReadOnlyList<string> _warnings;

    internal TestEvents(IReadOnlyList<T> events, string verb, IReadOnlyList<string> warnings) => (_events, _verb, _warnings) = (events, verb, warnings);

    /// <inheritdoc/>
    public int Count => _events.Count;

    /// <inheritdoc/>
    public T this[int index] => _events[index];

    /// <summary>All of the name.</summary>
    /// <param name="name">The event's name.</param>
    public IReadOnlyList<T> Of(string name) => [.. _events.Where(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase))];

    /// <summary>The only one of the name.</summary>
    /// <param name="name">The event's name.</param>
    /// <exception cref="EventExpectationException">There is none, or more than one; the message says what there is, and what the application warned of.</exception>
    public T One(string name) => Of(name) is [var only] ? only : throw Unexpected($"One event '{name}' should have been {_verb}");

    /// <summary>That there is none of the name.</summary>
    /// <param name="name">The event's name.</param>
    /// <exception cref="EventExpectationException">There is one.</exception>
    public void None(string name)
    {
        if (Of(name).Count > 0)
            throw Unexpected($"No event '{name}' should have been {_verb}");
    }

    /// <summary>That there is nothing at all.</summary>
    /// <exception cref="EventExpectationException">There is something.</exception>
    public void None()
    {
        if (Count > 0)
            throw Unexpected($"Nothing should have been {_verb}");
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => _events.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private EventExpectationException Unexpected(string expectation) => new(
        (Count == 0 ? $"{expectation}, but nothing was." : $"{expectation}, but these were:\n{string.Join('\n', _events.Select(one => $"  {one.Name} {one.Json.GetRawText()}"))}")
        + (_warnings.Count == 0 ? "" : $"\nThe application says:\n{string.Join('\n', _warnings.Select(one => $"  {one}"))}"));
}

/// <summary>What a test expected is not so; the message says what is.</summary>
/// <param name="message">The message.</param>
public sealed class EventExpectationException(string message) : Exception(message);

internal static class Names
{
    public static readonly JsonSerializerOptions Wire = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, PropertyNameCaseInsensitive = true };
}
