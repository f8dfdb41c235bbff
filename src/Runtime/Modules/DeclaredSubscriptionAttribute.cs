using System.ComponentModel;

namespace Declarative.Modules;

/// <summary>One statement of a subscription by a module, for the generators of the assemblies that reference it.</summary>
/// <param name="name">The subscription's name in lower case.</param>
/// <param name="declaredIn">The project-relative file.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class DeclaredSubscriptionAttribute(string name, string declaredIn) : Attribute
{
    /// <summary>The subscription's name.</summary>
    public string Name { get; } = name;

    /// <summary>Where it is stated.</summary>
    public string DeclaredIn { get; } = declaredIn;

    /// <summary>The event, if the subscription has a name of its own; empty if not.</summary>
    public string Parent { get; set; } = "";

    /// <summary>The paths that it selects.</summary>
    public string[] Fields { get; set; } = [];

    /// <summary>The fields that its rules compare.</summary>
    public string[] RuleFields { get; set; } = [];

    /// <summary>The operators of its rules, in the same order.</summary>
    public string[] RuleOperators { get; set; } = [];
}
