namespace Shop.Catalog;

public sealed record Product(string Sku, string From);

public sealed class Products
{
    public Product Get(string sku) => new(sku, "catalog");
}
