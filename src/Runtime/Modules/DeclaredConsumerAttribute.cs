using System.ComponentModel;

namespace Declarative.Modules;

/// <summary>One statement of a consumer, or of an ingestion route, by a module, for the generators of the assemblies that reference it.</summary>
/// <param name="name">The consumer's name; empty for an ingestion route.</param>
/// <param name="path">Its path; empty where the file doesn't state one.</param>
/// <param name="declaredIn">The project-relative file.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class DeclaredConsumerAttribute(string name, string path, string declaredIn) : Attribute
{
    /// <summary>The consumer's name.</summary>
    public string Name { get; } = name;

    /// <summary>Its path.</summary>
    public string Path { get; } = path;

    /// <summary>Where it is stated.</summary>
    public string DeclaredIn { get; } = declaredIn;
}
