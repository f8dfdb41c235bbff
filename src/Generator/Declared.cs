using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator;

/// <summary>
/// Values that come from several places, files and attributes, and go through the same stages. Each place keeps a way of its own, since what Roslyn remembers
/// of one value would be lost if all were put into one list and a value were added before it.
/// </summary>
internal sealed class Declared<T>(IEnumerable<IncrementalValuesProvider<T>> ways)
{
    private readonly IncrementalValuesProvider<T>[] _ways = ways.ToArray();
    private IncrementalValueProvider<ImmutableArray<T>>? _all;

    public Declared<TResult> Select<TResult>(Func<T, CancellationToken, TResult> selector) => new(_ways.Select(way => way.Select(selector)));

    public Declared<T> Where(Func<T, bool> predicate) => new(_ways.Select(way => way.Where(predicate)));

    public Declared<(T Left, TOther Right)> Combine<TOther>(IncrementalValueProvider<TOther> other) => new(_ways.Select(way => way.Combine(other)));

    public Declared<T> WithTrackingName(string name) => new(_ways.Select(way => way.WithTrackingName(name)));

    /// <summary>All values, in the order of the places.</summary>
    public IncrementalValueProvider<ImmutableArray<T>> Collect() => _all ??= CollectAll();

    private IncrementalValueProvider<ImmutableArray<T>> CollectAll() =>
        _ways.Select(way => way.Collect()).Aggregate((before, next) => before.Combine(next).Select(static (pair, _) => pair.Left.IsEmpty ? pair.Right : pair.Right.IsEmpty ? pair.Left : pair.Left.AddRange(pair.Right)));

    /// <summary>What each value gives goes to the compiler.</summary>
    public void Register(IncrementalGeneratorInitializationContext context, Action<SourceProductionContext, T> action)
    {
        foreach (var way in _ways)
            context.RegisterSourceOutput(way, action);
    }
}
