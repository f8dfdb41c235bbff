namespace Declarative.Consumers;

/// <summary>An ingestion route with what tells whether a request is from the caller who knows the secret.</summary>
/// <param name="Descriptor">The declaration.</param>
/// <param name="Verifier">For <c>hmac</c> only.</param>
internal sealed record Ingestion(IngestionDescriptor Descriptor, SignatureVerifier? Verifier);
