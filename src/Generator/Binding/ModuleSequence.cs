using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Merging;

namespace Declarative.Generator.Binding;

/// <summary>The order in which the modules that this assembly sees are merged: the runtime's own first, the others by sequence.</summary>
/// <param name="OwnName">The name of this assembly's module.</param>
/// <param name="Names">All names in order; this assembly's among them if it declares anything.</param>
/// <param name="Cycle">Modules that wait for each other, so that the order is by name only; empty if there are none.</param>
internal sealed record ModuleSequence(string OwnName, EquatableArray<string> Names, EquatableArray<string> Cycle)
{
    public static ModuleSequence Of(ModuleDeclaration? declaration, string assemblyName, bool hasOwnManifest, ReferencedModules references)
    {
        var ownName = declaration?.Name.Value ?? ModuleDeclaration.DefaultName(assemblyName);
        var first = references.Readable.Where(module => module.IsRuntime).Select(module => module.Name).ToList();
        var sequences = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var module in references.Readable)
            Add(module.Name, module.Sequence);
        if (hasOwnManifest)
            Add(ownName, declaration?.Sequence.Select(before => before.Value).ToList() ?? []);
        try
        {
            return new ModuleSequence(ownName, first.Concat(ModuleOrder.Sort(sequences)).ToEquatableArray(), EquatableArray<string>.Empty);
        }
        catch (CircularSequenceException exception)
        {
            return new ModuleSequence(ownName, first.Concat(sequences.Keys.OrderBy(name => name, StringComparer.Ordinal)).ToEquatableArray(), exception.Cycle.ToEquatableArray());
        }

        // A name that two modules have is reported where all modules are checked.
        void Add(string name, IReadOnlyList<string> before)
        {
            if (!first.Contains(name) && !sequences.ContainsKey(name))
                sequences.Add(name, before);
        }
    }

    /// <summary>What the modules say of something, in merge order.</summary>
    /// <typeparam name="T">A statement of one module.</typeparam>
    /// <param name="references">The modules besides this assembly's.</param>
    /// <param name="own">What this assembly's module says.</param>
    /// <param name="of">What a referenced module says.</param>
    public IEnumerable<T> Merge<T>(ReferencedModules references, IReadOnlyList<T> own, Func<ReferencedModule, IEnumerable<T>> of)
    {
        var byName = references.Readable.ToLookup(module => module.Name, StringComparer.Ordinal);
        var names = Names.Contains(OwnName, StringComparer.Ordinal) ? Names : Names.Concat([OwnName]);
        return names.SelectMany(name => name == OwnName ? byName[name].SelectMany(of).Concat(own) : byName[name].SelectMany(of));
    }
}
