using Declarative.Modules;
using Declarative.Rest;

namespace Declarative.Tests.Fixtures;

public enum Shade
{
    Light,
    Dark,
}

public sealed record Address(int Id, string Street, int CustomerId = 0);

public sealed record Customer
{
    public int Id { get; init; }

    public required string FirstName { get; init; }

    public string? Note { get; init; }

    public bool IsActive { get; init; }

    public Shade Shade { get; init; }

    public IReadOnlyList<Address> Addresses { get; init; } = [];

    public Dictionary<string, string> Tags { get; init; } = [];

    public Address? Billing { get; init; }
}

/// <summary>Says what it was called with.</summary>
public sealed class Echo
{
    public Func<Task>? Before { get; set; }

    public async Task<T> SayAsync<T>(T value)
    {
        if (Before is { } before)
            await before();
        return value;
    }

    public static string Text(params object?[] values) => string.Join("|", values.Select(value => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)));
}

/// <summary>Rows of routes as the generator writes them, in short.</summary>
public static class Routes
{
    public static void Get(this ModuleManifest module, string url, IReadOnlyList<ServiceParameter> parameters, Func<RouteCall, object?[]> read, string[]? resources = null, string method = "GET", bool? isSecure = null, int? limit = null, RouteData[]? data = null) =>
        module.AddRoute<Echo, string>(method, url, "etc/webapi.xml", "Say", parameters, resources ?? ["anonymous"], async (echo, call) => await call.Answer(await echo.SayAsync(Echo.Text(read(call)))), isSecure, limit, data);

    public static void Result<T>(this ModuleManifest module, string url, T result, string method = "GET") =>
        module.AddRoute<Echo, T>(method, url, "etc/webapi.xml", "Say", [], ["anonymous"], async (echo, call) => await call.Answer(await echo.SayAsync(result)));

    public static void Customer(this ModuleManifest module, string url, string method = "POST", int? limit = null, RouteData[]? data = null, ServiceParameter[]? parameters = null, string[]? resources = null) =>
        module.AddRoute<Echo, Customer>(method, url, "etc/webapi.xml", "Save", parameters ?? [new ServiceParameter("customer", typeof(Customer))], resources ?? ["anonymous"], async (echo, call) => await call.Answer(await echo.SayAsync(call.Argument<Customer>(0))), null, limit, data);
}
