using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Declarative.Benchmarks.Engine;
using MassTransit;
using MassTransit.Mediator;

namespace Declarative.Benchmarks.Dispatch;

/// <summary>A peer: MassTransit's mediator takes a typed message to a consumer that does the same with it.</summary>
internal sealed class MediatorPeer(IMediator mediator)
{
    public static void Add(IServiceCollection services, JsonTypeInfo<Order> json)
    {
        services.AddSingleton(json);
        services.AddMediator(mediator => mediator.AddConsumer<Consumer>());
    }

    public Task CallAsync(int id) => mediator.Send(new GetOrder(id));

    public sealed record GetOrder(int Id);

    private sealed class Consumer(IOrderReader orders, JsonTypeInfo<Order> json) : IConsumer<GetOrder>
    {
        public Task Consume(ConsumeContext<GetOrder> context)
        {
            JsonSerializer.SerializeToUtf8Bytes(orders.Get(context.Message.Id), json);
            return Task.CompletedTask;
        }
    }
}
