using System.ComponentModel;

namespace Declarative.Modules;

/// <summary>One statement of an integration by a module, for the generators of the assemblies that reference it.</summary>
/// <param name="name">The integration's name.</param>
/// <param name="declaredIn">The project-relative file.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class DeclaredIntegrationAttribute(string name, string declaredIn) : Attribute
{
    /// <summary>The integration's name.</summary>
    public string Name { get; } = name;

    /// <summary>Where it is stated.</summary>
    public string DeclaredIn { get; } = declaredIn;

    /// <summary>Whether the file states an e-mail address.</summary>
    public bool HasEmail { get; set; }

    /// <summary>Ids of the resources that the file lists.</summary>
    public string[] Resources { get; set; } = [];

    /// <summary>Whether the file is an <c>integration.xml</c>.</summary>
    public bool IsConsolidated { get; set; }
}
