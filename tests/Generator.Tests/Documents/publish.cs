namespace Shown
{
    public sealed record Order(int Id);

    public interface IOrders
    {
        [Declarative.AsyncEvent("sales.order.created")]
        Order Get(int id);
    }

    internal abstract partial class World
    {
        protected Order order = null!;
        protected Declarative.Events.IEventPublisher publisher = null!;
        protected Shown.Events.ISalesOrderCreatedPublisher orderCreated = null!;
    }
}
