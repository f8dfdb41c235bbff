namespace Declarative.Acl;

/// <summary>Names of the engine's own authentication.</summary>
public static class CallerDefaults
{
    /// <summary>
    /// The scheme that reads <c>Authorization: Bearer</c> with the engine's own tokens. A default scheme of the host stays the
    /// default, also where the host names none and has just one; only in a host without any scheme does ASP.NET Core make this
    /// one, being alone, the default.
    /// </summary>
    public const string AuthenticationScheme = "Declarative";
}
