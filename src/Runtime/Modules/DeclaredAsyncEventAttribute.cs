using System.ComponentModel;

namespace Declarative.Modules;

/// <summary>One async event that a module declares, for the generators of the assemblies that reference it.</summary>
/// <param name="name">The event's name in lower case.</param>
/// <param name="declaredIn">The project-relative file, or the C# type or method that carries the attribute.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class DeclaredAsyncEventAttribute(string name, string declaredIn) : Attribute
{
    /// <summary>The event's name.</summary>
    public string Name { get; } = name;

    /// <summary>Where the event is declared.</summary>
    public string DeclaredIn { get; } = declaredIn;

    /// <summary>Names of the arguments, in the method's order; <c>payload</c> alone if the event carries its payload.</summary>
    public string[] ParameterNames { get; set; } = [];

    /// <summary>Types of the arguments, in the same order.</summary>
    public Type[] ParameterTypes { get; set; } = [];

    /// <summary>The payload's type, by which subscriptions are checked.</summary>
    public Type? Payload { get; set; }

    /// <summary>Ids of the ACL resources that a subscriber needs.</summary>
    public string[] Resources { get; set; } = [];
}
