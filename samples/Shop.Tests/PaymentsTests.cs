using System.Net;
using Declarative;
using Declarative.Consumers;
using Declarative.Generated;
using Declarative.Testing;
using Microsoft.Extensions.DependencyInjection;

[assembly: EventConsumer("payments", Path = "/consumers/payments", Signature = "standard-webhooks", Secret = "Payments:Secret")]

namespace Shop.Tests;

public sealed record Payment(string OrderId, decimal Amount);

public sealed class Book
{
    public List<Payment> Payments { get; } = [];
}

[EventHandler("payments", "payment.taken")]
public sealed class PaymentTaken(Book book) : IEventHandler<Payment>
{
    public Task<EventResult> HandleAsync(Payment payload, EventContext context, CancellationToken cancellationToken)
    {
        book.Payments.Add(payload);
        return Task.FromResult(EventResult.Success("Booked."));
    }
}

/// <summary>A handler, from the signed request to what it does.</summary>
public sealed class PaymentsTests
{
    private const string Secret = "whsec_cGF5bWVudHMgYXJlIHNlY3JldA==";

    private static Task<TestApp> StartAsync() => TestApp.StartAsync([Shop_Tests.Create], builder =>
    {
        builder.Configuration["Payments:Secret"] = Secret;
        builder.Services.AddSingleton<Book>();
        builder.Services.AddSingleton<IReturns, Returns>();
    });

    [Fact]
    public async Task A_payment_is_booked_once_however_often_it_is_told()
    {
        await using var app = await StartAsync();

        for (var time = 0; time < 2; time++)
        {
            using var request = SignedRequest.StandardWebhooks("/consumers/payments", Secret, "payment.taken", new Payment("000000001", 25m), app.Clock.GetUtcNow(), id: "msg_1");
            (await app.Client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        app.Get<Book>().Payments.ShouldBe([new Payment("000000001", 25m)]);
    }

    [Fact]
    public async Task Who_does_not_know_the_secret_books_nothing()
    {
        await using var app = await StartAsync();
        using var request = SignedRequest.StandardWebhooks("/consumers/payments", "whsec_Z3Vlc3NlZA==", "payment.taken", new Payment("000000001", 25m), app.Clock.GetUtcNow());

        (await app.Client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        app.Get<Book>().Payments.ShouldBeEmpty();
    }
}
