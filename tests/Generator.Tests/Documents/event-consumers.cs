using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace BackOffice.Products
{
    public sealed record ProductRef(string Sku);

    public sealed class Prices
    {
        public Task SetAsync(string sku, decimal price, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

namespace BackOffice
{
    // What System.Text.Json's generator writes, which doesn't run here.
    internal sealed partial class BackOfficeJson() : System.Text.Json.Serialization.JsonSerializerContext(null)
    {
        protected override JsonSerializerOptions? GeneratedSerializerOptions => null;

        public override JsonTypeInfo? GetTypeInfo(Type type) => null;
    }
}
