namespace Declarative.Commerce;

/// <summary>What a store's popup asks for: a log-in, and then to be led back.</summary>
/// <param name="consumerKey">The consumer's key.</param>
/// <param name="successCallback">Where to lead back to.</param>
public sealed class IdentityLink(string consumerKey, Uri successCallback)
{
    /// <summary>The integration's consumer key, to which the log-in is tied. The store posted it to the callback page before.</summary>
    public string ConsumerKey { get; } = consumerKey;

    /// <summary>The store's page to which the person is led back; known to lie within the registered store.</summary>
    public Uri SuccessCallback { get; } = successCallback;
}
