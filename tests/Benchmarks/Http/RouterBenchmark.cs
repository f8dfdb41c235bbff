using System.Diagnostics;
using System.Globalization;
using Declarative.Benchmarks.Measuring;
using Declarative.Consumers;

namespace Declarative.Benchmarks.Http;

/// <summary>Finding an event's handler by its name among 1,000. Run long enough to be measured with dynamic PGO, as applications have it: <c>DOTNET_TieredPGO=1</c>.</summary>
internal static class RouterBenchmark
{
    private const int Events = 1_000;
    private const int LookUps = 1_000_000;
    private const int Repeats = 101;

    public static IReadOnlyList<Figure> Run()
    {
        var router = new ConsumerRouter(
            Enumerable.Range(0, Events).Select(static number => string.Create(CultureInfo.InvariantCulture, $"observer.catalog_product_{number}_save_commit_after"))
                .Select(static name => new ConsumerRoute(name, [ConsumedEventRow.Stub<string>(new ConsumedEvent("product", name, "Handler", "etc/event_consumers.xml"), null)])),
            "acme");
        var names = Enumerable.Range(0, Events).Select(static number => string.Create(CultureInfo.InvariantCulture, $"com.adobe.commerce.acme.observer.catalog_product_{number}_save_commit_after")).ToArray();
        var nanoseconds = new List<double>();
        var allocated = 0L;
        for (var round = -3; round < Repeats; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            var found = 0;
            for (var turn = 0; turn < LookUps / Events; turn++)
            {
                foreach (var name in names)
                    found += router.Find(name) is null ? 0 : 1;
            }

            if (found != LookUps)
                throw new InvalidOperationException("A name was not found.");
            var elapsed = Stopwatch.GetElapsedTime(start);
            if (round < 0)
                continue;
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            nanoseconds.Add(elapsed.TotalNanoseconds / LookUps);
        }

        return
        [
            Figure.AtMost(40, $"router look-up among {Events:#,0} events", Rounds.Median(nanoseconds), "ns"),
            Figure.AtMost(0, "- allocated", allocated / (Repeats * (long)LookUps), "B"),
        ];
    }
}
