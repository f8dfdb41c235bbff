using System.Collections.Concurrent;
using Declarative.Rest;
using Microsoft.Extensions.DependencyInjection;
using Shop.Catalog.Events;

namespace Shop.Catalog;

public sealed record Product
{
    public string Sku { get; init; } = "";

    public required string Name { get; init; }

    public required decimal Price { get; init; }

    public string? Description { get; init; }
}

public sealed record ProductDeleted(string Sku);

public interface IProducts
{
    Task<SearchResults<Product>> SearchAsync(SearchCriteria searchCriteria);

    Task<Product> GetAsync(string sku);

    /// <summary>What subscribers of catalog.product.saved get; null, and so nothing, if it is gone by then.</summary>
    Task<Product?> FindAsync(string sku);

    Task<Product> SaveAsync(Product product, CancellationToken cancellationToken);

    Task<bool> DeleteAsync(string sku, CancellationToken cancellationToken);
}

/// <summary>Products in memory, as simple as a sample may be; the events they raise are durable all the same.</summary>
public sealed class Products(ICatalogProductSavedPublisher saved, ICatalogProductDeletedPublisher deleted) : IProducts
{
    private readonly ConcurrentDictionary<string, Product> _products = new(
        new Product[]
        {
            new() { Sku = "teapot", Name = "Teapot", Price = 24.90m, Description = "Holds a litre." },
            new() { Sku = "cup", Name = "Cup", Price = 6.50m },
            new() { Sku = "kettle", Name = "Kettle", Price = 39m },
        }.ToDictionary(product => product.Sku, StringComparer.Ordinal),
        StringComparer.Ordinal);

    public Task<SearchResults<Product>> SearchAsync(SearchCriteria searchCriteria)
    {
        var found = _products.Values
            .Where(product => searchCriteria.FilterGroups.All(group => group.Filters.Any(filter => Matches(product, filter))))
            .OrderBy(product => product.Sku, StringComparer.Ordinal)
            .ToList();
        var size = Math.Max(1, searchCriteria.PageSize ?? 20);
        var page = found.Skip(size * (Math.Max(1, searchCriteria.CurrentPage ?? 1) - 1)).Take(size).ToList();
        return Task.FromResult(new SearchResults<Product>(page, searchCriteria, found.Count));
    }

    public Task<Product> GetAsync(string sku) => Task.FromResult(Require(sku));

    public Task<Product?> FindAsync(string sku) => Task.FromResult(_products.GetValueOrDefault(sku));

    public async Task<Product> SaveAsync(Product product, CancellationToken cancellationToken)
    {
        if (product.Price < 0)
            throw new InputException("A price can't be negative.");
        _products[product.Sku] = product;
        await saved.PublishAsync(product.Sku, cancellationToken: cancellationToken);
        return product;
    }

    public async Task<bool> DeleteAsync(string sku, CancellationToken cancellationToken)
    {
        Require(sku);
        _products.TryRemove(sku, out _);
        await deleted.PublishAsync(new ProductDeleted(sku), cancellationToken: cancellationToken);
        return true;
    }

    private static bool Matches(Product product, Filter filter)
    {
        var value = filter.Field switch
        {
            "sku" => product.Sku,
            "name" => product.Name,
            _ => throw new InputException("Products can't be searched by %field.", ("field", filter.Field)),
        };
        return filter.ConditionType == "like"
            ? value.Contains(filter.Value.Trim('%'), StringComparison.OrdinalIgnoreCase)
            : string.Equals(value, filter.Value, StringComparison.OrdinalIgnoreCase);
    }

    private Product Require(string sku) =>
        _products.GetValueOrDefault(sku) ?? throw new NoSuchEntityException("There is no product with the SKU %sku.", ("sku", sku));
}

public static class CatalogServices
{
    public static IServiceCollection AddCatalog(this IServiceCollection services) => services.AddSingleton<IProducts, Products>().AddSingleton<IStock, Stock>();
}
