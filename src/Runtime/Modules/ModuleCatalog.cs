using System.Globalization;
using System.Reflection;
using Declarative.Merging;
using Microsoft.Extensions.Configuration;

namespace Declarative.Modules;

/// <summary>
/// The modules of the host: the generated delegates that state them, asked anew at every build of the registry so that a
/// hot reload sees what changed.
/// </summary>
internal sealed class ModuleCatalog(IReadOnlyList<Func<ModuleManifest>> create, IConfiguration configuration)
{
    /// <summary>This package's version, for messages about manifests that other versions wrote.</summary>
    public static string PackageVersion { get; } = VersionOf(typeof(ModuleCatalog).Assembly);

    /// <summary>Reads all manifests; what is wrong goes to <paramref name="problems"/>.</summary>
    public ModuleSet Load(List<string> problems)
    {
        var active = new Dictionary<string, ModuleManifest>(StringComparer.Ordinal);
        var switchedOff = new List<ModuleManifest>();
        foreach (var manifest in create.Select(Create => Create()))
        {
            if (manifest.FormatVersion != ModuleManifest.CurrentFormatVersion)
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"Assembly '{manifest.Assembly}' has a manifest of format {manifest.FormatVersion}, written by package version {manifest.GeneratorVersion}; this is version {PackageVersion}, which reads format {ModuleManifest.CurrentFormatVersion}. Build both with the same version of the package Declarative."));
            else if (!IsOn(manifest.Name, problems))
                switchedOff.Add(manifest);
            else if (active.TryGetValue(manifest.Name, out var other))
                problems.Add($"Module '{manifest.Name}' is declared by the assemblies '{other.Assembly}' and '{manifest.Assembly}'. Rename one in its etc/module.xml.");
            else
                active.Add(manifest.Name, manifest);
        }

        return new ModuleSet(InSequence(active, problems), switchedOff);
    }

    private static List<ModuleManifest> InSequence(Dictionary<string, ModuleManifest> modules, List<string> problems)
    {
        try
        {
            // The runtime's own module comes before all, whatever its name: everybody may add to it.
            return ModuleOrder.Sort(modules.ToDictionary(module => module.Key, module => module.Value.Sequence, StringComparer.Ordinal))
                .ConvertAll(name => modules[name])
                .OrderBy(static module => module.IsOwn ? 0 : 1)
                .ToList();
        }
        catch (CircularSequenceException exception)
        {
            problems.Add(exception.Message + " Remove one of these from the <sequence> of its etc/module.xml.");
            return [.. modules.Values];
        }
    }

    private bool IsOn(string module, List<string> problems)
    {
        var value = configuration[$"Declarative:Modules:{module}"];
        if (string.IsNullOrWhiteSpace(value))
            return true;
        if (bool.TryParse(value, out var isOn))
            return isOn;
        if (value is "0" or "1")
            return value == "1";
        problems.Add($"Declarative:Modules:{module} is '{value}'; it must be true or false.");
        return true;
    }

    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? assembly.GetName().Version?.ToString() ?? "0";
}

/// <summary>The manifests of a host.</summary>
/// <param name="Active">The modules that take part, in sequence order.</param>
/// <param name="SwitchedOff">The modules that configuration leaves out.</param>
internal sealed record ModuleSet(IReadOnlyList<ModuleManifest> Active, IReadOnlyList<ModuleManifest> SwitchedOff);
