using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;

namespace Declarative.Generator.Binding;

/// <summary>What a file of consumers is bound together with.</summary>
/// <param name="RootNamespace">The project's root namespace, in which handlers of included events stand by default.</param>
/// <param name="OwnEvents">The events that some file states itself, so that they replace included ones, as <see cref="ConsumedEventDeclaration.Key"/>.</param>
/// <param name="FileEvents">Those of them that stand in XML, so that what attributes say of them again counts once.</param>
internal sealed record ConsumerContext(string RootNamespace, EquatableArray<string> OwnEvents, EquatableArray<string> FileEvents)
{
    /// <summary>Full names of the records that the compilation has by <see cref="EarlyPayloads"/>.</summary>
    public EquatableArray<string> Early { get; init; } = EquatableArray<string>.Empty;

    /// <summary>The handlers whose inputs are declared, each with the event that counts: the first.</summary>
    public EquatableArray<InputsOwner> Inputs { get; init; } = EquatableArray<InputsOwner>.Empty;

    public static ConsumerContext Of(IReadOnlyCollection<FileDeclarations> files, string rootNamespace)
    {
        var owners = from file in files.OrderBy(file => file.LogicalPath, System.StringComparer.Ordinal)
                     from consumer in file.Content.Consumers
                     from one in consumer.Events
                     where one.Inputs.Count > 0
                     from handler in one.Classes(rootNamespace)
                     select new InputsOwner(handler.Value, ConsumedEventDeclaration.Key(consumer, one), one.Name.Value, file.LogicalPath);
        return new(rootNamespace, Keys(files), Keys(files.Where(file => !file.IsOfAttributes)))
        {
            Inputs = owners.GroupBy(one => one.Handler, System.StringComparer.Ordinal).Select(ofOne => ofOne.First()).ToEquatableArray(),
        };
    }

    /// <summary>The events of the consumer that count.</summary>
    public IEnumerable<ConsumedEventDeclaration> Events(ConsumerDeclaration consumer) =>
        consumer.Events.Where(one => one.Include is null || !OwnEvents.Contains(ConsumedEventDeclaration.Key(consumer, one), System.StringComparer.Ordinal));

    /// <summary>The events of the consumer that the file is the place of.</summary>
    public IEnumerable<ConsumedEventDeclaration> Events(FileDeclarations file, ConsumerDeclaration consumer) =>
        Events(consumer).Where(one => !file.IsOfAttributes || !FileEvents.Contains(ConsumedEventDeclaration.Key(consumer, one), System.StringComparer.Ordinal));

    private static EquatableArray<string> Keys(IEnumerable<FileDeclarations> files) =>
        files.SelectMany(file => file.Content.Consumers)
            .SelectMany(consumer => consumer.Events.Where(one => one.Include is null).Select(one => ConsumedEventDeclaration.Key(consumer, one)))
            .Distinct(System.StringComparer.Ordinal).OrderBy(key => key, System.StringComparer.Ordinal).ToEquatableArray();
}

/// <summary>The event that a handler's inputs are declared with.</summary>
/// <param name="Handler">The handler.</param>
/// <param name="Key">The event, as <see cref="ConsumedEventDeclaration.Key"/>.</param>
/// <param name="EventName">Its name.</param>
/// <param name="DeclaredIn">Its file.</param>
internal sealed record InputsOwner(string Handler, string Key, string EventName, string DeclaredIn);

/// <summary>A file of consumers with what it is bound together with.</summary>
internal sealed record ConsumerFile(FileDeclarations File, ConsumerContext Context);
