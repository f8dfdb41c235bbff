using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>Looks up the classes that handle events, and checks that they take what the events carry.</summary>
internal sealed class HandlerLookup(Compilation compilation, List<DiagnosticInfo> diagnostics)
{
    /// <summary>What handlers implement, as metadata names it.</summary>
    public const string Contract = "Declarative.Consumers.IEventHandler`1";

    // Looking for what was meant is for people; beyond this many unwritten classes it would only take time.
    private const int MaxSuggestions = 100;

    private readonly INamedTypeSymbol? _contract = compilation.GetTypeByMetadataName(Contract);
    private readonly ServiceLookup _services = new(compilation, diagnostics);
    private int _suggestions;

    /// <summary>The class; null where there is none. Nothing is reported: it may still have to be written.</summary>
    public INamedTypeSymbol? Find(Positioned name) => TypeLookup.Find(compilation, name.Value);

    /// <summary>The full name of a class that handles events and was probably meant, as the end of a message.</summary>
    /// <param name="name">The name that there is no class of.</param>
    /// <param name="others">Classes that other events name, so that this one doesn't mean them.</param>
    public string Suggest(string name, ICollection<string> others) =>
        ++_suggestions <= MaxSuggestions && TypeLookup.Nearest(compilation, name) is { } nearest && !others.Contains(nearest) && TypeLookup.Find(compilation, nearest) is { } type && Handled(type, _contract).Any() ? $"; or did you mean '{nearest}'?" : "";

    /// <summary>Whether generated code can have the class handle such payloads; if not, that is reported.</summary>
    /// <param name="type">The class.</param>
    /// <param name="position">Where it is named.</param>
    /// <param name="payload">The payload.</param>
    public bool Fits(INamedTypeSymbol type, SourcePosition position, HandledPayload payload)
    {
        if (!_services.IsAccessible(type, position))
            return false;
        var handled = Handled(type, _contract).ToList();

        // Nobody wrote it, or another generator makes it, whose output this one doesn't see; then the compiler is silent.
        var unknown = handled.Count == 0 ? Bases(type).Concat(type.AllInterfaces).FirstOrDefault(one => one.TypeKind == TypeKind.Error) : null;
        var why = type.TypeKind != TypeKind.Class ? "is no class"
            : type.IsStatic ? "is static"
            : type.IsAbstract ? "is abstract"
            : handled.Count == 0 && unknown is null ? $"doesn't implement IEventHandler<{payload.Display}>"
            : !type.InstanceConstructors.Any(one => one.DeclaredAccessibility == Accessibility.Public) ? "has no public constructor"
            : null;
        if (why is not null)
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.WrongClass, position, type.ToDisplayString(), "an event's handler", why));
        else if (unknown is not null)
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.HandlerMismatch, position, type.ToDisplayString(), $"has the base '{unknown.ToDisplayString()}', which is not known here, so that it can't be told what it handles;", payload.Display, " on the class itself"));
        else if (!handled.Exists(one => payload.IsTaken(one, _contract!, compilation)))
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.HandlerMismatch, position, type.ToDisplayString(), $"handles '{string.Join("' and '", handled.Select(one => one.ToDisplayString()))}', but", payload.Display, ""));
        else
            return true;
        return false;
    }

    /// <summary>What the class handles.</summary>
    /// <param name="type">The class.</param>
    /// <param name="contract">What handlers implement.</param>
    public static IEnumerable<ITypeSymbol> Handled(INamedTypeSymbol type, INamedTypeSymbol? contract) =>
        type.AllInterfaces.Where(one => SymbolEqualityComparer.Default.Equals(one.OriginalDefinition, contract)).Select(one => one.TypeArguments[0]);

    private static IEnumerable<INamedTypeSymbol> Bases(INamedTypeSymbol type)
    {
        for (var one = type.BaseType; one is not null; one = one.BaseType)
            yield return one;
    }
}
