using Declarative.Events;
using Declarative.Modules;

namespace Declarative.Benchmarks.Engine;

/// <summary>What the measured events are about; about 1 KB of JSON.</summary>
internal sealed record Order(int Id, string Number, decimal Total, string Notes);

/// <summary>The service that resolves an event.</summary>
internal interface IOrderReader
{
    Order Get(int id);
}

internal sealed class OrderReader : IOrderReader
{
    private static readonly string Notes = new('n', 940);

    public Order Get(int id) => new(id, "100000042", 49.9m, Notes);
}

/// <summary>A module as the generator writes it.</summary>
internal static class OrdersModule
{
    public const string Created = "shop.order.created";
    public const string Imported = "shop.order.imported";

    public static ModuleManifest Create()
    {
        var module = new ModuleManifest("Shop_Benchmark", ModuleManifest.CurrentFormatVersion, "Declarative.Benchmarks", "0.1.0");
        module.Add(new AsyncEventDescriptor(Created, "etc/async_events.xml")
        {
            Payload = typeof(Order),
            Service = typeof(IOrderReader),
            Method = "Get",
            Parameters = [new ServiceParameter("id", typeof(int))],
            Resolve = static call => new(call.Result(call.Service<IOrderReader>().Get(call.Argument<int>(0)))),
        });
        module.Add(new AsyncEventDescriptor(Imported, "etc/async_events.xml") { Payload = typeof(Order) });

        // Some hundred more, so that a look-up has something to look among.
        for (var number = 0; number < 500; number++)
        {
            module.Add(new AsyncEventDescriptor($"shop.other{number}.changed", "etc/async_events.xml")
            {
                Payload = typeof(Order),
                Service = typeof(IOrderReader),
                Method = "Get",
                Parameters = [new ServiceParameter("id", typeof(int))],
                Resolve = static call => new(call.Result(call.Service<IOrderReader>().Get(call.Argument<int>(0)))),
            });
        }

        return module;
    }
}
