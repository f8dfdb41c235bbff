namespace Shop.Sales
{
    public interface IOrders
    {
        void Cancel(int id);
    }

    public sealed record Order(int Id);
}

namespace Shown
{
    public sealed record PasswordChange(string Current, string New);
}
