using Declarative.Consumers;

namespace Declarative;

/// <summary>
/// Declares a route that takes events from those who can't use a publisher: the counterpart of an <c>ingestion</c> element in
/// <c>etc/event_consumers.xml</c>, checked by the same rules.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class IngestionAttribute : Attribute
{
    /// <param name="path">Its path, e.g. <c>/webhook/ingestion</c>.</param>
    /// <param name="authentication"><c>hmac</c>, <c>bearer</c> or <c>none</c>.</param>
    public IngestionAttribute(string path, string authentication) => (Path, Authentication) = (path, authentication);

    /// <param name="path">Its path, e.g. <c>/webhook/ingestion</c>.</param>
    /// <param name="authenticator">An <see cref="IIngestionAuthenticator"/>, which decides who may use it.</param>
    public IngestionAttribute(string path, Type authenticator) => (Path, Authenticator) = (path, authenticator);

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>How callers prove who they are, where no class decides.</summary>
    public string? Authentication { get; }

    /// <summary>The class that decides who may use it.</summary>
    public Type? Authenticator { get; }

    /// <summary>The configuration's key of the shared secret, for <c>hmac</c>.</summary>
    public string? Secret { get; set; }

    /// <summary>The header that bears the signature, for <c>hmac</c>.</summary>
    public string? Header { get; set; }

    /// <summary>The ACL resource that a caller needs, for <c>bearer</c>.</summary>
    public string? Resource { get; set; }

    /// <summary>With the authentication <c>none</c>: that anybody may send is meant.</summary>
    public bool IsAcknowledged { get; set; }
}
