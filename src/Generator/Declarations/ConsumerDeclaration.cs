using System.Collections.Generic;
using System.Linq;
using Declarative.Merging;

namespace Declarative.Generator.Declarations;

/// <summary>One <c>consumer</c> element of an <c>event_consumers.xml</c>. What is malformed was reported and is left out.</summary>
/// <param name="Name">Its name; its place is the element's where it has none.</param>
/// <param name="IsNameValid">False if the name is missing or malformed; what the consumer is then part of is not checked.</param>
internal sealed record ConsumerDeclaration(Positioned Name, bool IsNameValid)
{
    public Positioned? Path { get; init; }

    public Positioned? Signature { get; init; }

    public Positioned? Secret { get; init; }

    public Positioned? Keys { get; init; }

    public Positioned? Client { get; init; }

    public Positioned? Prefix { get; init; }

    /// <summary>Whether there is a <c>signature</c>, a <c>secret</c>, <c>keys</c> or a <c>client</c>, sound or not, so that it isn't missing.</summary>
    public EquatableArray<string> Stated { get; init; } = EquatableArray<string>.Empty;

    /// <summary>Its events: those of the catalogues that it includes, then its own.</summary>
    public EquatableArray<ConsumedEventDeclaration> Events { get; init; } = EquatableArray<ConsumedEventDeclaration>.Empty;
}

/// <summary>One <c>event</c> of a consumer.</summary>
/// <param name="Name">Its name as it is stored.</param>
internal sealed record ConsumedEventDeclaration(Positioned Name)
{
    /// <summary>The <c>include</c> that it comes from; then its classes are named without their namespace, and all its places are the include's.</summary>
    public IncludeDeclaration? Include { get; init; }

    /// <summary>The class that handles it; null where it is split, or the class is malformed.</summary>
    public Positioned? Handler { get; init; }

    public SplitDeclaration? Split { get; init; }

    /// <summary>The class of its payload.</summary>
    public Positioned? PayloadClass { get; init; }

    /// <summary>Its payload as it is declared by fields.</summary>
    public PayloadDeclaration? Payload { get; init; }

    public LoopDeclaration? Loop { get; init; }

    /// <summary>What its handlers take from the configuration.</summary>
    public EquatableArray<InputDeclaration> Inputs { get; init; } = EquatableArray<InputDeclaration>.Empty;

    /// <summary>What an event of a consumer is known by in one assembly, whichever way its name is spelled.</summary>
    public static string Key(ConsumerDeclaration consumer, ConsumedEventDeclaration one) => $"{consumer.Name.Value.ToLowerInvariant()} {EventName.Key(one.Name.Value)}";

    /// <summary>The classes that handle it, as the declaration means them: of a split event two, the first for what was created.</summary>
    /// <param name="rootNamespace">The project's root namespace.</param>
    public IEnumerable<Positioned> Classes(string rootNamespace) =>
        new[] { Split?.Created ?? Handler, Split?.Updated }.OfType<Positioned>().Select(name => Class(name, rootNamespace));

    private Positioned Class(Positioned name, string rootNamespace) =>
        Include is null ? name with { Value = ClassName.Of(name.Value) } : name with { Value = $"{Include.Namespace(rootNamespace)}.{name.Value}" };
}

/// <summary>An <c>include</c>: a catalogue whose events count as stated here.</summary>
/// <param name="Catalogue">Its name.</param>
/// <param name="Handlers">The namespace of the classes that handle its events; null where the file doesn't say.</param>
internal sealed record IncludeDeclaration(Positioned Catalogue, Positioned? Handlers)
{
    public string Namespace(string rootNamespace) =>
        Handlers is { } handlers ? ClassName.Of(handlers.Value) : $"{rootNamespace}.{Emitting.Identifiers.Pascal(Catalogue.Value)}";
}

/// <summary>A <c>split</c>: one event in two, for a class each.</summary>
/// <param name="First">The field whose value in an event of the first part equals the other's.</param>
/// <param name="Second">The other field.</param>
/// <param name="Created">Handles what has equal values.</param>
/// <param name="Updated">Handles the rest.</param>
internal sealed record SplitDeclaration(Positioned First, Positioned Second, Positioned Created, Positioned Updated);

/// <summary>A <c>loop</c>: how an echo of a change of our own is recognised.</summary>
/// <param name="Key">Path of what tells which thing was changed.</param>
/// <param name="Fingerprint">Paths of what is compared.</param>
/// <param name="Group">What the key is a key of; null where the file doesn't say, so that the runtime takes the consumer's name with the event's.</param>
/// <param name="Seconds">How long an echo is expected; null where the file doesn't say.</param>
internal sealed record LoopDeclaration(Positioned Key, EquatableArray<Positioned> Fingerprint, string? Group, int? Seconds);

/// <summary>One sound <c>ingestion</c> element.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Authentication"><c>none</c>, <c>hmac</c>, <c>bearer</c>, or a class.</param>
internal sealed record IngestionDeclaration(Positioned Path, Positioned Authentication)
{
    public string? Secret { get; init; }

    public string? Header { get; init; }

    public Positioned? Resource { get; init; }

    /// <summary>Whether a class decides.</summary>
    public bool NamesClass => Authentication.Value.IndexOfAny(['.', '\\']) >= 0;

    public string Display => $"the ingestion '{Path.Value}'";
}
