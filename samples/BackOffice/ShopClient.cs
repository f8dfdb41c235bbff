using System.Text.Json;

namespace BackOffice;

public sealed record Order(string IncrementId, string Status, string CustomerEmail, decimal GrandTotal);

public sealed record OrderPage(IReadOnlyList<Order> Items, int TotalCount);

/// <summary>What we ask the Shop. Every request of this client is signed with the tokens that it gave us.</summary>
public sealed class ShopClient(HttpClient http)
{
    private static readonly JsonSerializerOptions WireNames = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public async Task<OrderPage> OrdersAsync(CancellationToken cancellationToken) =>
        await http.GetFromJsonAsync<OrderPage>("rest/V1/orders?searchCriteria[pageSize]=10&searchCriteria[currentPage]=1", WireNames, cancellationToken) ?? new OrderPage([], 0);
}
