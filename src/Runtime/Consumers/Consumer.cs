using Microsoft.AspNetCore.Http;

namespace Declarative.Consumers;

/// <summary>A consumer as all modules together state it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">The path at which it takes events.</param>
/// <param name="Router">Its events.</param>
internal sealed record Consumer(string Name, string Path, ConsumerRouter Router)
{
    /// <summary>What the modules' statements come to.</summary>
    public required ConsumerDescriptor Descriptor { get; init; }

    /// <summary>Whether a request is from the sender; null, and then nobody's is, where the declaration is wrong.</summary>
    public SignatureVerifier? Verifier { get; init; }

    /// <summary>How senders prove who they are, as declared; null where the declaration is wrong.</summary>
    public string? Signature { get; init; }

    /// <summary>Whether Adobe I/O Events sends here, which asks first whether it may.</summary>
    public bool TakesChallenges => Signature == SenderVerifiers.AdobeIo;
}
