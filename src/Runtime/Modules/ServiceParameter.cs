using System.Text;
using System.Text.Json;

namespace Declarative.Modules;

/// <summary>One argument of a declared service method, of an event as of a route.</summary>
/// <param name="name">The parameter's name as in C#; its snake_case form is accepted on the wire too.</param>
/// <param name="type">The parameter's type.</param>
/// <param name="isRequired">False if it may be left out: it has a default, or it may be null.</param>
public sealed class ServiceParameter(string name, Type type, bool isRequired = true)
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name);
    private readonly byte[] _snakeCaseName = Encoding.UTF8.GetBytes(JsonNamingPolicy.SnakeCaseLower.ConvertName(name));

    /// <summary>The parameter's name as in C#.</summary>
    public string Name { get; } = name;

    /// <summary>The parameter's name on the wire, in snake_case.</summary>
    public string SnakeCaseName { get; } = JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    /// <summary>The parameter's type.</summary>
    public Type Type { get; } = type;

    /// <summary>Whether a message or request must hold it.</summary>
    public bool IsRequired { get; } = isRequired;

    /// <summary>Whether the property name that the reader stands on names this parameter.</summary>
    internal bool IsNamedBy(ref Utf8JsonReader reader) => reader.ValueTextEquals(_name) || reader.ValueTextEquals(_snakeCaseName);
}
