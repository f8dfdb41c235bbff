using System;

namespace Declarative.Generator.Declarations;

/// <summary>What <c>etc/module.xml</c> says.</summary>
internal sealed record ModuleDeclaration(Positioned Name, EquatableArray<Positioned> Sequence)
{
    /// <summary>The name of a module without a <c>module.xml</c>.</summary>
    public static string DefaultName(string assemblyName) => assemblyName.Replace('.', '_');
}
