namespace Declarative.Storage;

/// <summary>What was changed in a store that several processes share.</summary>
[Flags]
public enum StoreChanges
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Event messages may be due.</summary>
    Messages = 1,

    /// <summary>Deliveries may be due.</summary>
    Deliveries = 2,

    /// <summary>Subscriptions.</summary>
    Subscriptions = 4,

    /// <summary>Settings and event providers.</summary>
    Eventing = 8,

    /// <summary>Admin users and roles, or tokens were revoked. A new token changes nothing that others keep.</summary>
    Callers = 16,

    /// <summary>Integrations.</summary>
    Integrations = 32,

    /// <summary>A replay of many deliveries was asked for.</summary>
    Replays = 64,

    /// <summary>Any of them: something may have been missed.</summary>
    All = Messages | Deliveries | Subscriptions | Eventing | Callers | Integrations | Replays,
}
