namespace Shop.Sales;

public interface IOrders
{
    void Cancel(int id);
}
