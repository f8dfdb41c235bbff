using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;

namespace Declarative.Generator.Binding;

/// <summary>One statement of a consumer, bound: no position, so that moving it emits nothing anew.</summary>
internal sealed record ConsumerModel(string Name)
{
    public string? Path { get; init; }

    public string? Signature { get; init; }

    public string? Secret { get; init; }

    public string? Keys { get; init; }

    public string? Client { get; init; }

    public string? Prefix { get; init; }

    public EquatableArray<ConsumedEventModel> Events { get; init; } = EquatableArray<ConsumedEventModel>.Empty;
}

/// <summary>One row of an event: all of it, or one part of it where it is split.</summary>
internal sealed record ConsumedEventModel
{
    public required string Name { get; init; }

    /// <summary>Full name of the class that handles it, whether it exists or not.</summary>
    public required string Handler { get; init; }

    /// <summary>The class with <c>global::</c>; null where the stub answers.</summary>
    public string? HandlerType { get; init; }

    /// <summary>Whether there is no class of the name, so that one is to be written.</summary>
    public bool IsToBeWritten { get; init; }

    /// <summary>What the handler takes, with <c>global::</c>.</summary>
    public required string PayloadType { get; init; }

    /// <summary>The record to be generated; null where the payload is a class that exists, or another output has the record.</summary>
    public PayloadModel? Record { get; init; }

    /// <summary>What reads the payload, as C#; null where it is a class that exists.</summary>
    public string? Shape { get; init; }

    public SplitModel? Split { get; init; }

    public LoopModel? Loop { get; init; }

    /// <summary>What the handler takes from the configuration; null for nothing, or nothing that is declared here.</summary>
    public InputsModel? Inputs { get; init; }
}

/// <summary>The record of a handler's inputs.</summary>
/// <param name="Namespace">Its namespace; empty for none.</param>
/// <param name="Name">Its name.</param>
/// <param name="Inputs">What it holds.</param>
internal sealed record InputsModel(string Namespace, string Name, EquatableArray<InputDeclaration> Inputs)
{
    public string FullName => Namespace.Length == 0 ? Name : $"{Namespace}.{Name}";

    /// <summary>The record as C# names it.</summary>
    public string TypeName => "global::" + Emitting.Identifiers.Qualified(FullName);
}

/// <summary>Which part of an event a row is for.</summary>
internal sealed record SplitModel(string First, string Second, bool IsEqual);

/// <summary>How an echo is recognised. What is null isn't emitted: the runtime's default counts, for the group the consumer's name with the event's.</summary>
internal sealed record LoopModel(string Key, EquatableArray<string> Fingerprint, string? Group, int? Seconds);

/// <summary>The record of a payload that is declared by fields.</summary>
/// <param name="Namespace">Its namespace; empty for none.</param>
/// <param name="Name">Its name.</param>
/// <param name="Declaration">What it holds.</param>
internal sealed record PayloadModel(string Namespace, string Name, PayloadDeclaration Declaration)
{
    public string FullName => Namespace.Length == 0 ? Name : $"{Namespace}.{Name}";

    /// <summary>The record as the handler's name has it: beside the handler, if that is not nested in a class.</summary>
    public static PayloadModel Of(string handler, PayloadDeclaration declaration) => new(handler.Substring(0, System.Math.Max(handler.LastIndexOf('.'), 0)), PayloadName.Of(handler), declaration);
}

/// <summary>One ingestion route, bound.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Authentication">How callers prove who they are, or the full name of the class that decides.</param>
/// <param name="Authenticator">That class with <c>global::</c>.</param>
internal sealed record IngestionModel(string Path, string Authentication, string? Authenticator)
{
    public string? Secret { get; init; }

    public string? Header { get; init; }

    public string? Resource { get; init; }
}

/// <summary>The consumers and ingestion routes that one output is made of.</summary>
internal sealed record ConsumerTable(string Source, EquatableArray<ConsumerModel> Consumers, EquatableArray<IngestionModel> Ingestions)
{
    public bool IsEmpty => Consumers.Count == 0 && Ingestions.Count == 0;

    /// <summary>The table without the records that another output has.</summary>
    public ConsumerTable Without(EquatableArray<Superseded> superseded)
    {
        if (!superseded.Any(one => one.DeclaredIn == Source))
            return this;
        var number = 0;
        return this with
        {
            Consumers = Consumers.Select(consumer => consumer with
            {
                Events = consumer.Events.Select(one => superseded.Contains(new Superseded(Source, number++)) ? one with { Record = null } : one).ToEquatableArray(),
            }).ToEquatableArray(),
        };
    }
}

/// <summary>The record that a row needs, and where the row's handler stands.</summary>
/// <param name="Consumer">The consumer.</param>
/// <param name="EventName">The event.</param>
/// <param name="FullName">The record's full name; empty for a row that needs none.</param>
/// <param name="Position">The place.</param>
internal sealed record PlacedPayload(string Consumer, string EventName, string FullName, SourcePosition Position);

/// <summary>What one file's consumers became.</summary>
/// <param name="Table">What is emitted.</param>
/// <param name="Payloads">The record of each row, in the table's order.</param>
/// <param name="Diagnostics">What is wrong.</param>
internal sealed record BoundConsumers(ConsumerTable Table, EquatableArray<PlacedPayload> Payloads, EquatableArray<DiagnosticInfo> Diagnostics);
