using System.Text.Json.Nodes;

namespace Declarative.Events;

/// <summary>What there is to know of a declared event.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Module">The module whose statement of it counts.</param>
/// <param name="Kind">
/// <c>service</c>: a service method makes the payload; <c>payload</c>: its publisher gives it; <c>plugin</c>: calls of a service method are told of.
/// </param>
/// <param name="DeclaredIn">The project-relative file, or the C# type or method that carries the attribute.</param>
/// <param name="Service">The service and its method, <c>Shop.Sales.IOrders.Get</c>; null if the publisher gives the payload.</param>
/// <param name="Parameters">What the method takes.</param>
/// <param name="Resources">The ACL resources that a subscriber needs.</param>
/// <param name="Payload">The payload, as a field without a name.</param>
/// <param name="Sample">A payload as one could be.</param>
/// <param name="SchemaUrl">Where this host gives the payload's JSON Schema.</param>
public sealed record EventInfo(
    string Name,
    string Module,
    string Kind,
    string DeclaredIn,
    string? Service,
    IReadOnlyList<EventParameter> Parameters,
    IReadOnlyList<string> Resources,
    EventField Payload,
    JsonNode? Sample,
    string SchemaUrl);

/// <summary>A parameter of an event's service method.</summary>
/// <param name="Name">Its name on the wire.</param>
/// <param name="Type">Its type on the wire, as <see cref="EventField.Type"/>.</param>
/// <param name="IsRequired">Whether a message must hold it.</param>
public sealed record EventParameter(string Name, string Type, bool IsRequired);

/// <summary>A field of a payload.</summary>
/// <param name="Name">Its name on the wire; empty for the payload itself, <c>*</c> for the values of a dictionary.</param>
/// <param name="Type">
/// Its type as JSON Schema calls it (<c>string</c>, <c>integer</c>, <c>number</c>, <c>boolean</c>, <c>object</c>), with a format as in <c>string (date-time)</c> and
/// <c>[]</c> behind it for a list; <c>any</c> if it isn't known.
/// </param>
/// <param name="IsRequired">Whether it is always there: what is null is left out.</param>
/// <param name="Fields">The fields of the object, or of the list's objects; empty where they lie deeper than was asked for, or in an object of the same type, and after 4,096 fields.</param>
public sealed record EventField(string Name, string Type, bool IsRequired, IReadOnlyList<EventField> Fields);
