namespace Declarative;

/// <summary>Declares all events of a ready catalogue: the counterpart of an <c>include</c> in <c>etc/async_events.xml</c>.</summary>
/// <param name="catalog">The catalogue's name.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class AsyncEventCatalogAttribute(string catalog) : Attribute
{
    /// <summary>The catalogue's name.</summary>
    public string Catalog { get; } = catalog;
}
