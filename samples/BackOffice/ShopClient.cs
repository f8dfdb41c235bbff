using System.Net;
using System.Text.Json;
using Declarative.Commerce;
using Declarative.Consumers;

namespace BackOffice;

public sealed record Order(string IncrementId, string Status, string CustomerEmail, decimal GrandTotal);

public sealed record OrderPage(IReadOnlyList<Order> Items, int TotalCount);

public sealed record ShopProduct(string Sku, string Name, decimal Price, string? Description);

/// <summary>What we ask the Shop. Every request of this client is signed with the tokens that it gave us.</summary>
public sealed class ShopClient(HttpClient http)
{
    private static readonly JsonSerializerOptions WireNames = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public async Task<OrderPage> OrdersAsync(CancellationToken cancellationToken) =>
        await http.GetFromJsonAsync<OrderPage>("rest/V1/orders?searchCriteria[pageSize]=10&searchCriteria[currentPage]=1", WireNames, cancellationToken) ?? new OrderPage([], 0);

    public ValueTask<EventResult> SaveAsync(ShopProduct product, CancellationToken cancellationToken) =>
        TellAsync(() => http.PutAsJsonAsync($"rest/V1/products/{Uri.EscapeDataString(product.Sku)}", new { product }, WireNames, cancellationToken), $"The Shop has {product.Sku}");

    public ValueTask<EventResult> DeleteAsync(string sku, CancellationToken cancellationToken) =>
        TellAsync(() => http.DeleteAsync(new Uri($"rest/V1/products/{Uri.EscapeDataString(sku)}", UriKind.Relative), cancellationToken), $"The Shop no longer has {sku}", HttpStatusCode.NotFound);

    /// <summary>What becomes of an event by what the Shop answers: what it refuses it would refuse again, all else is worth another try.</summary>
    private static async ValueTask<EventResult> TellAsync(Func<Task<HttpResponseMessage>> request, string done, HttpStatusCode? alsoDone = null)
    {
        try
        {
            using var response = await request();
            var status = (int)response.StatusCode;
            if (response.IsSuccessStatusCode || response.StatusCode == alsoDone)
                return EventResult.Success(done);

            // Refused credentials are mended by an administrator of the Shop, not by another event.
            return status is >= 400 and < 500 and not 401 and not 429
                ? PermanentResult.Upstream(status, $"The Shop answered {status}")
                : RetryableResult.Upstream(status, $"The Shop answered {status}");
        }
        catch (Exception exception) when (exception is IntegrationNotActivatedException or HttpRequestException)
        {
            return RetryableResult.Because("The Shop can't be reached, or hasn't activated us yet");
        }
    }
}
