using Microsoft.EntityFrameworkCore;

namespace Shown
{
    public sealed record Order(int Id);

    public interface IOrders
    {
        [Declarative.AsyncEvent("order.created")]
        Order Get(int id);
    }

    public sealed class ShopDb(DbContextOptions<ShopDb> options) : DbContext(options)
    {
        public DbSet<Order> Orders => Set<Order>();
    }

    internal abstract partial class World
    {
        protected System.Data.Common.DbConnection connection = null!;
        protected ShopDb db = null!;
        protected Order order = null!;
        protected Shown.Events.IOrderCreatedPublisher orderCreated = null!;
    }
}
