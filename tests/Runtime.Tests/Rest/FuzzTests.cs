using System.Diagnostics;
using System.Text;
using Declarative.Rest;
using Declarative.Tests.Fixtures;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Rest;

/// <summary>Whatever is sent: an answer below 500, soon, and without memory that grows.</summary>
public sealed class FuzzTests : IAsyncLifetime
{
    private const int Runs = 3_000;

    private RestHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await RestHost.StartAsync<SqliteFixture>(
        module =>
        {
            module.Customer("/V1/customers", limit: 5);
            module.Customer("/V1/customers/:id", "PUT", limit: 5, data: [new("customer.note", "none", false), new("customer.billing.id", "5", true)]);
            module.Get(
                "/V1/search/:id",
                [new("id", typeof(int)), new("searchCriteria", typeof(SearchCriteria)), new("ids", typeof(List<int>), false), new("tags", typeof(Dictionary<string, string>), false), new("shade", typeof(Shade), false), new("flag", typeof(bool), false)],
                call => [call.Argument<int>(0), call.Argument<SearchCriteria>(1).PageSize, call.Argument<List<int>>(2)?.Count, call.Argument<Dictionary<string, string>>(3)?.Count, call.Argument<Shade>(4), call.Argument<bool>(5)]);
        },
        builder => builder.Services.AddSingleton<Echo>());

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    // Pieces of what is meant, glued in any way, get further in than noise does.
    private static readonly string[] JsonPieces =
        ["{", "}", "[", "]", ",", ":", "\"customer\"", "\"id\"", "\"Id\"", "\"firstName\"", "\"first_name\"", "\"addresses\"", "\"billing\"", "\"tags\"", "\"shade\"", "\"is_active\"", "\"x\"", "\"\\ud800\"", "\"\\u0000\"", "1", "-0", "1e999", "0.1", "true", "null", "\"1\"", " ", "\t", "\u00e9", "\ud83d\ude00", "/*", "99999999999999999999"];

    private static readonly string[] QueryPieces =
        ["searchCriteria", "search_criteria", "ids", "tags", "shade", "flag", "[", "]", "[]", "[0]", "[filter_groups]", "[filterGroups]", "[filters]", "[field]", "[page_size]", "=", "&", "1", "dark", "%00", "%FF", "%5B", "%", "+", "9999999999", "-1", "a", ";", "#"];

    private static Gen<string> Glued(string[] pieces) =>
        Gen.Elements(pieces).ListOf().Select(string.Concat);

    /// <summary>Well-formed JSON of the right names with values of any kind.</summary>
    private static Gen<string> Plausible() =>
        from keys in Gen.SubListOf("id", "Id", "first_name", "firstName", "addresses", "billing", "tags", "shade", "is_active", "note", "nothing")
        from values in Gen.Elements("1", "\"1\"", "\"A\"", "null", "true", "{}", "[]", "[{}]", "[{\"id\":1,\"street\":\"S\"}]", "{\"id\":{\"id\":[]}}", "{\"customerId\":\"5\"}", "1e5", "\"\\ud800\"", "[[[[]]]]").ListOf(11)
        select "{\"customer\":{" + string.Join(',', keys.Zip(values, (key, value) => $"\"{key}\":{value}")) + "}}";

    [Theory]
    [InlineData("POST", "/rest/V1/customers")]
    [InlineData("PUT", "/rest/V1/customers/42")]
    public void Any_body_has_an_answer(string method, string path) =>
        Check(Gen.OneOf(Glued(JsonPieces), Plausible(), Plausible(), ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "")), json => _host.SendAsync(method, path, json));

    [Fact]
    public void Any_query_has_an_answer() =>
        Check(Glued(QueryPieces), query => _host.SendAsync("GET", "/rest/V1/search/1?" + query.Replace("#", "", StringComparison.Ordinal)));

    [Fact]
    public void Any_bytes_have_an_answer() =>
        Check(ArbMap.Default.GeneratorFor<byte[]>().Select(bytes => Convert.ToBase64String(bytes ?? [])), async text =>
        {
            using var content = new ByteArrayContent(Convert.FromBase64String(text));
            content.Headers.ContentType = new("application/json");
            using var response = await _host.Client.PostAsync("/rest/V1/customers", content);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        });

    [Fact]
    public async Task A_query_that_names_huge_places_costs_no_memory()
    {
        var before = GC.GetTotalAllocatedBytes();
        for (var i = 0; i < 100; i++)
            (await _host.SendAsync("GET", "/rest/V1/search/1?searchCriteria=&ids[2147483647]=1&ids[99999999999]=2")).Status.ShouldBe(200);
        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(50_000_000);
    }

    private static void Check(Gen<string> inputs, Func<string, Task<(int Status, string Body)>> send)
    {
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var property = Prop.ForAll(inputs.ToArbitrary(), input =>
        {
            var clock = Stopwatch.StartNew();
            var (status, body) = send(input).GetAwaiter().GetResult();
            if (status >= 500)
                throw new InvalidOperationException($"{status} for {Encoding.UTF8.GetByteCount(input)} bytes: {input}\n{body}");
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10), input);
        });
        property.Check(Config.QuickThrowOnFailure.WithMaxTest(Runs).WithEndSize(200));
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(50_000_000);
    }
}
