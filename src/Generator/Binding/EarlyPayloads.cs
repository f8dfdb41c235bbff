using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Emitting;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Declarative.Generator.Binding;

/// <summary>
/// The records of one file's payloads that go to the compiler before any code is looked at, so that other generators see them. Only what the files tell for sure
/// is here: a namespace that may be a class, around a handler that is nested in it, is left to the binder.
/// </summary>
/// <param name="Source">The file.</param>
/// <param name="Records">Each record with its event.</param>
internal sealed record EarlyPayloads(string Source, EquatableArray<EarlyPayload> Records)
{
    public static EquatableArray<EarlyPayloads> Of(IReadOnlyCollection<FileDeclarations> files, EarlyProject project)
    {
        if (!project.IsOn)
            return EquatableArray<EarlyPayloads>.Empty;
        var context = ConsumerContext.Of(files, project.RootNamespace);
        var (namespaces, taken) = (project.AllNamespaces(), new HashSet<string>(StringComparer.Ordinal));

        // Of several that would have one name the first counts, as among all records. What code states in place of an included event isn't known here, so files come before catalogues.
        return (from file in files.OrderBy(file => file.LogicalPath, StringComparer.Ordinal)
                from consumer in file.Content.Consumers
                from one in context.Events(consumer)
                where one.Payload is not null
                orderby one.Include is null ? 0 : 1
                from handler in one.Classes(project.RootNamespace)
                let record = PayloadModel.Of(handler.Value, one.Payload!)
                where taken.Add(record.FullName) && (one.Include is not null || namespaces.Contains(record.Namespace))
                select (file.LogicalPath, Payload: new EarlyPayload(one.Name.Value, record)))
            .GroupBy(one => one.LogicalPath, one => one.Payload, StringComparer.Ordinal).Select(file => new EarlyPayloads(file.Key, file.ToEquatableArray())).ToEquatableArray();
    }
}

/// <summary>A record with the event that carries it.</summary>
internal sealed record EarlyPayload(string EventName, PayloadModel Record);

/// <summary>What is known of the project before its code is looked at.</summary>
/// <param name="IsOn">Whether anything is emitted so early.</param>
/// <param name="RootNamespace">The root namespace, as in <see cref="ProjectModel"/>.</param>
/// <param name="Namespaces">The root namespace, and with it each folder that has code in it.</param>
internal sealed record EarlyProject(bool IsOn, string RootNamespace, EquatableArray<string> Namespaces)
{
    public static readonly EarlyProject Off = new(false, "", EquatableArray<string>.Empty);

    public static EarlyProject Of(AnalyzerConfigOptions options, bool hasRuntime)
    {
        // Without a root namespace it would be the assembly's name, which is not known yet.
        var root = ProjectModel.Property(options, "rootnamespace") ?? "";
        if (root.Length == 0 || !hasRuntime || ProjectModel.IsTrue(ProjectModel.Property(options, "declarativedisableprecompilation")))
            return Off;
        var folders = (ProjectModel.Property(options, "declarativefolders") ?? "").Split(['|'], StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => $"{root}.{folder.Trim('/', '\\').Replace('/', '.').Replace('\\', '.')}");
        var namespaces = folders.Prepend(root).Select(name => string.Join(".", name.Split('.').Select(Identifiers.Simple))).Distinct(StringComparer.Ordinal).OrderBy(name => name, StringComparer.Ordinal);
        return new EarlyProject(true, Identifiers.Namespace(root), namespaces.ToEquatableArray());
    }

    /// <summary>The namespaces with all that they stand in.</summary>
    public HashSet<string> AllNamespaces()
    {
        var all = new HashSet<string>(StringComparer.Ordinal) { "" };
        foreach (var name in Namespaces)
        {
            for (var part = name; all.Add(part);)
                part = part.Substring(0, Math.Max(part.LastIndexOf('.'), 0));
        }

        return all;
    }
}
