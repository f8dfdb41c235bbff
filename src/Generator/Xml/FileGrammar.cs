using System;
using System.Collections.Generic;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;

namespace Declarative.Generator.Xml;

/// <summary>How a file of one kind is read.</summary>
/// <param name="Root">What its root element may hold.</param>
/// <param name="Read">Gives what a checked root element declares.</param>
internal sealed record FileGrammar(ElementRule Root, Func<XmlNode, List<DiagnosticInfo>, FileContent> Read)
{
    private static readonly Dictionary<FileKind, FileGrammar> ByKind = new()
    {
        [FileKind.Module] = new(ModuleFile.Root, ModuleFile.Read),
        [FileKind.AsyncEvents] = new(AsyncEventsFile.Root, AsyncEventsFile.Read),
        [FileKind.Acl] = new(AclFile.Root, AclFile.Read),
        [FileKind.WebApi] = new(WebApiFile.Root, WebApiFile.Read),
        [FileKind.IntegrationConfig] = IntegrationFile.Grammar(IntegrationFile.Config),
        [FileKind.IntegrationApi] = IntegrationFile.Grammar(IntegrationFile.Api),
        [FileKind.Integration] = IntegrationFile.Grammar(IntegrationFile.Consolidated),
        [FileKind.IoEvents] = new(IoEventsFile.Root, IoEventsFile.Read),
        [FileKind.EventConsumers] = new(EventConsumersFile.Root, EventConsumersFile.Read),
    };

    public static FileGrammar Of(FileKind kind) => ByKind[kind];

    /// <summary>How attributes that stand for such a file are read.</summary>
    public static FileGrammar OfAttributes(FileKind kind) => kind == FileKind.Acl ? new(AclFile.AttributeRoot, AclFile.Read) : ByKind[kind];
}
