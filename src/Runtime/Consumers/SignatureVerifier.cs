using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace Declarative.Consumers;

/// <summary>Tells whether a request is from a sender who knows a secret.</summary>
internal abstract class SignatureVerifier
{
    /// <summary>Lets in anybody, where a declaration says so.</summary>
    public static SignatureVerifier Anybody { get; } = new Open();

    /// <summary>Whether there is a key now. Without one nobody is let in, but that is our fault, and the sender should come again.</summary>
    public virtual bool IsReady => true;

    /// <summary>Why the signature in the headers is not that of the body, for the log: the sender isn't told; null if it is.</summary>
    /// <param name="headers">The request's headers, whatever they are.</param>
    /// <param name="body">The body's bytes as they came.</param>
    public abstract string? Refusal(IHeaderDictionary headers, ReadOnlySpan<byte> body);

    /// <summary>A header that is there exactly once: of two, nobody can tell which one was signed.</summary>
    protected static bool TryGetSingle(IHeaderDictionary headers, string name, [NotNullWhen(true)] out string? value)
    {
        value = headers.TryGetValue(name, out var values) && values.Count == 1 ? values[0] : null;
        return !string.IsNullOrEmpty(value);
    }

    private sealed class Open : SignatureVerifier
    {
        public override string? Refusal(IHeaderDictionary headers, ReadOnlySpan<byte> body) => null;
    }
}
