using System.Collections.Frozen;
using System.Globalization;
using Declarative.Acl;
using Declarative.Merging;
using Declarative.OAuth;
using Declarative.Storage;

namespace Declarative.Integrations;

/// <summary>An integration as requests need it: its secrets readable, its keys made.</summary>
internal sealed class IntegrationEntry
{
    private readonly FrozenSet<string> _resources;
    private readonly TokenOwner _owner;
    private readonly Dictionary<string, OAuthSignature> _accessKeys;

    public IntegrationEntry(IntegrationRecord record, IntegrationCredentials credentials)
    {
        Record = record;
        Credentials = credentials;
        _resources = record.Resources.Select(AclTree.Canonical).ToFrozenSet(StringComparer.Ordinal);
        _owner = new TokenOwner(CallerKind.Integration, record.Id.ToString(CultureInfo.InvariantCulture), record.Name, null, DateTimeOffset.MaxValue);
        _accessKeys = credentials.AccessTokens.ToDictionary(static token => token.Token, token => KeyFor(token.Secret), StringComparer.Ordinal);
    }

    public IntegrationRecord Record { get; }

    public IntegrationCredentials Credentials { get; }

    public bool IsActive => Record.Status == IntegrationStatus.Active;

    /// <summary>Whoever it calls as.</summary>
    public CallerIdentity Identity() => new(_owner, _resources);

    /// <summary>What calls with the access token are signed by; null if it is none of its own.</summary>
    public OAuthSignature? AccessKey(string token) => _accessKeys.GetValueOrDefault(token);

    /// <summary>What calls with a token of this secret are signed by.</summary>
    public OAuthSignature KeyFor(string tokenSecret) => new(Credentials.ConsumerSecret, tokenSecret);

    /// <summary>All its access tokens, for who may send them as bearer.</summary>
    public IEnumerable<string> AccessTokens => _accessKeys.Keys;
}
