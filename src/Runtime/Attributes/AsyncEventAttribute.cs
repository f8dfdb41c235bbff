namespace Declarative;

/// <summary>
/// Declares an async event in C#: the counterpart of an <c>async_event</c> element in <c>etc/async_events.xml</c>,
/// checked by the same rules.
/// </summary>
/// <remarks>
/// On a method, the method is the event's service method: publishers take its parameters, the worker calls it, and its
/// result is the payload. On a class, record or struct, the type is the payload itself and nothing is resolved later.
/// </remarks>
/// <param name="name">The event's name: letters, digits, <c>.</c>, <c>_</c> and <c>-</c>; stored in lower case.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class AsyncEventAttribute(string name) : Attribute
{
    /// <summary>The event's name as written.</summary>
    public string Name { get; } = name;

    /// <summary>Ids of the ACL resources that a subscriber needs, all of them. None by default.</summary>
    public string[] Resources { get; set; } = [];
}
