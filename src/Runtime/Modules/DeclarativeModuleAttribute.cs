using System.ComponentModel;

namespace Declarative.Modules;

/// <summary>
/// Marks an assembly as a module with declarations. Written by the generator; read by the generator of a host that
/// references the assembly.
/// </summary>
/// <remarks>The two constructor parameters stay as they are for ever, so that any version can tell any other's format.</remarks>
/// <param name="name">The module's name, from <c>etc/module.xml</c> or else the assembly's name with <c>_</c> for <c>.</c>.</param>
/// <param name="formatVersion">Version of the manifest form, <see cref="ModuleManifest.CurrentFormatVersion"/> when written.</param>
[AttributeUsage(AttributeTargets.Assembly)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class DeclarativeModuleAttribute(string name, int formatVersion) : Attribute
{
    /// <summary>The module's name.</summary>
    public string Name { get; } = name;

    /// <summary>Version of the manifest form.</summary>
    public int FormatVersion { get; } = formatVersion;

    /// <summary>Version of the package whose generator wrote the manifest.</summary>
    public string GeneratorVersion { get; set; } = "";

    /// <summary>The generated static class whose <c>Create()</c> gives the module's <see cref="ModuleManifest"/>.</summary>
    public Type? Manifest { get; set; }

    /// <summary>Names of the modules that must come before this one.</summary>
    public string[] Sequence { get; set; } = [];
}
