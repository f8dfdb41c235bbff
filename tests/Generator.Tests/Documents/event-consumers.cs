namespace BackOffice.Products;

public sealed record ProductRef(string Sku);

public sealed class Prices
{
    public Task SetAsync(string sku, decimal price, CancellationToken cancellationToken) => Task.CompletedTask;
}
