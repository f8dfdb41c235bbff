// What a later version's generator might leave behind: the same class, another format.
using Declarative.Modules;

[assembly: DeclarativeModule("Shop_Catalog", 99, GeneratorVersion = "9.9.9", Manifest = typeof(Declarative.Generated.Shop_Catalog))]

namespace Declarative.Generated
{
    public static class Shop_Catalog
    {
        public static ModuleManifest Create() => new("Shop_Catalog", 99, "Shop.Catalog", "9.9.9");
    }
}

namespace Shop.Catalog
{
    public sealed record Product(string Sku, string From);

    public sealed class Products;
}
