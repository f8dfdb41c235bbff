using System;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Binding;

/// <summary>
/// Stands for everything in a compilation that the look-up of a symbol can depend on: the text outside bodies and
/// initialisers, the references and the options. Equal hashes mean that binding again would give the same again, so this
/// object also keeps what was bound under it; the pipeline holds on to it for as long as the hash stays.
/// </summary>
/// <remarks>
/// Text is hashed rather than tokens, because walking the tokens of a large project costs more than binding it once. A
/// comment outside a body therefore counts: it costs one binding, and never gives a stale result.
/// </remarks>
internal sealed class DeclarationHash : IEquatable<DeclarationHash>
{
    private static readonly ConditionalWeakTable<Compilation, DeclarationHash> Compilations = new();
    private static readonly ConditionalWeakTable<SyntaxTree, StrongBox<ulong>> Trees = new();
    private static readonly ConditionalWeakTable<MetadataReference, StrongBox<ulong>> References = new();
    private static long _bindings;

    private readonly ConditionalWeakTable<object, object> _bound = new();
    private readonly ulong _value;

    private DeclarationHash(ulong value) => _value = value;

    /// <summary>How often anything was bound in this process; the caching tests and the benchmark read it.</summary>
    public static long Bindings => Interlocked.Read(ref _bindings);

    public static DeclarationHash Of(Compilation compilation, CancellationToken cancellationToken)
    {
        if (Compilations.TryGetValue(compilation, out var known))
            return known;
        var hash = new DeclarationHash(Compute(compilation, cancellationToken));
        return Compilations.GetValue(compilation, _ => hash);
    }

    /// <summary>What was bound for the key (told by reference, forgotten with it) under this hash, or else what binding gives now.</summary>
    public TResult Bound<TResult>(object key, Func<TResult> bind)
        where TResult : class
    {
        if (_bound.TryGetValue(key, out var known))
            return (TResult)known;
        Interlocked.Increment(ref _bindings);
        var result = bind();
        return (TResult)_bound.GetValue(key, _ => result);
    }

    public bool Equals(DeclarationHash? other) => other is not null && other._value == _value;

    public override bool Equals(object? obj) => Equals(obj as DeclarationHash);

    public override int GetHashCode() => _value.GetHashCode();

    private static ulong Compute(Compilation compilation, CancellationToken cancellationToken)
    {
        var hash = Fnv.Start;
        hash = Fnv.Add(hash, compilation.AssemblyName ?? "");
        hash = Fnv.Add(hash, (ulong)compilation.Options.OutputKind);
        hash = Fnv.Add(hash, (ulong)compilation.Options.NullableContextOptions);
        foreach (var tree in compilation.SyntaxTrees)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash = Fnv.Add(hash, Trees.TryGetValue(tree, out var known) ? known.Value : Trees.GetValue(tree, one => new StrongBox<ulong>(OfTree(one, cancellationToken))).Value);
        }

        // Not compilation.References: that would set up the symbols of all references for each new compilation.
        foreach (var reference in compilation.ExternalReferences)
        {
            var value = reference is CompilationReference project
                ? Of(project.Compilation, cancellationToken)._value
                : References.GetValue(reference, static one => new StrongBox<ulong>(OfReference(one))).Value;
            hash = Fnv.Add(hash, value);
        }

        return hash;
    }

    private static ulong OfReference(MetadataReference reference)
    {
        try
        {
            var metadata = (reference as PortableExecutableReference)?.GetMetadata();
            var modules = (metadata as AssemblyMetadata)?.GetModules() ?? (metadata is ModuleMetadata single ? ImmutableArray.Create(single) : ImmutableArray<ModuleMetadata>.Empty);
            var hash = Fnv.Start;
            foreach (var module in modules)
            {
                foreach (var part in module.GetModuleVersionId().ToByteArray())
                    hash = Fnv.Add(hash, part);
            }

            return hash;
        }
        catch (BadImageFormatException)
        {
            // The compiler reports such a reference itself; here its name has to do.
            return Fnv.Add(Fnv.Start, reference.Display ?? "");
        }
    }

    private static ulong OfTree(SyntaxTree tree, CancellationToken cancellationToken)
    {
        var text = tree.GetText(cancellationToken);
        var walk = new Walk(text);
        walk.Visit(tree.GetRoot(cancellationToken));
        return walk.Finish();
    }

    /// <summary>Hashes a file's text but for the bodies and initialisers that no signature can depend on.</summary>
    private sealed class Walk(SourceText text)
    {
        private readonly char[] _chunk = new char[1024];
        private ulong _hash = Fnv.Start;
        private int _hashedTo;

        public ulong Finish()
        {
            HashTo(text.Length);
            return _hash;
        }

        public void Visit(SyntaxNode node)
        {
            switch (node)
            {
                case CompilationUnitSyntax unit:
                    foreach (var member in unit.Members)
                        Visit(member);
                    break;
                case BaseNamespaceDeclarationSyntax space:
                    foreach (var member in space.Members)
                        Visit(member);
                    break;
                case TypeDeclarationSyntax type:
                    foreach (var member in type.Members)
                        Visit(member);
                    break;
                case GlobalStatementSyntax statement:
                    Skip(statement);
                    break;
                case BaseMethodDeclarationSyntax method:
                    Skip((SyntaxNode?)method.Body ?? method.ExpressionBody);
                    break;
                case BasePropertyDeclarationSyntax property:
                    foreach (var accessor in property.AccessorList?.Accessors ?? default)
                        Skip((SyntaxNode?)accessor.Body ?? accessor.ExpressionBody);
                    Skip(property is PropertyDeclarationSyntax one ? (SyntaxNode?)one.ExpressionBody ?? one.Initializer : (property as IndexerDeclarationSyntax)?.ExpressionBody);
                    break;
                case FieldDeclarationSyntax field when !field.Modifiers.Any(SyntaxKind.ConstKeyword):
                    foreach (var variable in field.Declaration.Variables)
                        Skip(variable.Initializer);
                    break;
            }
        }

        private void Skip(SyntaxNode? body)
        {
            // A directive in a body (#nullable, #if) reaches beyond it.
            if (body is null || body.ContainsDirectives)
                return;
            HashTo(body.SpanStart);
            _hashedTo = body.Span.End;
        }

        private void HashTo(int end)
        {
            while (_hashedTo < end)
            {
                var length = Math.Min(_chunk.Length, end - _hashedTo);
                text.CopyTo(_hashedTo, _chunk, 0, length);
                for (var i = 0; i < length; i++)
                    _hash = Fnv.Add(_hash, _chunk[i]);
                _hashedTo += length;
            }

            _hash = Fnv.Add(_hash, 1);
        }
    }
}
