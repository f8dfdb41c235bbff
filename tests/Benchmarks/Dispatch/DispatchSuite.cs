using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Declarative.Benchmarks.Engine;
using Declarative.Benchmarks.Measuring;
using Declarative.Events;
using Declarative.Json;
using Declarative.Modules;
using MassTransit.Mediator;

namespace Declarative.Benchmarks.Dispatch;

/// <summary>An event's name to its descriptor, to bound arguments, to the service's result as bytes.</summary>
internal static class DispatchSuite
{
    /// <summary>What a look-up in an ordinal dictionary of a thousand names took in an undisturbed measurement, in nanoseconds.</summary>
    private const double KnownLookUp = 26.3;

    private const int Calls = 20_000;

    public static IReadOnlyList<Figure> Run()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<IOrderReader, OrderReader>();
        DeclarativeHost.Add(builder, [OrdersModule.Create], null);
        var ownJson = new WireJson([], []).Options;
        MediatorPeer.Add(builder.Services, (JsonTypeInfo<Order>)ownJson.GetTypeInfo(typeof(Order)));
        using var host = builder.Build();
        var services = host.Services;
        var registry = services.GetRequiredService<EventRegistry>();
        var json = services.GetRequiredService<WireJson>().Options;
        var byHand = new DispatchYardstick(registry.Events.Select(one => one.Name), json);
        var peer = new MediatorPeer(services.GetRequiredService<IMediator>());
        var message = "{\"id\":42}"u8.ToArray();

        // A copy, so that no look-up is won by comparing references.
        var name = new string(OrdersModule.Created.AsSpan());
        void Ours()
        {
            var descriptor = registry.Find(name)!;
            var call = descriptor.Resolve!(new EventCall(descriptor, services, message, json, CancellationToken.None));
            if (!call.IsCompletedSuccessfully)
                throw new InvalidOperationException("The service answers at once here.");
        }

        var dispatch = Compare(Ours, () => byHand.Call(name, services, message));
        var mediator = Compare(Ours, () => peer.CallAsync(42).GetAwaiter().GetResult());
        var lookUp = Rounds.Compare(() => LookUps(name, one => registry.Find(one) is not null), () => LookUps(name, byHand.Knows), rounds: 41, warmUp: 20);
        var ordinal = registry.Events.ToDictionary(one => one.Name, StringComparer.Ordinal);
        var known = Rounds.Median([.. Enumerable.Range(0, 61).Select(_ => LookUps(name, ordinal.ContainsKey)).Skip(20)]);
        return
        [
            Figure.RatioAtMost(1.3, "name to payload (yardstick: dictionary by hand)", "ns", dispatch),
            new("- beside MassTransit's mediator", mediator.Subject, "ns", mediator.Yardstick, mediator.Ratio),
            new("look-up alone (yardstick: dictionary by hand)", lookUp.Subject, "ns", lookUp.Yardstick, lookUp.Ratio),
            Figure.AtMost(0, "- allocated by 1,000,000 look-ups", AllocatedByLookUps(registry), "B"),
            Figure.HonestTime("the machine: look-up in an ordinal dictionary", known, "ns", KnownLookUp),
        ];
    }

    private static double AllocatedByLookUps(EventRegistry registry)
    {
        string[] names = [OrdersModule.Created, OrdersModule.Created.ToUpperInvariant(), "com.adobe.commerce." + OrdersModule.Created, "observer." + OrdersModule.Imported];
        for (var warm = 0; warm < 100; warm++)
            registry.Find(names[warm % names.Length]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 0; number < 1_000_000; number++)
            registry.Find(names[number % names.Length]);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static Comparison Compare(Action subject, Action yardstick) => Rounds.Compare(() => Nanoseconds(subject), () => Nanoseconds(yardstick), rounds: 41, warmUp: 20);

    private static double LookUps(string name, Func<string, bool> find)
    {
        var start = Stopwatch.GetTimestamp();
        for (var call = 0; call < Calls; call++)
            find(name);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Calls;
    }

    private static double Nanoseconds(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        for (var call = 0; call < Calls; call++)
            action();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Calls;
    }
}
