using Declarative;
using Declarative.Generated;
using Declarative.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shop.Tests.Events;

namespace Shop.Tests;

public sealed record Return(int Id, string Reason);

public interface IReturns
{
    [AsyncEvent("return.registered")]
    Task<Return> GetAsync(int id);
}

public sealed class Returns : IReturns
{
    public Task<Return> GetAsync(int id) => id == 13 ? throw new InvalidOperationException("There is no return 13.") : Task.FromResult(new Return(id, "too small"));
}

[Subscription("return.registered", "id", "reason", Destination = "warehouse")]
public static class Warehouse;

/// <summary>A declared subscription to a place that only production knows, and an event that its service can't make.</summary>
public sealed class ReturnsTests
{
    private static Task<TestApp> StartAsync() => TestApp.StartAsync([Shop_Tests.Create], builder =>
    {
        builder.Configuration["Payments:Secret"] = "whsec_cGF5bWVudHMgYXJlIHNlY3JldA==";
        builder.Services.AddSingleton<Book>();
        builder.Services.AddSingleton<IReturns, Returns>();
    });

    [Fact]
    public async Task The_warehouse_is_told()
    {
        await using var app = await StartAsync();

        await app.Get<IReturnRegisteredPublisher>().PublishAsync(7, cancellationToken: TestContext.Current.CancellationToken);
        await app.IdleAsync();

        app.Received.One("com.adobe.commerce.return.registered").As<Return>().ShouldBe(new Return(7, "too small"));
    }

    [Fact]
    public async Task What_the_service_says_stands_in_the_expectation()
    {
        await using var app = await StartAsync();

        await app.Get<IReturnRegisteredPublisher>().PublishAsync(13, cancellationToken: TestContext.Current.CancellationToken);
        await app.IdleAsync();

        Should.Throw<EventExpectationException>(() => app.Received.One("return.registered")).Message.ShouldContain("There is no return 13.");
    }
}
