using System.Reflection;
using System.Runtime.Loader;
using Declarative.Modules;

namespace Declarative.Cli.Hosts;

/// <summary>The modules of a built application: its own and those beside it.</summary>
internal static class BuiltModules
{
    /// <exception cref="CommandException">The application isn't there, declares nothing, or was built with another version.</exception>
    public static IReadOnlyList<Func<ModuleManifest>> Load(FileInfo app)
    {
        if (!app.Exists)
            throw new CommandException($"There is no '{app}'; build the application, and name its assembly by --app, e.g. bin/Debug/net10.0/Shop.dll.", ExitCode.Usage);
        var context = new ApplicationContext(app.FullName);
        try
        {
            var own = context.LoadFromAssemblyPath(app.FullName);
            var modules = new[] { own }.Concat(Beside(app).Select(context.LoadFromAssemblyPath)).Select(Manifest).OfType<Func<ModuleManifest>>().ToList();
            if (modules.Count == 0)
                throw new CommandException($"'{app}' declares nothing, and no assembly beside it does.");
            foreach (var create in modules)
                create();
            return modules;
        }
        catch (Exception exception) when (exception is BadImageFormatException or FileLoadException or FileNotFoundException or TypeLoadException or MissingMethodException or CustomAttributeFormatException)
        {
            throw new CommandException($"The declarations of '{app}' can't be read: {exception.Message} Build it with the package version of this tool, {ModuleCatalog.PackageVersion}, or install the tool's version that fits.", ExitCode.Refused, exception);
        }
    }

    /// <summary>Assemblies beside the application that refer to the runtime; what belongs to the runtime itself is here already.</summary>
    private static IEnumerable<string> Beside(FileInfo app) => app.Directory!.EnumerateFiles("*.dll")
        .Where(file => file.FullName != app.FullName && !file.Name.StartsWith("Declarative.", StringComparison.OrdinalIgnoreCase))
        .Select(static file => file.FullName)
        .Where(RefersToRuntime)
        .Order(StringComparer.Ordinal);

    private static bool RefersToRuntime(string file)
    {
        using var stream = File.OpenRead(file);
        using var image = new System.Reflection.PortableExecutable.PEReader(stream);
        if (!image.HasMetadata)
            return false;
        var metadata = System.Reflection.Metadata.PEReaderExtensions.GetMetadataReader(image);
        return metadata.IsAssembly && metadata.AssemblyReferences.Any(reference => metadata.StringComparer.Equals(metadata.GetAssemblyReference(reference).Name, typeof(ModuleManifest).Assembly.GetName().Name!));
    }

    private static Func<ModuleManifest>? Manifest(Assembly assembly) =>
        assembly.GetCustomAttribute<DeclarativeModuleAttribute>()?.Manifest?.GetMethod("Create", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)?.CreateDelegate<Func<ModuleManifest>>();

    /// <summary>Loads what the tool has from the tool, so that its types are the same, and the rest from beside the application.</summary>
    private sealed class ApplicationContext(string app) : AssemblyLoadContext(app)
    {
        private readonly AssemblyDependencyResolver _resolver = new(app);

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            try
            {
                return Default.LoadFromAssemblyName(new AssemblyName(assemblyName.Name!));
            }
            catch (Exception exception) when (exception is FileNotFoundException or FileLoadException)
            {
                return _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
            }
        }
    }
}
