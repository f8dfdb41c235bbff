namespace Declarative.Acl;

/// <summary>The first admin user, made at a start that finds none. Bound from <c>Declarative:Admin</c>. A class, not a record, so that no <c>ToString</c> shows the password.</summary>
public sealed class FirstAdminOptions
{
    /// <summary>The user name; null makes none.</summary>
    public string? Username { get; set; }

    /// <summary>The password, 8 to 128 characters. There is no default.</summary>
    public string? Password { get; set; }
}
