using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Declarative.Generator.Declarations;

/// <summary>The kinds of XML file that hold declarations.</summary>
internal enum FileKind
{
    Module,
    AsyncEvents,
    Acl,
    WebApi,
    IoEvents,
    IntegrationConfig,
    IntegrationApi,
    Integration,
    EventConsumers,
}

/// <summary>An XML file of ours among the project's additional files.</summary>
/// <param name="Text">The file; compares by reference, the driver keeps it until the file changes.</param>
/// <param name="Kind">What it declares, from the item metadata <c>DeclarativeKind</c> that the build props set.</param>
/// <param name="LogicalPath">Project-relative path with <c>/</c>, the same on every machine.</param>
internal sealed record DeclarationFile(AdditionalText Text, FileKind Kind, string LogicalPath)
{
    public static DeclarationFile? Of(AdditionalText text, AnalyzerConfigOptionsProvider options)
    {
        if (!options.GetOptions(text).TryGetValue("build_metadata.AdditionalFiles.DeclarativeKind", out var kindName))
            return null;
        FileKind? kind = kindName switch
        {
            "module" => FileKind.Module,
            "async_events" => FileKind.AsyncEvents,
            "acl" => FileKind.Acl,
            "webapi" => FileKind.WebApi,
            "io_events" => FileKind.IoEvents,
            "integration_config" => FileKind.IntegrationConfig,
            "integration_api" => FileKind.IntegrationApi,
            "integration" => FileKind.Integration,
            "event_consumers" => FileKind.EventConsumers,
            _ => null,
        };
        if (kind is null)
            return null;
        options.GlobalOptions.TryGetValue("build_property.projectdir", out var projectDirectory);
        return new DeclarationFile(text, kind.Value, Relative(text.Path, projectDirectory));
    }

    private static string Relative(string path, string? directory)
    {
        path = path.Replace('\\', '/');
        directory = directory?.Replace('\\', '/').TrimEnd('/') + "/";
        if (directory.Length > 1 && path.StartsWith(directory, StringComparison.OrdinalIgnoreCase))
            return path.Substring(directory.Length);

        // A linked file from elsewhere: its path from the etc folder on, which is how it would be named here.
        var etc = path.LastIndexOf("/etc/", StringComparison.Ordinal);
        return etc >= 0 ? path.Substring(etc + 1) : path.Substring(path.LastIndexOf('/') + 1);
    }
}
