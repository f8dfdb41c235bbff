namespace Declarative;

/// <summary>Names the assembly's module and what it comes after: the counterpart of <c>etc/module.xml</c>.</summary>
/// <param name="name">The module's name, <c>Vendor_Module</c>.</param>
/// <param name="after">Modules whose declarations come before this one's, so that this one's win. One that is not there is passed over.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class ModuleAttribute(string name, params string[] after) : Attribute
{
    /// <summary>The module's name.</summary>
    public string Name { get; } = name;

    /// <summary>The modules that come before it.</summary>
    public string[] After { get; } = after;
}
